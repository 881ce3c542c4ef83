"""Looking at night whether certificates are as they should be."""

from lms.controllers.certificates import proofs
from lms.machinery.registry import job


@job(queue="default", every="50 3 * * *")
def prove_certificates() -> None:
    """Find completed learners without a certificate, bits unlike their state, files unlike their digest."""
    proofs.prove()
