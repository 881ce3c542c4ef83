"""From points to percent, and from the grades of a learner to that of their course."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any


def percent(points: int, out_of: int) -> int:
    """Whole percent, rounded down, so that 100 means all of them."""
    return points * 100 // out_of


def passes(points: int, out_of: int, pass_percent: int) -> bool:
    return points * 100 >= pass_percent * out_of


def of_course(counted: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The grade of a course: the mean of what was reached in each, by its weight; what weighs nothing is left out.

    `points` and `outOf` are hundredths of weights: 80 % of an item that weighs 2 are 160 of 200.
    """
    rows = [each for each in counted if each["weight"]]
    reached = sum((Fraction(each["points"], each["outOf"]) * each["weight"] for each in rows), Fraction())
    weight = sum(each["weight"] for each in rows)
    return {
        "points": int(reached * 100),
        "outOf": weight * 100,
        "percent": int(reached * 100 / weight) if weight else 0,
        "passed": bool(rows) and all(each["passed"] for each in rows),
        "items": len(rows),
    }
