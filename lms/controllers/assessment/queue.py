"""What was handed in for an assignment, as graders meet it: the oldest first, without names where they are blind."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.assessment import showing_work
from lms.models.accounts.users import name_of, users
from lms.models.assessment.assignments import assignments
from lms.models.assessment.grades import Grade, grades
from lms.models.assessment.submissions import SENT, Submission, submissions
from lms.models.base import Filter
from lms.models.system.finding import having
from lms.results import Result
from lms.schemas.assessment.submissions import QueueQuery

OLDEST_FIRST = [("submittedAt", 1), ("_id", 1)]


def page(assignment_id: ObjectId, query: QueueQuery) -> Result:
    """Some of the queue, and the `next` to ask for the rest with."""
    state: Any = {"$in": SENT} if query.state == "all" else query.state
    where: dict[str, Any] = {"assignment": assignment_id, "state": state, **_after(query.after)}
    if query.late is not None:
        where["lateBy"] = {"$gt": 0} if query.late else 0
    if query.q:
        where["user"] = {"$in": _called(assignment_id, query.q)}
    found = submissions.find(where, sort=OLDEST_FIRST, limit=query.limit + 1)
    shown = found[: query.limit]
    return Result(rows(shown), top_level={"next": shown[-1]["_id"] if len(found) > query.limit else None})


def _after(submission_id: ObjectId | None) -> Filter:
    """A filter for what stands behind one in the queue; none where there is no such."""
    last = submissions.get({"_id": submission_id}, {"submittedAt": 1}) if submission_id else None
    if last is None or "submittedAt" not in last:
        return {}
    at = last["submittedAt"]
    return {"$or": [{"submittedAt": {"$gt": at}}, {"submittedAt": at, "_id": {"$gt": submission_id}}]}


def _called(assignment_id: ObjectId, words: str) -> list[ObjectId]:
    """Who handed something in and is called like this; while graders are blind, of those whose grade is released."""
    who = {each["user"] for each in submissions.find({"assignment": assignment_id}, {"user": 1})}
    if _is_blind(assignment_id):
        who &= {each["user"] for each in grades.find({"assessment": assignment_id, "releasedAt": {"$ne": None}})}
    return [each["_id"] for each in users.find({"_id": {"$in": list(who)}, **having(words)}, {"_id": 1})]


def _is_blind(assignment_id: ObjectId) -> bool:
    found = assignments.get({"_id": assignment_id}, {"blind": 1})
    return found is not None and found["blind"]


def row(submission: Submission) -> dict[str, Any]:
    return rows([submission])[0]


def rows(found: Iterable[Submission]) -> list[dict[str, Any]]:
    """Submissions of one assignment, with their learners and grades where there are any."""
    listed = list(found)
    if not listed:
        return []
    assignment_id, who = listed[0]["assignment"], {each["user"] for each in listed}
    blind = _is_blind(assignment_id)
    people = {each["_id"]: each for each in users.find({"_id": {"$in": list(who)}})}
    given = {each["source"]: each for each in grades.find({"assessment": assignment_id, "user": {"$in": list(who)}})}
    told = {each["user"] for each in given.values() if each["releasedAt"]}
    return [
        _row(each, given.get(each["_id"]), None if blind and each["user"] not in told else people) for each in listed
    ]


def _row(submission: Submission, grade: Grade | None, people: Mapping[ObjectId, Any] | None) -> dict[str, Any]:
    """One of them; without `people`, nobody is to know whose it is, and names of files tell nothing either."""
    person = people.get(submission["user"]) if people is not None else None
    shown = showing_work.submission(submission)
    if people is None:
        shown["files"] = [
            {**file, "name": _nameless(file["name"], place)} for place, file in enumerate(shown["files"], 1)
        ]
    return {
        **shown,
        "alias": showing_work.alias(submission),
        "learner": {"id": person["_id"], "name": name_of(person)} if person else None,
        "grade": showing_work.grade_shown(grade) if grade else None,
    }


def _nameless(name: str, place: int) -> str:
    return f"{place}.{name.rpartition('.')[2]}"
