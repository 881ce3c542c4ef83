"""The nightly proof: every completed learner has a certificate, every bit is its state, every file is its digest."""

import hashlib
from datetime import timedelta

import structlog

from lms.controllers.certificates import awards, decisions, status_lists
from lms.jobs.certificates import certificates as jobs
from lms.models.base import now
from lms.models.certificates.certificate_designs import certificate_designs
from lms.models.certificates.certificates import certificates
from lms.models.certificates.status_lists import status_lists as list_model
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.services.certificates import credentials

log = structlog.get_logger("certificates")

PATIENCE = timedelta(hours=1)
"""How long one may wait to be signed before it is asked why."""
LOOKED_BACK = timedelta(days=7)
"""For how long after a refund its certificate is looked for, in case nothing ran at that time."""


def prove() -> None:
    """Mend and tell what can be mended, and tell of the rest."""
    _award_the_forgotten()
    _suspend_the_refunded()
    _sign_the_waiting()
    _compare_lists()
    _compare_digests()


def _award_the_forgotten() -> None:
    """Those who completed a course since it gives certificates by itself."""
    for design in certificate_designs.find({"enabled": True, "autoIssue": True, "enabledAt": {"$exists": True}}):
        completed = {"course": design["_id"], "completedAt": {"$gte": design["enabledAt"], "$lt": now() - PATIENCE}}
        held = set(certificates.raw.distinct("user", {"course": design["_id"], "current": True}))
        for each in course_progress.find(completed, {"user": 1}):
            if each["user"] not in held and (made := awards.late(each["user"], design["_id"])):
                jobs.issue.promise(made["_id"])
                log.error("certificate_mended", certificate=str(made["_id"]), what="was never awarded")


def _suspend_the_refunded() -> None:
    """Those of whose price went back in the moment in which they were awarded; what was decided on stays so."""
    for each in enrollments.find({"status": "refunded", "endedAt": {"$gte": now() - LOOKED_BACK}}):
        undecided = {"user": each["user"], "course": each["course"], "reason": None, "replaces": None}
        for certificate in certificates.find({**undecided, "current": True, "state": {"$in": ["pending", "issued"]}}):
            decisions.suspend_refunded(each["user"], each["course"])
            log.error("certificate_mended", certificate=str(certificate["_id"]), what="was paid for no more")


def _sign_the_waiting() -> None:
    for each in certificates.find({"state": "pending", "createdAt": {"$lt": now() - PATIENCE}}, {"_id": 1}):
        jobs.issue.promise(each["_id"])
        log.error("certificate_mended", certificate=str(each["_id"]), what="was never signed")


def _compare_lists() -> None:
    for each in list_model.find({"signed": {"$exists": True}}):
        if set(certificates.revoked_indices(each["_id"])) != credentials.indices_of(each["signed"]):
            status_lists.list_anew(each["_id"])
            if "dirtySince" not in each:
                log.error("certificate_mended", list=each["_id"], what="said other states")


def _compare_digests() -> None:
    for each in certificates.stream({"digest": {"$exists": True}}, [{"$project": {"digest": 1, "credential": 1}}]):
        if hashlib.sha256(each["credential"]).hexdigest() != each["digest"]:
            log.error("certificate_broken", certificate=str(each["_id"]), what="is not what was signed")
