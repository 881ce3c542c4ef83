"""Public pages read while learners enrol, report their progress and review, beside the same without writes."""

import itertools
import json
import random
import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.load import run
from tests.bench.stage import Stage, sign_in

RATES = (1, 10, 50)
"""Writes a second."""

HANDS = 10
"""People who write at the same time, at most: each waits for the answer before the next write."""
LEARNERS = 30
WANTED = {10: 0.8}
"""The share of the quiet figure that is aimed at, by the writes a second."""

PATHS = ("/courses/getAllCourses", "/courses/getCourseDetails/{course}", "/courses/getCategoryPageDetails/{category}")

HEADER = (
    "| courses | endpoint | quiet, requests/s | " + " | ".join(f"{rate} writes/s" for rate in RATES) + " | met |\n"
    "|---:|---|---:|" + "---:|" * len(RATES) + "---|"
)


class Learners:
    """People who are signed in and do one thing after another, on courses drawn by lot (the same every time)."""

    def __init__(self, made: Stage) -> None:
        self._api, self._lot = f"{made.api}/api/v1", random.Random(1)
        people = list(made.database.users.find({"role": "student", "emailVerifiedAt": {"$ne": None}}).limit(LEARNERS))
        self._tokens = {each["_id"]: sign_in(made, each["email"]) for each in people}
        pairs = list(made.database.enrollments.find({"user": {"$in": list(self._tokens)}, "status": "active"}))
        held = {(each["user"], each["course"]) for each in pairs}
        free = [each["_id"] for each in made.database.courses.find({"status": "published", "amount": 0}, {"_id": 1})]
        self._free = [(user, course) for course in free for user in self._tokens if (user, course) not in held]
        self._lot.shuffle(self._free)
        lessons = {each["_id"]: each["lessons"] for each in made.database.courses.find({}, {"lessons": 1})}
        self._held = [(*pair, lessons[pair[1]][0]) for pair in sorted(held) if lessons.get(pair[1])]
        own = {"user": {"$in": list(self._tokens)}, "status": "visible", "deletedAt": None}
        self._reviews = [(each["_id"], each["user"]) for each in made.database.ratingAndReviews.find(own)]
        self._turns = itertools.cycle((self._enroll, self._progress, self._review))
        self.done = 0

    def write(self) -> None:
        next(self._turns)()
        self.done += 1

    def _enroll(self) -> None:
        if self._free:
            user, course = self._free.pop()
            self._call("POST", f"/courses/enroll/{course}", user)
        else:
            self._progress()

    def _progress(self) -> None:
        user, course, lesson = self._lot.choice(self._held)
        body = {"subsectionId": str(lesson), "position": self._lot.randrange(600)}
        self._call("POST", f"/profile/updateCourseProgress/{course}", user, body)

    def _review(self) -> None:
        review, user = self._lot.choice(self._reviews)
        self._call("PUT", f"/courses/reviews/{review}", user, {"rating": self._lot.randint(1, 5)})

    def _call(self, method: str, path: str, user: Any, body: Any = None) -> None:
        headers = {"Authorization": f"Bearer {self._tokens[user]}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._api + path, data, headers, method=method)
        try:
            urllib.request.urlopen(request, timeout=20).close()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:300]!r}") from error


@contextmanager
def writing(write: Callable[[], None], rate: int) -> Iterator[None]:
    """So many writes a second meanwhile; fails when the server does not take them at that rate."""
    over, failed, written = threading.Event(), list[RuntimeError](), itertools.count()
    began, hands = time.monotonic(), min(rate, HANDS)

    def go() -> None:
        try:
            for turn in itertools.count(1):
                if over.wait(max(0.0, began + turn * hands / rate - time.monotonic())):
                    return
                write()
                next(written)
        except RuntimeError as error:
            failed.append(error)

    threads = [threading.Thread(target=go) for _ in range(hands)]
    for thread in threads:
        thread.start()
    yield
    seconds = time.monotonic() - began
    over.set()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    taken = next(written)
    if taken < 0.7 * rate * seconds - 1:
        raise RuntimeError(f"Only {taken / seconds:.1f} of {rate} writes a second were taken.")


def measure(made: Stage, seconds: int, repeat: int) -> Iterator[str]:
    """A line of the table for each page; every figure directly beside the quiet one."""
    course = made.database.courses.find_one({"status": "published"}, sort=[("studentsCount", -1)])
    courses, learners = made.database.courses.count_documents({}), Learners(made)
    for path in PATHS:
        url = f"{made.api}/api/v1{path.format(course=course['_id'], category=course['category'])}"
        quiet: list[float] = []
        shares: dict[int, list[float]] = {rate: [] for rate in RATES}
        for _ in range(repeat):
            for rate in RATES:
                quiet.append(run(url, seconds).per_second)
                with writing(learners.write, rate):
                    shares[rate].append(run(url, seconds).per_second / quiet[-1])
        found = {rate: statistics.median(each) for rate, each in shares.items()}
        met = "yes" if all(found[rate] >= least for rate, least in WANTED.items()) else "no"
        shown = " | ".join(f"{share:.0%}" for share in found.values())
        yield f"| {courses:,} | `{path}` | {statistics.median(quiet):,.0f} | {shown} | {met} |"
