"""How fast one worker awards, signs, draws and keeps certificates: run by `tests.bench.certificates` as a process."""

import json
import statistics
import sys
import time
from typing import Any

from bson import ObjectId

from lms import create_app
from lms.controllers.certificates import backfills, issuing
from lms.extensions import mongo
from lms.jobs.certificates import certificates as jobs
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.certificates.certificate_designs import UNWRITTEN, certificate_designs
from lms.models.certificates.certificates import certificates
from lms.models.learning.course_progress import course_progress
from lms.models.system.finding import findable
from lms.services.certificates import certificate_pdf

DRAWN = 40


def issue(many: int) -> dict[str, Any]:
    """What it takes to award, sign, draw and keep so many."""
    course_id = ObjectId(complete(many))
    began, cpu = time.monotonic(), time.process_time()
    while backfills.count(course_id):
        backfills.go_on(course_id, backfills.FROM_THE_FIRST)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    held = certificates.find({"course": course_id, "state": "issued"}, limit=DRAWN)
    drawn = [_timed(each) for each in held]
    mongo.db.outbox.delete_many({"job": "certificates.mail_issued"})
    return {
        "issued": many,
        "second": many / seconds,
        "cpu": cpu / many * 1000,
        "pdf": statistics.median(each for each, _ in drawn) * 1000,
        "size": max(size for _, size in drawn),
        "code": held[0]["code"],
    }


def complete(many: int) -> str:
    """So many more people, all of whom have completed a course that nobody holds a certificate of; its id."""
    held = certificates.raw.distinct("course", {})
    [course] = courses.find({"status": "published", "_id": {"$nin": held}}, sort=[("studentsCount", 1)], limit=1)
    people = [_person(number) for number in range(many)]
    users.raw.insert_many(people)
    _complete(course["_id"], [each["_id"] for each in people])
    return str(course["_id"])


def _person(number: int) -> dict[str, Any]:
    id, moment, first, last = ObjectId(), now(), "Learner", str(number)
    email = f"{id}@example.com"
    named = {"_id": id, "firstName": first, "lastName": last, "email": email, **findable(first, last, email)}
    proven = {"role": "student", "status": "active", "image": None, "emailVerifiedAt": moment}
    return {**named, **proven, "credentialsChangedAt": moment, "createdAt": moment, "updatedAt": moment}


def begin(course_id: str) -> str:
    """Promise certificates to all of them."""
    jobs.backfill.promise(ObjectId(course_id), backfills.FROM_THE_FIRST)
    return course_id


def _complete(course_id: ObjectId, learners: list[ObjectId]) -> None:
    course_progress.raw.delete_many({"course": course_id})
    moment = now()
    state = {"lessons": {}, "completed": [], "resume": None, "completedAt": moment, "updatedAt": moment}
    course_progress.raw.insert_many(
        {**state, "_id": ObjectId(), "user": each, "course": course_id} for each in learners
    )
    seen = certificate_designs.of_course(course_id)["revision"]
    certificate_designs.write(course_id, seen, {**UNWRITTEN, "enabled": True, "autoIssue": False})


def _timed(certificate) -> tuple[float, int]:
    printed = issuing.printed(certificate, bytes(certificate["credential"]))
    began = time.perf_counter()
    return len(certificate_pdf.draw(printed)) and time.perf_counter() - began, len(certificate["pdf"])


if __name__ == "__main__":
    command, given = sys.argv[1:]
    with create_app().app_context():
        found: Any = {
            "issue": lambda: issue(int(given)),
            "complete": lambda: complete(int(given)),
            "begin": lambda: begin(given),
        }[command]()
    print(json.dumps(found))
