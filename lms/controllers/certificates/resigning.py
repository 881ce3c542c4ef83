"""Signing anew what a compromised key signed: the holders get new files, and what they have is not to be believed."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.certificates import credential_keys, issuing
from lms.jobs.certificates import certificates as jobs
from lms.machinery.rounds import within_a_round
from lms.models.base import Filter
from lms.models.certificates.certificates import Certificate, certificates
from lms.models.transactions import transactional

AT_A_TIME = 500


def go_on(key: str) -> None:
    """One round, and the promise of the next while there is anything left."""
    signer = credential_keys.signer()
    left = certificates.find(_signed_with(key), sort=[("_id", 1)], limit=AT_A_TIME)
    for certificate in within_a_round(left):
        _keep(certificate, issuing.sealed(certificate, signer))
    if left:
        jobs.resign.promise(key)


def _signed_with(key: str, **one: ObjectId) -> Filter:
    return {**one, "keyId": key, "state": {"$in": ["issued", "suspended"]}}


@transactional
def _keep(certificate: Certificate, fields: Mapping[str, Any]) -> None:
    kept = certificates.store(_signed_with(certificate["keyId"], _id=certificate["_id"]), fields)
    if kept and kept["state"] == "issued":
        jobs.mail_issued.promise(kept["_id"])
