"""Certificates of two popular courses: some that hold, one that waits for a decision, one that was revoked."""

from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.controllers.certificates import awards, credential_keys, issuing
from lms.demo.ids import ANY_DEMO_ID, demo_id
from lms.extensions import current_settings
from lms.models.accounts.users import users
from lms.models.catalogue.courses import Course, courses
from lms.models.certificates.certificate_designs import UNWRITTEN, CertificateDesign, certificate_designs
from lms.models.certificates.certificates import Certificate, certificates
from lms.models.certificates.credential_keys import credential_keys as keys
from lms.models.certificates.status_lists import status_lists
from lms.models.learning.course_progress import CourseProgress, course_progress
from lms.services.certificates import codes, open_badges, signing_keys
from lms.services.certificates.credentials import LIST_SIZE

COURSES, EACH = 2, 4
SALT = "demo"
ALPHABET = len(codes.ALPHABET)


def fill(midnight: datetime) -> None:
    """Write them, in place of what an interrupted run left; none where no key is given to sign with."""
    certificates.raw.delete_many({"_id": ANY_DEMO_ID})
    certificate_designs.raw.delete_many({"_id": ANY_DEMO_ID})
    if not current_settings().credential_keys:
        return
    _begin(midnight)
    for place, course_id in enumerate(_completed_most()):
        course = courses.raw.find_one({"_id": course_id})
        assert course is not None, "It was just counted."
        design = _design(course_id, midnight)
        certificate_designs.insert(design)
        completed = {"course": course_id, "completedAt": {"$ne": None}}
        for number, progress in enumerate(course_progress.find(completed, sort=[("_id", 1)], limit=EACH)):
            certificates.insert(_certificate(place * EACH + number, course, design, progress, midnight))


def _begin(midnight: datetime) -> None:
    """The key and the list, as of a time before the first of them."""
    moment, base = midnight - timedelta(days=1000), current_settings().base_url
    if not keys.every():
        [key, *_] = signing_keys.read(current_settings().credential_keys)
        hosts = [open_badges.host_of(base)]
        name = f"key-{moment.year}-1"
        keys.insert({"_id": name, "publicKeyMultibase": key.multibase, "hosts": hosts, "createdAt": moment})
    status_lists.raw.update_one({"_id": 1}, {"$setOnInsert": {"base": base, "dirtySince": midnight}}, upsert=True)


def _completed_most() -> list[ObjectId]:
    counted: dict[str, Any] = {"$group": {"_id": "$course", "number": {"$sum": 1}}}
    order: list[dict[str, Any]] = [{"$sort": {"number": -1, "_id": 1}}, {"$limit": COURSES}]
    return [each["_id"] for each in course_progress.aggregate({"completedAt": {"$ne": None}}, [counted, *order])]


def _design(course_id: ObjectId, midnight: datetime) -> CertificateDesign:
    given = {**UNWRITTEN, "enabled": True}
    return {**given, "_id": course_id, "revision": 1, "enabledAt": midnight, "updatedAt": midnight}  # type: ignore[typeddict-item]


def _certificate(
    number: int, course: Course, design: CertificateDesign, progress: CourseProgress, midnight: datetime
) -> Certificate:
    learner = users.by_id(progress["user"])
    completed_at = progress.get("completedAt")
    assert learner is not None
    assert completed_at is not None
    facts = awards.facts_of(learner, course, design, completed_at, SALT)
    made: Certificate = {
        "_id": demo_id("certificate", number),
        "code": _code(number),
        "user": progress["user"],
        "course": course["_id"],
        "state": "issued",
        "current": True,
        "facts": facts,
        "list": 1,
        "index": (number + 1) * 48_271 % LIST_SIZE,
        "listed": number % 2 == 0,
        "createdAt": completed_at,
        "issuedAt": completed_at,
        "revision": 1,
    }
    made.update(issuing.sealed(made, credential_keys.signer()))  # type: ignore[typeddict-item]
    return made | _decided(number, midnight)  # type: ignore[return-value]


def _decided(number: int, midnight: datetime) -> dict[str, Any]:
    by = {"changedAt": midnight - timedelta(hours=5), "changedBy": demo_id("admin", 0)}
    if number == EACH - 1:
        text = "The final project was somebody else's."
        return {**by, "state": "revoked", "reason": {"kind": "misconduct", "text": text}}
    if number == EACH:
        return {**by, "state": "suspended", "reason": {"kind": "refunded", "text": "The whole price went back."}}
    return {}


def _code(number: int) -> str:
    """Looks like any other, and is the same in every run."""
    value, digits = (number + 1) * 0x9E3779B97F4A7C15 % ALPHABET**codes.LENGTH, ""
    for _ in range(codes.LENGTH):
        value, digit = divmod(value, ALPHABET)
        digits += codes.ALPHABET[digit]
    return digits
