"""Processes killed while learners complete courses and their certificates are signed, drawn and mailed."""

import hashlib
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from lms.models.authoring.subsections import Subsection
from lms.models.catalogue.courses import Course
from lms.models.certificates.certificate_designs import UNWRITTEN
from lms.models.learning.enrollments import Enrollment
from tests.chaos.shop import Answer, Person, Shop
from tests.documents import whole
from tests.waiting import eventually

AT_ONCE = 3
WHOLE_API = 4
"""Every fourth kill is the API's, the others are of a worker."""
MOST_SECONDS = 0.3
MOST_MAILS = 3
JOBS = ["certificates.issue", "certificates.mail_issued"]


class Certifying:
    """A course that gives certificates, learners who complete it, and what is killed meanwhile."""

    def __init__(self, shop: Shop, luck: random.Random) -> None:
        self.shop, self.stage, self.luck = shop, shop.stage, luck
        self.lesson, self.learners, self.kills = ObjectId(), list[Person](), Counter[str]()
        moment = datetime.now(UTC)
        taught = {"instructor": shop.teacher.id, "status": "published", "lessons": [self.lesson]}
        course = whole(Course, title="Knots", description="All about them.", **taught, requiredLessons=[self.lesson])
        self.course = course["_id"]
        self.stage.db.courses.insert_one(course)
        lesson = whole(Subsection, _id=self.lesson, course=self.course, title="A knot", duration=60)
        self.stage.db.subsections.insert_one(lesson)
        design = {**UNWRITTEN, "enabled": True, "revision": 1, "enabledAt": moment, "updatedAt": moment}
        self.stage.db.certificateDesigns.insert_one({"_id": self.course, **design})
        self._complete(self._enrolled(1)[0])

    def kill(self) -> None:
        """Have some learners complete the course, and kill a worker or the API in the midst of what follows."""
        learners = self._enrolled(AT_ONCE)
        whole_api = self.kills.total() % WHOLE_API == WHOLE_API - 1
        victim = self.stage.api if whole_api else self.stage.fast_workers[0]
        if not whole_api:
            victim.spawn()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [pool.submit(self._complete, each) for each in learners]
            if not whole_api:
                eventually(self._somebody_is_at_it, "The start of the worker")
            time.sleep(self.luck.uniform(0, MOST_SECONDS))
            victim.kill()
            unheard = [each for each, answer in zip(learners, answers, strict=True) if answer.result().status != 200]
        self.kills["the API" if whole_api else "a worker"] += 1
        if whole_api:
            self.stage.api.start()
        for each in unheard:
            assert self._complete(each).status == 200

    def settle(self) -> None:
        """Let the relay and the workers do what is left, with every lease of the dead run out."""
        for part in self.stage.fast_workers:
            part.spawn()
        for queue in ("default", "mail"):
            self.stage.turn_clock(dead=queue)
        eventually(lambda: not self._promised(), "What was promised")

    def wrong(self) -> dict[str, Any]:
        """Learners without exactly one certificate that is what was signed, or with none or too many mails."""
        found = {each.email: self._wrong_with(each) for each in self.learners}
        return {email: what for email, what in found.items() if what}

    def _wrong_with(self, learner: Person) -> str:
        held = list(self.stage.db.certificates.find({"user": learner.id}))
        if len(held) != 1 or held[0]["state"] != "issued":
            return f"{[each['state'] for each in held]}"
        if hashlib.sha256(held[0]["credential"]).hexdigest() != held[0]["digest"]:
            return "another document than was signed"
        mails = len(self.stage.inbox.to(learner.email))
        return "" if 1 <= mails <= MOST_MAILS else f"{mails} mails"

    def _enrolled(self, count: int) -> list[Person]:
        learners = self.shop.people(count)
        rows = [
            whole(Enrollment, user=each.id, course=self.course, status="active", source="free") for each in learners
        ]
        self.stage.db.enrollments.insert_many(rows)
        self.learners += learners
        return learners

    def _complete(self, learner: Person) -> Answer:
        path = f"/api/v1/profile/updateCourseProgress/{self.course}"
        return self.shop.post(path, {"subsectionId": str(self.lesson), "completed": True}, learner)

    def _somebody_is_at_it(self) -> bool:
        begun = {"job": JOBS[0], "state": "pending", "leasedUntil": {"$gt": datetime.now(UTC)}}
        return self.stage.db.outbox.find_one(begun) is not None or not self._promised(JOBS[:1])

    def _promised(self, jobs: list[str] = JOBS) -> bool:
        return self.stage.db.outbox.find_one({"job": {"$in": jobs}, "state": "pending"}) is not None
