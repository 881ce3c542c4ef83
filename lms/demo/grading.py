"""Where the demo quiz and assignment stand, and the grades of both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.demo.activity import DEMO_STUDENTS_COURSE
from lms.demo.ids import demo_id
from lms.services.assessment import totals

Document = dict[str, Any]

COURSE = demo_id("course", DEMO_STUDENTS_COURSE)
QUIZ, ASSIGNMENT = demo_id("quiz", 0), demo_id("assignment", 0)


def grade(
    number: int,
    source: Mapping[str, Any],
    kind: str,
    raw: int,
    penalty: int,
    out_of: int,
    pass_percent: int,
    at: datetime,
) -> Document:
    points = max(0, raw - penalty)
    return {
        "_id": demo_id("grade", number),
        "course": COURSE,
        "user": source["user"],
        "assessment": QUIZ if kind == "quiz" else ASSIGNMENT,
        "kind": kind,
        "source": source["_id"],
        "raw": raw,
        "penalty": penalty,
        "points": points,
        "outOf": out_of,
        "passPercent": pass_percent,
        "percent": totals.percent(points, out_of),
        "passed": totals.passes(points, out_of, pass_percent),
        "by": None if kind == "quiz" else demo_id("instructor", 0),
        "releasedAt": at,
        "revision": 1,
        "at": at,
    }
