"""How fast one worker awards, signs, draws and keeps certificates: run by `tests.bench.certificates` as a process."""

import json
import statistics
import sys
import time

from bson import ObjectId

from lms import create_app
from lms.controllers.certificates import backfills, issuing
from lms.extensions import mongo
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.certificates.certificate_designs import UNWRITTEN, certificate_designs
from lms.models.certificates.certificates import certificates
from lms.models.learning.course_progress import course_progress
from lms.services.certificates import certificate_pdf

DRAWN = 40


def main(most: int) -> None:
    with create_app().app_context():
        learners = [each["_id"] for each in users.find({"role": "student"}, {"_id": 1}, limit=most)]
        [course] = courses.find({"status": "published"}, sort=[("studentsCount", 1)], limit=1)
        _complete(course["_id"], learners)
        began, cpu = time.monotonic(), time.process_time()
        while backfills.count(course["_id"]):
            backfills.go_on(course["_id"], backfills.FROM_THE_FIRST)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        held = certificates.find({"course": course["_id"], "state": "issued"}, limit=DRAWN)
        drawn = [_timed(each) for each in held]
        mongo.db.outbox.delete_many({"job": "certificates.mail_issued"})
    sizes = [size for _, size in drawn]
    print(
        json.dumps(
            {
                "issued": len(learners),
                "second": len(learners) / seconds,
                "cpu": cpu / len(learners) * 1000,
                "pdf": statistics.median(each for each, _ in drawn) * 1000,
                "size": max(sizes),
                "code": held[0]["code"],
            }
        )
    )


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
    main(int(sys.argv[1]))
