"""Handing in: drafts that change, submissions that do not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.assessment import kept_files, showing_work
from lms.controllers.assessment.work import Work, work_of
from lms.errors import ChangedMeanwhile, NotAskedFor, NothingToSubmit
from lms.models.accounts.sessions import Caller
from lms.models.assessment.assignments import Assignment
from lms.models.assessment.submissions import HandedInBy, KeptFile, Submission, submissions
from lms.models.base import now
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.assessment.submissions import DraftIn, SubmissionIn

NOTHING: dict[str, Any] = {"text": "", "url": "", "files": []}
"""What somebody has handed in who has not."""


def save_draft(caller: Caller, assignment_id: ObjectId, form: DraftIn) -> dict[str, Any]:
    """Keep what the learner has so far, if it is still what they saw. What counts is when it reached us."""
    moment = now()
    files = _files(caller, assignment_id, form.files)
    content = {"text": form.text, "url": form.url or "", "files": files}
    try:
        return _save(caller.id, assignment_id, content, form.revision, moment)
    except DuplicateKeyError:
        raise ChangedMeanwhile from None


def _files(caller: Caller, assignment_id: ObjectId, public_ids: Sequence[str]) -> list[KeptFile]:
    """The uploaded files, as they are known from the draft; looked at before the transaction, for it asks the store."""
    known = submissions.get({"assignment": assignment_id, "user": caller.id, "state": "draft"}, {"files": 1})
    return kept_files.uploaded(caller, public_ids, known["files"] if known else ())


@transactional
def _save(
    user_id: ObjectId, assignment_id: ObjectId, content: dict[str, Any], revision: int, moment: datetime
) -> dict[str, Any]:
    work = work_of(assignment_id, user_id)
    work.require_open(moment)
    _require_fitting(work.assignment, content)
    if work.revision != revision:
        raise ChangedMeanwhile
    kept_files.hold(content["files"])
    _put(work, {**content, "state": "draft"})
    return showing_work.mine(work_of(assignment_id, user_id))


def _require_fitting(assignment: Assignment, content: dict[str, Any]) -> None:
    """Raise NotAskedFor for what the assignment does not ask for, and what kept_files says of files."""
    asked = {"text": assignment["text"], "url": assignment["url"]}
    foreign = [name for name in asked if content[name] and not asked[name]]
    if foreign:
        raise NotAskedFor(errors=dict.fromkeys(foreign, NotAskedFor.message))
    kept_files.require_accepted(assignment, content["files"])


def _put(work: Work, fields: dict[str, Any]) -> Submission:
    """Change the draft, or begin the next one; when another was quicker, ChangedMeanwhile or DuplicateKeyError."""
    if work.draft:
        moved = submissions.move(work.draft, fields)
        if moved is None:
            raise ChangedMeanwhile
        return moved
    whose = {"assignment": work.assignment["_id"], "course": work.assignment["course"]}
    number, revision = len(work.all) + 1, work.revision + 1
    return submissions.begin({**whose, "user": work.user_id}, number, revision, fields)


def submit(caller: Caller, assignment_id: ObjectId, form: SubmissionIn) -> Result:
    """Hand in the draft with what the form says besides; the same call again is the same submission.

    Raises ChangedMeanwhile where something else was handed in by who saw the same. What counts is when it reached us.
    """
    moment = now()
    given = {name: getattr(form, name) for name in ("text", "url") if getattr(form, name) is not None}
    if form.files is not None:
        given["files"] = _files(caller, assignment_id, form.files)
    try:
        return _submit(caller.id, assignment_id, given, form.revision, moment)
    except DuplicateKeyError:
        return _submit(caller.id, assignment_id, given, form.revision, moment)  # what was quicker is there now


@transactional
def _submit(
    user_id: ObjectId, assignment_id: ObjectId, given: dict[str, Any], revision: int, moment: datetime
) -> Result:
    work = work_of(assignment_id, user_id)
    before = next((each for each in work.sent if each.get("sentAs") == revision), None)
    if before is not None:
        _require_same(before, given)
        return Result(showing_work.own(work, before), status=200)
    work.require_open(moment)
    if work.revision != revision:
        raise ChangedMeanwhile
    content = {**NOTHING, **_saved(work), **given}
    _require_fitting(work.assignment, content)
    if not any(content.values()):
        raise NothingToSubmit
    kept_files.hold(content["files"])
    sent = hand_in(work, {**content, "sentAs": revision}, moment, "learner")
    return Result(showing_work.submission(sent, own=True))


def _require_same(sent: Submission, given: dict[str, Any]) -> None:
    """Raise ChangedMeanwhile for other content under the same revision: a second browser, not a second call."""
    kept = dict[str, Any](sent)
    if any(_comparable(value) != _comparable(kept[name]) for name, value in given.items()):
        raise ChangedMeanwhile


def _comparable(value: Any) -> Any:
    return [file["media"] for file in value] if isinstance(value, list) else value


def _saved(work: Work) -> dict[str, Any]:
    return {name: value for name, value in (work.draft or {}).items() if name in NOTHING}


def hand_in(work: Work, content: dict[str, Any], moment: datetime, by: HandedInBy) -> Submission:
    """Make the draft, or what comes without one, a submission; it replaces the one before that waits to be graded."""
    last = work.sent[0] if work.sent else None
    replaces = {"replaces": last["_id"]} if last else {}
    if last and last["state"] == "submitted" and submissions.move(last, {"state": "replaced"}) is None:
        raise ChangedMeanwhile
    sent = {"state": "submitted", "submittedAt": moment, "handedInBy": by, "lateBy": work.late_by(moment)}
    return _put(work, {**content, **sent, **replaces})
