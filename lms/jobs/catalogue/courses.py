"""What the catalogue needs every night."""

from lms.controllers.catalogue import counters, purge
from lms.machinery.registry import job


@job(queue="default", every="45 2 * * *")
def prove_counters() -> None:
    """Compare every course's counters with what they count, and mend those that differ."""
    counters.prove_counters()


@job(queue="default", every="15 3 * * *")
def purge_deleted() -> None:
    """End what was deleted from the catalogue thirty days ago, with its media."""
    purge.purge_deleted()
