"""How far their learners have come."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId

from lms.moving.aliases import read, unknown
from lms.moving.became import Became, made
from lms.moving.losses import Losses
from lms.moving.references import ids_in, object_id
from lms.moving.school import School

Document = Mapping[str, Any]

WRITTEN = ("user", "course", "lessons", "completed", "completedAt", "updatedAt")


def enrolment_of(old: ObjectId, document: Document, school: School) -> int | None:
    """The place of the enrolment whose progress a document is; none where there is none."""
    progress = read("courseprogresses", document)
    return school.place(school.course(object_id(progress["course"])), school.learner_of(old, progress["user"]))


def refused(old: ObjectId, document: Document, school: School) -> Became:
    """A document of progress that is no enrolment's."""
    progress = read("courseprogresses", document)
    losses = Losses()
    if school.course(object_id(progress["course"])) is None:
        losses.add("progress_of_no_course")
    elif school.learner_of(old, progress["user"]) is None:
        losses.add("progress_of_nobody")
    else:
        losses.add("progress_without_enrolment")
    return Became(old, losses=losses.all())


def merged(old: ObjectId, first: ObjectId) -> Became:
    """One that is not its enrolment's first."""
    losses = Losses()
    losses.add("merged_progress", first)
    return Became(old, into=first, merged=True, losses=losses.all())


def became(
    documents: Sequence[Document], user_id: ObjectId, course_id: ObjectId, lessons: Sequence[ObjectId]
) -> Became:
    """All documents of one enrolment, the oldest first, as one; when a lesson was completed nobody wrote down."""
    losses, known = Losses(), frozenset(lessons)
    times: dict[ObjectId, Any] = {}
    for document in documents:
        losses.add_all("field_not_taken", unknown("courseprogresses", document))
        named = dict.fromkeys(ids_in(read("courseprogresses", document)["completed"]))
        losses.add_all("lesson_unknown", (each for each in named if each not in known))
        at = made(document["_id"])
        for lesson in known.intersection(named):
            times.setdefault(lesson, at)
    newest, done = made(documents[-1]["_id"]), [each for each in lessons if each in times]
    written = {
        "_id": documents[0]["_id"],
        "user": user_id,
        "course": course_id,
        "lessons": {str(each): {"completed": True, "completedAt": times[each]} for each in done},
        "completed": done,
        "resume": None,
        "completedAt": newest if known and len(times) == len(known) else None,
        "updatedAt": newest,
    }
    return Became(documents[0]["_id"], written, losses=losses.all())
