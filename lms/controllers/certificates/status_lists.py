"""Publishing the lists of what was revoked: each is made of all of it, so order and repetition do not matter."""

from datetime import timedelta

import structlog
from bson import Binary

from lms.controllers.certificates import credential_keys
from lms.errors import CertificateNotFound
from lms.jobs.certificates import status_lists as jobs
from lms.models.base import now
from lms.models.certificates.certificates import certificates
from lms.models.certificates.status_lists import StatusList, status_lists
from lms.models.transactions import transactional
from lms.services.certificates import credentials

log = structlog.get_logger("certificates")

VALID = timedelta(hours=48)
"""So that an old list, shown by who does not like the new one, dies."""


@transactional
def list_anew(number: int) -> None:
    """Have a list signed again soon, for a state in it has changed."""
    status_lists.soil(number)
    jobs.publish_list.promise(str(number))


def publish(number: int) -> None:
    """Sign one list as it is now."""
    found = status_lists.get({"_id": number})
    if found is not None:
        _publish(found)


def publish_dirty() -> None:
    """Sign those that changed since they were signed."""
    for each in status_lists.find({"dirtySince": {"$exists": True}}):
        _publish(each)


def publish_every() -> None:
    """Sign all, for none is valid long."""
    for each in status_lists.find({}):
        _publish(each)


def _publish(found: StatusList) -> None:
    moment, issuer, signer = now(), credential_keys.issuer(found["base"]), credential_keys.signer()
    revoked = certificates.revoked_indices(found["_id"])
    unsigned = credentials.status_list(issuer, found["_id"], revoked, moment, moment + VALID)
    signed = credentials.sign(unsigned, signer, issuer, moment)
    fields = {"signed": Binary(signed), "signedAt": moment, "validUntil": moment + VALID}
    if status_lists.publish(found, fields):
        log.info("status_list_published", number=found["_id"], revoked=len(revoked))


def signed(number: int) -> bytes:
    """The list as everybody may have it; signed now if it never was."""
    found = status_lists.get({"_id": number})
    if found is None:
        raise CertificateNotFound
    if "signed" not in found:
        _publish(found)
        found = status_lists.get({"_id": number, "signed": {"$exists": True}})
        assert found is not None, "It has just been signed, here or elsewhere."
    return bytes(found["signed"])
