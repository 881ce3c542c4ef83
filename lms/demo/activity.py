"""What demo learners do: enrol, watch, review; with the counters that follow on the course."""

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.demo.catalogue import COURSES_A_SCALE, Outlined
from lms.demo.ids import demo_id
from lms.demo.payments import bought, given_back
from lms.demo.people import STUDENTS_A_SCALE, joined_at
from lms.demo.reviews import STARS, WEIGHTS, review_text
from lms.models.learning.progress_events import KEPT, event

DEMO_STUDENT = 0
DEMO_STUDENTS_COURSE = 0
"""Numbers of `student@example.com` and of the free course they have half watched."""

LEARNERS_AT_MOST = 200
REVIEWED = 0.47
"""The share of those who have begun a course that reviews it: about 35 % of its learners."""

NOT_BEGUN, FINISHED = 0.25, 0.17

BEGUN_BEFORE = 0.5
"""The share of lessons that took two sittings."""

REFUNDED = 0.03
"""The share of purchases whose money went back."""


@dataclass
class Activity:
    """The documents of one course's learners."""

    enrollments: list[dict[str, Any]] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def learn(outlined: Outlined, scale: int, midnight: datetime) -> Activity:
    """Let learners attend the course, and count them on its document."""
    draw = random.Random(f"learners {outlined.number}")
    activity, weights = Activity(), draw.choice(WEIGHTS)
    for spot, student in enumerate(_learners(outlined, scale, draw)):
        number = outlined.number * LEARNERS_AT_MOST + spot
        enrollment = _enrollment(number, student, outlined.course, midnight, draw)
        activity.enrollments.append(enrollment)
        if enrollment["amountPaid"]:
            order, row = bought(number, enrollment, outlined.course)
            activity.orders.append(order)
            activity.ledger.append(row)
            if draw.random() < REFUNDED and (back := given_back(number, order, enrollment, midnight, draw)):
                activity.refunds.append(back[0])
                activity.ledger.append(back[1])
                continue
        share = 0.5 if student == DEMO_STUDENT else _share(draw)
        if share is None:
            continue
        progress = _progress(number, enrollment, outlined.lessons, share, midnight, draw)
        activity.progress.append(progress)
        activity.events += _events(enrollment, progress, midnight, draw)
        if student != DEMO_STUDENT and draw.random() < REVIEWED:
            rating = draw.choices(STARS, weights)[0]
            activity.reviews.append(_review(number, progress, rating, outlined, midnight, draw))
    _count(outlined.course, activity)
    return activity


def _learners(outlined: Outlined, scale: int, draw: random.Random) -> list[int]:
    """Who attends: more than a hundred take the most popular courses, two or three the least."""
    if outlined.course["publishedAt"] is None:
        return []
    variant, place = divmod(outlined.number, COURSES_A_SCALE)
    ranks = random.Random(f"popularity {variant}").sample(range(COURSES_A_SCALE), COURSES_A_SCALE)
    popularity = 2 + round(150 * math.exp(-ranks[place] / 13))
    others = draw.sample(range(1, STUDENTS_A_SCALE * scale), popularity)
    return [DEMO_STUDENT, *others] if outlined.number == DEMO_STUDENTS_COURSE else others


def _share(draw: random.Random) -> float | None:
    """How much of the course somebody has watched, from 0 to 1; None who has not begun."""
    chance = draw.random()
    if chance < NOT_BEGUN:
        return None
    return 1 if chance > 1 - FINISHED else draw.random()


def _between(earliest: datetime, latest: datetime, draw: random.Random) -> datetime:
    return earliest + timedelta(seconds=int(draw.random() * (latest - earliest).total_seconds()))


def _enrollment(
    number: int, student: int, course: dict[str, Any], midnight: datetime, draw: random.Random
) -> dict[str, Any]:
    possible = max(joined_at(student, midnight), course["publishedAt"]) + timedelta(hours=1)
    return {
        "_id": demo_id("enrollment", number),
        "user": demo_id("student", student),
        "course": course["_id"],
        "status": "active",
        "source": "purchase" if course["amount"] else "free",
        "amountPaid": course["amount"],
        "enrolledAt": _between(possible, midnight - timedelta(hours=1), draw),
    }


def _progress(
    number: int,
    enrollment: dict[str, Any],
    lessons: list[dict[str, Any]],
    share: float,
    midnight: datetime,
    draw: random.Random,
) -> dict[str, Any]:
    """Progress through this share of the lessons; the next one, if there is one, has been begun."""
    done = lessons[: int(len(lessons) * share)]
    begun = lessons[len(done) : len(done) + 1]
    pace = (midnight - enrollment["enrolledAt"]) * _diligence(draw) / (len(done) + 2)
    step = timedelta(seconds=int(pace.total_seconds()))
    watched: dict[str, dict[str, Any]] = {}
    for place, lesson in enumerate([*done, *begun], 1):
        at = enrollment["enrolledAt"] + place * step
        position = lesson["duration"] if lesson in done else draw.randint(15, lesson["duration"] - 15)
        watched[str(lesson["_id"])] = {"position": position, "positionAt": at}
        if lesson in done:
            watched[str(lesson["_id"])] |= {"completed": True, "completedAt": at}
    return {
        "_id": demo_id("progress", number),
        "user": enrollment["user"],
        "course": enrollment["course"],
        "lessons": watched,
        "completed": [lesson["_id"] for lesson in done],
        "resume": {"subsectionId": lesson["_id"], "position": position},
        "completedAt": None if begun else at,
        "updatedAt": at,
    }


def _diligence(draw: random.Random) -> float:
    """Over how much of the time since the enrolment somebody has watched; half of them still do."""
    return draw.uniform(0.8, 1) if draw.random() < 0.5 else draw.uniform(0.05, 0.9)


def _events(
    enrollment: dict[str, Any], progress: dict[str, Any], midnight: datetime, draw: random.Random
) -> list[dict[str, Any]]:
    """When the learner sat down to each lesson: at the moment that is kept of it, and to some of them once before."""
    earliest, enrolled = midnight - KEPT + timedelta(days=2), enrollment["enrolledAt"]
    seen: dict[ObjectId, dict[str, Any]] = {}
    for lesson, state in progress["lessons"].items():
        at = state["positionAt"]
        before = max(enrolled, at - timedelta(minutes=draw.randint(15, 2000)))
        for moment in (before, at) if draw.random() < BEGUN_BEFORE else (at,):
            if moment > earliest:
                made = event(enrollment["user"], enrollment["course"], ObjectId(lesson), moment, moment)
                seen[made["_id"]] = {**made}
    return list(seen.values())


def _review(
    number: int,
    progress: dict[str, Any],
    rating: int,
    outlined: Outlined,
    midnight: datetime,
    draw: random.Random,
) -> dict[str, Any]:
    lesson = draw.choice(outlined.lessons[: len(progress["lessons"])])
    section = next(each["sectionName"] for each in outlined.sections if each["_id"] == lesson["section"])
    at = _between(progress["updatedAt"], midnight, draw)
    return {
        "_id": demo_id("review", number),
        "user": progress["user"],
        "course": progress["course"],
        "rating": rating,
        "review": review_text(draw, rating, outlined.course["language"], section, lesson["title"]),
        "status": "visible",
        "reports": [],
        "createdAt": at,
        "updatedAt": at,
    }


def _count(course: dict[str, Any], activity: Activity) -> None:
    ratings = [review["rating"] for review in activity.reviews]
    course["studentsCount"] = sum(enrollment["status"] == "active" for enrollment in activity.enrollments)
    course["ratingCount"] = len(ratings)
    course["ratingAverage"] = round(sum(ratings) / len(ratings), 2) if ratings else 0
    course["ratingHistogram"] = {str(stars): ratings.count(stars) for stars in STARS}
