"""Signing anew what a compromised key signed: the holders get new files, and what they have is not to be believed."""

import time
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.certificates import backfills, credential_keys, issuing
from lms.extensions import current_settings
from lms.jobs.certificates import certificates as jobs
from lms.models.base import Filter
from lms.models.certificates.certificates import Certificate, certificates
from lms.models.transactions import transactional

BATCH = 50


def go_on(key: str) -> None:
    """One round, and the promise of the next while there is anything left."""
    ends = time.monotonic() + min(backfills.ROUND_SECONDS, current_settings().job_timeout / 2)
    signer = credential_keys.signer()
    while batch := certificates.find(_signed_with(key), sort=[("_id", 1)], limit=BATCH):
        for certificate in batch:
            _keep(certificate, issuing.sealed(certificate, signer))
        if time.monotonic() > ends:
            jobs.resign.promise(key)
            return


def _signed_with(key: str, **one: ObjectId) -> Filter:
    return {**one, "keyId": key, "state": {"$in": ["issued", "suspended"]}}


@transactional
def _keep(certificate: Certificate, fields: Mapping[str, Any]) -> None:
    kept = certificates.store(_signed_with(certificate["keyId"], _id=certificate["_id"]), fields)
    if kept and kept["state"] == "issued":
        jobs.mail_issued.promise(kept["_id"])
