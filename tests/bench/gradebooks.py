"""A gradebook of a thousand learners and forty assessments: made in a process of its own, read as its author does."""

import json
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from bson import ObjectId

from lms import create_app
from lms.controllers.authoring.sections import refresh_outline
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import Grade, grades
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import courses, new_course
from lms.models.fields import defaults
from lms.models.learning.enrollments import enrollments
from lms.services.accounts import tokens
from lms.services.assessment import totals
from tests.bench import spent
from tests.bench.stage import Stage
from tests.processes import PROJECT

LEARNERS, ASSESSMENTS, READS = 1000, 40, 15
HEADER = (
    "| courses | learners × assessments | first page, ms | CPU ms | all as CSV, ms | CPU ms | load | met |\n"
    "|---:|---|---:|---:|---:|---:|---:|---|"
)


def measure(made: Stage) -> str:
    """A line of the table: medians of what an author waits for."""
    command = [sys.executable, "-m", "tests.bench.gradebooks"]
    done = subprocess.run(command, env=made.environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    course, token = json.loads(done.stdout.splitlines()[-1])
    load = Path("/proc/loadavg").read_text().split()[0]
    (page, cpu), (sheet, cpu_sheet) = (
        _read(made, f"/assessments/gradebook/{course}{end}", token) for end in ("", "/csv")
    )
    size = f"{LEARNERS:,} × {ASSESSMENTS}"
    number = made.database.courses.count_documents({})
    figures = f"{page:.0f} | {cpu:.0f} | {sheet:.0f} | {cpu_sheet:.0f} | {load}"
    return f"| {number:,} | {size} | {figures} | {'yes' if page <= 300 else 'no'} |"


def _read(made: Stage, path: str, token: str) -> tuple[float, float]:
    """The milliseconds in the middle, and those of processor time that each took the servers."""
    taken, cpu = [], spent.seconds(made.roots)
    for _ in range(READS):
        request = urllib.request.Request(f"{made.api}/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), (spent.seconds(made.roots) - cpu) * 1000 / READS


def make() -> tuple[str, str]:
    """The course and its author's token."""
    author = users.find({"role": "instructor"}, {"_id": 1}, limit=1)[0]["_id"]
    text = searchable("A gradebook", "Forty quizzes.", ["bench"])
    course = new_course(author, {**text, "amount": 0, "status": "published", "publishedAt": now()})
    courses.insert(course)
    section = sections.add(course["_id"], "Quizzes")
    asked = [{"question": ObjectId()}]
    made = [quizzes.add(course["_id"], {**defaults(Quiz), "items": asked}) for _ in range(ASSESSMENTS)]
    for number, quiz in enumerate(made):
        lesson = {"title": f"Quiz {number}", "description": "", "duration": 0, "preview": False}
        subsections.add(course["_id"], section, {**lesson, "kind": "quiz", "assessment": quiz})
    refresh_outline(course["_id"])
    for number in range(LEARNERS):
        _learn(course["_id"], number, made)
    session = sessions.open(author, "instructor", "Bench", "127.0.0.1")
    return str(course["_id"]), str(tokens.pair(session)["token"])


def _learn(course_id: ObjectId, number: int, made: list[ObjectId]) -> None:
    user, moment = ObjectId(), now()
    person: Any = {"_id": user, "firstName": f"Learner {number}", "lastName": "", "email": f"{user}@example.com"}
    person |= {"role": "student", "status": "active", "image": None, "emailVerifiedAt": moment}
    users.insert({**person, "credentialsChangedAt": moment, "createdAt": moment, "updatedAt": moment})
    enrollments.enroll(user, course_id, "free")
    found = [_grade(course_id, user, quiz, (number * 7 + place * 13) % 101) for place, quiz in enumerate(made)]
    grades.insert_many(found)
    counted = totals.of_course([{**grade, "weight": 1} for grade in found])
    course_grades.save(course_id, user, {**counted, "countedAt": moment})


def _grade(course_id: ObjectId, user: ObjectId, quiz: ObjectId, percent: int) -> Grade:
    reached: Any = {"raw": percent, "penalty": 0, "points": percent, "outOf": 100, "percent": percent}
    told: Any = {
        "passPercent": 60,
        "passed": percent >= 60,
        "by": None,
        "releasedAt": now(),
        "at": now(),
        "revision": 1,
    }
    about: Any = {"course": course_id, "user": user, "assessment": quiz, "kind": "quiz", "source": ObjectId()}
    return {**about, **reached, **told, "_id": ObjectId(), "revision": 1}  # type: ignore[no-any-return]


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(make()))
