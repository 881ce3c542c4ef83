"""What learners and authors see of attempts: no key and no points before the quiz reveals them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from bson import ObjectId

from lms.controllers.assessment import results
from lms.models.accounts.users import name_of, users
from lms.models.assessment.questions import question_versions
from lms.models.assessment.quiz_attempts import PaperItem, QuizAttempt
from lms.models.assessment.quizzes import Quiz
from lms.models.base import now

Told = Literal["nothing", "passed", "score", "answers"]

OF_ANY = ("number", "state", "how", "startedAt", "dueAt", "submittedAt")


def told(attempt: QuizAttempt, quiz: Quiz, moment: datetime) -> Told:
    """How much its learner is told of an attempt."""
    if attempt["state"] == "open" or results.held_back(quiz, attempt["user"], moment):
        return "nothing"
    return "passed" if quiz["reveal"] == "never" else quiz["reveal"]


def line(attempt: Mapping[str, Any], level: Told) -> dict[str, Any]:
    """An attempt in a list."""
    counted = attempt["state"] == "graded"
    return {
        "id": attempt["_id"],
        **{name: attempt[name] for name in OF_ANY},
        "percent": attempt["percent"] if counted and level in ("score", "answers") else None,
        "passed": attempt["passed"] if counted and level != "nothing" else None,
    }


def whose(attempts: Iterable[Mapping[str, Any]]) -> dict[ObjectId, dict[str, Any]]:
    """Who takes these attempts, by their ids, as authors are told of them."""
    ids = {each["user"] for each in attempts}
    return {each["_id"]: {"id": each["_id"], "name": name_of(each)} for each in users.find({"_id": {"$in": list(ids)}})}


def to_learner(attempt: QuizAttempt, quiz: Quiz) -> dict[str, Any]:
    return _whole(attempt, told(attempt, quiz, now()))


def to_author(attempt: QuizAttempt) -> dict[str, Any]:
    """All of it, with whose it is and the revision that marks by hand have to name."""
    return {
        **_whole(attempt, "answers"),
        "learner": whose([attempt]).get(attempt["user"]),
        "revision": attempt["revision"],
    }


def _whole(attempt: QuizAttempt, level: Told) -> dict[str, Any]:
    annulled = attempt.get("annulled")
    return {
        **line(attempt, level),
        "quizId": attempt["quiz"],
        "serverNow": now(),
        "oneWay": attempt["oneWay"],
        "score": attempt["score"] if attempt["state"] == "graded" and level in ("score", "answers") else None,
        "outOf": attempt["outOf"],
        "annulled": {"reason": annulled["reason"], "at": annulled["at"]} if annulled else None,
        "paper": _paper(attempt, level),
    }


def _paper(attempt: QuizAttempt, level: Told) -> list[dict[str, Any]]:
    versions = _versions((item["q"], item["version"]) for item in attempt["paper"])
    keys = results.in_force(attempt, attempt["keyVersions"]) if level == "answers" else {}
    asked = [_asked(item, versions[item["q"]], attempt) for item in attempt["paper"]]
    if level in ("score", "answers"):
        for each in asked:
            each |= _earned(attempt, str(each["id"]))
    for each in asked if level == "answers" else ():
        each |= {name: keys[str(each["id"])][name] for name in ("key", "explanation")}
    return asked


def _versions(named: Iterable[tuple[ObjectId, int]]) -> Mapping[ObjectId, Mapping[str, Any]]:
    return {each["question"]: each for each in question_versions.named(named)}


def _asked(item: PaperItem, version: Mapping[str, Any], attempt: QuizAttempt) -> dict[str, Any]:
    """A question in this attempt's order; nothing of its key."""
    bodies = {each["id"]: each for name in ("choices", "targets") for each in version[name]}
    answer = attempt["answers"].get(str(item["q"]))
    return {
        "id": item["q"],
        "kind": item["kind"],
        "body": version["body"],
        "points": item["points"],
        "choices": [bodies[each] for each in item["choices"]],
        "targets": [bodies[each] for each in item["targets"]],
        "answer": answer["value"] if answer else None,
    }


def _earned(attempt: QuizAttempt, q: str) -> dict[str, Any]:
    mark = attempt["marks"].get(q)
    return {"earned": mark["points"] if mark else None, "note": mark.get("note") if mark else None}
