"""What comes with time: drafts that are taken at the end, reminders before it, and zones that change their clocks."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from bson import ObjectId

from lms.controllers.assessment import handing_in
from lms.controllers.assessment.work import Work
from lms.errors import NoSuchLocalTime
from lms.jobs.assessment import assignments as jobs
from lms.machinery.rounds import FROM_THE_FIRST
from lms.models.assessment.assignments import Assignment, assignments
from lms.models.assessment.extensions import Extension, extensions
from lms.models.assessment.submissions import submissions
from lms.models.authoring.subsections import subsections
from lms.models.base import Collection, Filter, now
from lms.models.learning.enrollments import enrollments
from lms.models.transactions import transactional
from lms.services.assessment import deadlines

log = structlog.get_logger("deadlines")

REMIND_HOURS = (2, 24)
"""How long before a deadline learners are reminded, the shortest first: who meets both at once is told once."""

AT_ONCE = 200
"""How many reminders are promised in one transaction."""

ARRIVING = timedelta(seconds=30)
"""For how long after an end what reached us before it may still be on its way through."""

LOOKED_BACK = timedelta(days=7)
"""For how long after an end drafts are looked for, in case nothing ran at that time."""


def close_drafts() -> None:
    """Hand in what lies in drafts of assignments that have ended."""
    begun = submissions.aggregate({"state": "draft"}, [{"$group": {"_id": "$assignment"}}])
    for assignment in assignments.find({"_id": {"$in": [each["_id"] for each in begun]}}):
        end, moment = deadlines.window(assignment).end, now()
        if end is None or end > moment or subsections.of_assessment(assignment["_id"]) is None:
            continue
        drafts: Filter = {"assignment": assignment["_id"], "state": "draft"}
        if end + LOOKED_BACK < moment:
            longer = extensions.find({"assessment": assignment["_id"], "due": {"$ne": None}}, {"user": 1})
            drafts = {**drafts, "user": {"$in": [each["user"] for each in longer]}}
        for draft in submissions.find(drafts, {"user": 1}):
            _close(assignment, draft["user"], moment)


@transactional
def _close(assignment: Assignment, user_id: ObjectId, moment: datetime) -> None:
    """Hand in somebody's draft if it may still be and has anything in it, as late as the end of their time."""
    work = Work(assignment, user_id, extensions.of(assignment["_id"], user_id))
    end = work.window.end
    if end is None or not end + ARRIVING < moment < end + LOOKED_BACK or work.draft is None or work.mending:
        return
    content = {name: value for name, value in work.draft.items() if name in handing_in.NOTHING}
    if work.refusal(end) or not any(content.values()) or not enrollments.attends(user_id, assignment["course"]):
        return
    handing_in.hand_in(work, content, end, "closed")


def remind() -> None:
    """Remind learners of deadlines that are near, once for each of the hours; what was not finished goes on."""
    moment = now()
    for hours in REMIND_HOURS:
        near = {"due.at": {"$gt": moment, "$lte": moment + timedelta(hours=hours)}}
        unreminded = {**near, "$or": [{"reminded": None}, {"reminded": {"$gt": hours}}]}
        assignments.update_many(unreminded, {"$set": {"reminded": hours, "remindedTo": FROM_THE_FIRST}})
        for extension in extensions.find(unreminded):
            _remind_one(extension, hours, unreminded)
    for assignment in assignments.find({"remindedTo": {"$exists": True}}, {"_id": 1}):
        while _remind_some(assignment["_id"]):
            pass


@transactional
def _remind_some(assignment_id: ObjectId) -> bool:
    """Promise a reminder to the next learners of an assignment who await one; false once there are no more."""
    assignment = assignments.get({"_id": assignment_id, "remindedTo": {"$exists": True}})
    if assignment is None:
        return False
    seen, listed = assignment["remindedTo"], subsections.of_assessment(assignment_id) is not None
    where: Filter = {"course": assignment["course"], "status": "active", "_id": {"$gt": seen}}
    held = enrollments.find(where, {"user": 1}, sort=[("_id", 1)], limit=AT_ONCE) if listed else []
    last = len(held) < AT_ONCE
    change: Any = {"$unset": {"remindedTo": ""}} if last else {"$set": {"remindedTo": held[-1]["_id"]}}
    if not assignments.update({"_id": assignment_id, "remindedTo": seen}, change):
        return False
    for user_id in _awaiting(assignment_id, [each["user"] for each in held]):
        jobs.mail_due_soon.promise(assignment_id, user_id)
    return not last


def _awaiting(assignment_id: ObjectId, user_ids: list[ObjectId]) -> list[ObjectId]:
    """Those of the learners who have handed in nothing and were given no other deadline."""
    theirs = {"user": {"$in": user_ids}}
    sent = submissions.find({**theirs, "assignment": assignment_id, "state": {"$ne": "draft"}}, {"user": 1})
    others = extensions.find({**theirs, "assessment": assignment_id, "due": {"$ne": None}}, {"user": 1})
    done = {each["user"] for each in (*sent, *others)}
    return [each for each in user_ids if each not in done]


@transactional
def _remind_one(extension: Extension, hours: int, unreminded: dict[str, Any]) -> None:
    """Promise a reminder to one learner with a deadline of their own."""
    if not extensions.update({**unreminded, "_id": extension["_id"]}, {"$set": {"reminded": hours}}):
        return
    if assignments.get({"_id": extension["assessment"]}, {"_id": 1}):
        jobs.mail_due_soon.promise(extension["assessment"], extension["user"])


def recount() -> None:
    """Tell anew when deadlines are, for countries change their clocks; each that moves is logged."""
    for collection, names in ((assignments, ("due", "closes")), (extensions, ("due",))):
        for found in collection.find({"$or": [{name: {"$ne": None}} for name in names]}, dict.fromkeys(names, 1)):
            for name in names:
                _recount(collection, found, name)


def _recount(collection: Collection[Any], found: Any, name: str) -> None:
    kept = found.get(name)
    if kept is None:
        return
    told = {"collection": collection.name, "id": str(found["_id"]), "field": name, "zone": kept["zone"]}
    try:
        at = deadlines.last_moment(kept["local"], kept["zone"])
    except (NoSuchLocalTime, KeyError):
        log.error("deadline_has_no_time", **told, local=kept["local"])
        return
    if at != kept["at"] and collection.update({"_id": found["_id"], name: kept}, {"$set": {f"{name}.at": at}}):
        log.warning("deadline_moved", **told, before=str(kept["at"]), after=str(at))
