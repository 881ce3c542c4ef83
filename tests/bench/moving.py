"""How long a large school of StudyNotion's takes to move in, and how much memory: `python -m tests.bench.moving`."""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pymongo
from bson import ObjectId

from lms.embedded.servers import Servers
from lms.models.base import now
from tests.credentials import KEY
from tests.moving.their_server import FIRST, LAST, PICTURE, SUBJECTS, VIDEO, hashed
from tests.processes import PROJECT

SECTIONS, LESSONS = 5, 4
REVIEWED = 0.1
YEARS = 3
WORDS = "learn how it is done by doing it yourself with examples that you can try at home and take along".split()  # noqa: SIM905

Document = dict[str, Any]


class LargeSchool:
    """Documents as their server writes them, made at once instead of step by step."""

    def __init__(self, users: int, courses: int, enrolments: int) -> None:
        self.random = random.Random(1)
        self.began = now() - timedelta(days=365 * YEARS)
        self.users = [self.id(0.3) for _ in range(users)]
        self.courses = [self.id(0.5) for _ in range(courses)]
        self.categories = [self.id(0.1) for _ in range(12)]
        self.bought: dict[ObjectId, list[ObjectId]] = {}
        self.lessons: dict[ObjectId, list[ObjectId]] = {}
        pairs = {(self.random.choice(self.users), self.random.choice(self.courses)) for _ in range(enrolments)}
        self.pairs = sorted(pairs)
        for user, course in self.pairs:
            self.bought.setdefault(user, []).append(course)

    def id(self, share: float = 1) -> ObjectId:
        """An id of some time in the first `share` of the school's life."""
        moment = self.began + timedelta(days=self.random.uniform(0, 365 * YEARS * share))
        return ObjectId(int(moment.timestamp()).to_bytes(4, "big") + self.random.randbytes(8))

    def text(self, words: int) -> str:
        return " ".join(self.random.choices(WORDS, k=words))

    def fill(self, db: pymongo.database.Database[Document]) -> None:
        for name, documents in (
            ("users", self._users()),
            ("profiles", ({"_id": self._profile(each), "about": self.text(10), "__v": 0} for each in self.users)),
            (
                "categories",
                ({"_id": each, "name": f"Category {n}", "courses": []} for n, each in enumerate(self.categories)),
            ),
            ("courses", self._courses(db)),
            ("courseprogresses", self._progress()),
            ("ratingandreviews", self._reviews()),
        ):
            _insert(db[name], documents)

    def _profile(self, user: ObjectId) -> ObjectId:
        return ObjectId(user.binary[:4] + user.binary[:3:-1])

    def _users(self) -> Iterator[Document]:
        for number, user in enumerate(self.users):
            first, last = self.random.choice(FIRST), self.random.choice(LAST)
            yield {
                "_id": user,
                "firstName": first,
                "lastName": last,
                "email": f"{first}.{last}{number}@Example.com",
                "password": hashed("secret12"),
                "accountType": "Instructor" if number % 200 == 0 else "Student",
                "active": True,
                "additionalDetails": self._profile(user),
                "courses": self.bought.get(user, []) if number % 200 else [],
                "image": f"https://api.dicebear.com/5.x/initials/svg?seed={first} {last}",
                "courseProgress": [],
                "createdAt": user.generation_time.replace(tzinfo=None),
                "updatedAt": user.generation_time.replace(tzinfo=None),
                "__v": 0,
            }

    def _courses(self, db: pymongo.database.Database[Document]) -> Iterator[Document]:
        attended: dict[ObjectId, list[ObjectId]] = {}
        for user, course in self.pairs:
            attended.setdefault(course, []).append(user)
        for number, course in enumerate(self.courses):
            sections = [self.id() for _ in range(SECTIONS)]
            inside = {each: [self.id() for _ in range(LESSONS)] for each in sections}
            self.lessons[course] = [lesson for lessons in inside.values() for lesson in lessons]
            named = [{"_id": each, "sectionName": self.text(3), "subSection": inside[each]} for each in sections]
            db.sections.insert_many(named)
            db.subsections.insert_many(self._lesson(each) for each in self.lessons[course])
            subject = self.random.choice(SUBJECTS)
            yield {
                "_id": course,
                "courseName": f"{subject} {number}",
                "courseDescription": self.text(150),
                "instructor": self.users[number * 200 % len(self.users)],
                "whatYouWillLearn": "\n".join(f"- {self.text(8)}" for _ in range(6)),
                "courseContent": sections,
                "price": self.random.choice((0, 499, 3999)),
                "thumbnail": PICTURE.format(subject),
                "tag": [f'["{subject}","beginners"]'],
                "category": self.random.choice(self.categories),
                "studentsEnrolled": attended.get(course, []),
                "instructions": ['["A chair","Ten minutes"]'],
                "status": "Published",
                "createdAt": course.generation_time.replace(tzinfo=None),
                "updatedAt": course.generation_time.replace(tzinfo=None),
                "__v": 0,
            }

    def _lesson(self, lesson: ObjectId) -> Document:
        told = {"title": self.text(4), "description": self.text(30), "timeDuration": "312.48"}
        return {"_id": lesson, **told, "videoUrl": VIDEO.format(lesson), "__v": 0}

    def _progress(self) -> Iterator[Document]:
        for user, course in self.pairs:
            done = self.random.sample(self.lessons[course], self.random.randrange(SECTIONS * LESSONS))
            yield {"_id": self.id(), "courseID": course, "userID": user, "completedVideos": done, "__v": 0}

    def _reviews(self) -> Iterator[Document]:
        for user, course in self.random.sample(self.pairs, int(len(self.pairs) * REVIEWED)):
            stars = self.random.randrange(1, 6)
            yield {"_id": self.id(), "user": user, "course": course, "rating": stars, "review": self.text(20), "__v": 0}


def _insert(collection: pymongo.collection.Collection[Document], documents: Iterable[Document]) -> None:
    rest = iter(documents)
    while batch := list(islice(rest, 2000)):
        collection.insert_many(batch, ordered=False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.moving", description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--courses", type=int, default=2_000)
    parser.add_argument("--enrolments", type=int, default=500_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lms-moving-") as folder, Servers(Path(folder)) as servers:
        theirs = servers.mongodb_url.replace("/?", "/theirs?")
        with pymongo.MongoClient[Document](theirs) as client:
            LargeSchool(options.users, options.courses, options.enrolments).fill(client.get_default_database())
        stores = {"MONGODB_URL": servers.mongodb_url.replace("/?", "/lms?"), "REDIS_URL": servers.redis_url}
        environment = {**os.environ, **stores, "INSTANCE_DIR": folder, "CREDENTIAL_KEYS": KEY}
        _timed("flask db upgrade", ["db", "upgrade"], environment)
        words = ["import", "studynotion", "--from", theirs, "--unpublish"]
        for name in ("the first run, with its proof", "the second run, with its proof"):
            _timed(name, words, environment)


def _timed(name: str, words: list[str], environment: dict[str, str]) -> None:
    """Run a command of ours, and print how long it took and how much memory its process had at the most."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", *words], env=environment, cwd=PROJECT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
    print(
        f"{name}: {seconds:.0f} s, {cpu:.0f} s of CPU, {used.ru_maxrss / 1024:.0f} MB, ended with {process.returncode}"
    )


if __name__ == "__main__":
    main()
