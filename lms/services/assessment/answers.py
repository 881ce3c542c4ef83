"""Answers as they come in: fitted to the paper, the last word on each question, by our own clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lms.services.assessment.questions import takes

Paper = Iterable[Mapping[str, Any]]
Given = tuple[str, Any, datetime]
"""A question's id, what was answered, and when."""


def merged(given: Iterable[Given], moment: datetime) -> dict[str, dict[str, Any]]:
    """The latest answer to each question; of two of one moment the one that stands last. None lies in the future."""
    latest: dict[str, dict[str, Any]] = {}
    for q, value, at in given:
        answer = {"value": value, "at": min(at, moment)}
        if q not in latest or answer["at"] >= latest[q]["at"]:
            latest[q] = answer
    return latest


def unasked(answers: Iterable[str], paper: Paper) -> list[str]:
    """The questions that a paper does not ask."""
    asked = {str(item["q"]) for item in paper}
    return [q for q in answers if q not in asked]


def misshapen(answers: Mapping[str, Mapping[str, Any]], paper: Paper) -> list[str]:
    """The questions whose answers are not of the kind that they take."""
    return [q for q, item in places(paper).items() if q in answers and not takes(item[1], answers[q]["value"])]


def places(paper: Paper) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """The place of each question in the paper, and the item."""
    return {str(item["q"]): (place, item) for place, item in enumerate(paper)}


def changed(answers: Mapping[str, Mapping[str, Any]], kept: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The questions that are answered otherwise than before."""
    return [q for q, answer in answers.items() if q not in kept or kept[q]["value"] != answer["value"]]
