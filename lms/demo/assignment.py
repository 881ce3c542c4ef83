"""The demo assignment, and work for it in every state."""

import random
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.demo.grading import ASSIGNMENT, COURSE, Document, grade
from lms.demo.ids import demo_id
from lms.demo.quiz_text import BRIEF, COMMENTS, RUBRIC, WORK

PASSED_AT = 50
STATES = ("draft", "submitted", "late", "replaced", "returned", "graded", "unreleased")


def assignment(midnight: datetime) -> Document:
    moment = midnight - timedelta(days=45)
    due = (midnight - timedelta(days=5)).replace(hour=18, minute=29, second=59, microsecond=999000)
    rubric = [
        {"id": f"r{place}", "title": title, "levels": [_level(spot, *each) for spot, each in enumerate(levels)]}
        for place, (title, levels) in enumerate(RUBRIC)
    ]
    return {
        "_id": ASSIGNMENT,
        "course": COURSE,
        "brief": BRIEF,
        "accept": ["pdf", "zip"],
        "text": True,
        "url": True,
        "mostFiles": 3,
        "mostBytes": 10 * 1024**2,
        "due": {"local": f"{due:%Y-%m-%d}T23:59", "zone": "Asia/Kolkata", "at": due},
        "closes": None,
        "graceSeconds": 60,
        "late": {"kind": "percent_per_day", "percent": 10, "most": 50},
        "tries": None,
        "rubric": rubric,
        "outOf": sum(max(points for _, points in levels) for _, levels in RUBRIC),
        "passPercent": PASSED_AT,
        "blind": False,
        "weight": 2,
        "revision": 1,
        "createdAt": moment,
        "updatedAt": moment,
    }


def _level(spot: int, title: str, points: int) -> Document:
    return {"id": f"l{spot}", "title": title, "points": points}


def work(number: int, user: ObjectId, ability: float, midnight: datetime, draw: random.Random) -> dict[str, Any]:
    """One learner's work for the assignment, in one of the states there are."""
    state = STATES[number % len(STATES)]
    sent = midnight - timedelta(days=9 - number % 3, minutes=draw.randrange(900))
    late_by = 0
    if state == "late":
        late_by, state = 90_000, "submitted"
        sent = assignment(midnight)["due"]["at"] + timedelta(seconds=late_by)
    first = _submission(number * 2, user, 1, state, sent, late_by)
    if state == "replaced":
        second = _submission(number * 2 + 1, user, 2, "submitted", sent + timedelta(hours=7), 0)
        return {"submissions": [first, {**second, "replaces": first["_id"]}], "grades": []}
    if state not in ("graded", "unreleased"):
        return {"submissions": [first], "grades": []}
    grade = _of_work(number, first, state, ability, midnight, draw)
    return {"submissions": [{**first, "state": "graded"}], "grades": [grade]}


def _submission(number: int, user: ObjectId, place: int, state: str, sent: datetime, late_by: int) -> Document:
    made: Document = {
        "_id": demo_id("submission", number),
        "assignment": ASSIGNMENT,
        "course": COURSE,
        "user": user,
        "number": place,
        "state": state,
        "text": WORK[number % len(WORK)],
        "url": f"https://example.org/shops/{number + 1}",
        "files": [],
        "revision": place + 1,
        "createdAt": sent,
        "updatedAt": sent,
    }
    if state == "draft":
        return made
    back = {"returnedAt": sent + timedelta(days=1), "note": "The address shows an empty page. Please mend it."}
    made |= {"sentAs": place - 1, "submittedAt": sent, "handedInBy": "learner", "lateBy": late_by}
    return made | back if state == "returned" else made


def _of_work(
    number: int, work: Document, state: str, ability: float, midnight: datetime, draw: random.Random
) -> Document:
    rules = assignment(midnight)
    levels = {each["id"]: _reached(each["levels"], ability, draw) for each in rules["rubric"]}
    raw = sum(level["points"] for level in levels.values())
    at = work["submittedAt"] + timedelta(days=2)
    given = grade(number * 2 + 1, work, "assignment", raw, 0, rules["outOf"], PASSED_AT, at)
    told = None if state == "unreleased" else at
    details = {"levels": {id: level["id"] for id, level in levels.items()}, "rubricSeen": rules["rubric"], "files": []}
    return {**given, **details, "comment": COMMENTS[number % len(COMMENTS)], "releasedAt": told}


def _reached(levels: list[Document], ability: float, draw: random.Random) -> Document:
    return next((level for level in levels[:-1] if draw.random() < ability), levels[-1])
