"""What an attempt has earned, and which of several counts: pure functions of what was asked and answered."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from lms.services.assessment import totals
from lms.services.assessment.marking import mark

Attempt = Mapping[str, Any]


def scored(attempt: Attempt, questions: Mapping[str, Mapping[str, Any]], pass_percent: int) -> dict[str, Any]:
    """The fields of an attempt once it is marked; `questions` are the versions whose keys hold, by their ids.

    What a person has marked by hand stays. An essay that nobody has looked at has no mark.
    """
    marks: dict[str, Mapping[str, Any]] = {}
    for item in attempt["paper"]:
        q = str(item["q"])
        by_hand = attempt["marks"].get(q)
        answer = attempt["answers"].get(q)
        points = mark(questions[q], item["points"], answer and answer["value"])
        if by_hand and "by" in by_hand:
            marks[q] = by_hand
        elif points is not None:
            marks[q] = {"points": points}
    versions = {q: question["version"] for q, question in questions.items()}
    return {**summed(attempt, marks, pass_percent), "keyVersions": versions}


def summed(attempt: Attempt, marks: Mapping[str, Mapping[str, Any]], pass_percent: int) -> dict[str, Any]:
    """The fields of an attempt that follow from its marks."""
    score, out_of = sum(each["points"] for each in marks.values()), attempt["outOf"]
    done = len(marks) == len(attempt["paper"])
    return {
        "marks": dict(marks),
        "score": score,
        "percent": totals.percent(score, out_of),
        "passed": done and totals.passes(score, out_of, pass_percent),
        "state": "graded" if done else "grading",
    }


def counting(attempts: Sequence[Attempt], keeps: str) -> tuple[Attempt, int] | None:
    """Of marked attempts, the first first, the one that counts, and its points; none of none.

    The average is worth as much as the last is: points of its own, the mean share of what there was to earn.
    """
    if not attempts:
        return None
    last = attempts[-1]
    if keeps == "last":
        return last, last["score"]
    if keeps == "best":
        best = max(attempts, key=_share)
        return best, best["score"]
    mean = sum((_share(each) for each in attempts), Fraction()) / len(attempts)
    return last, int(mean * last["outOf"])


def _share(attempt: Attempt) -> Fraction:
    return Fraction(attempt["score"], attempt["outOf"])
