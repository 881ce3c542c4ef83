"""Writing courses: from a draft to what staff decide on, and back."""

from typing import IO, Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.authoring import media, sellable
from lms.controllers.catalogue import courses
from lms.controllers.moderation import approvals
from lms.errors import (
    CategoryNotFound,
    CourseHasStudents,
    CourseIncomplete,
    CourseNotDeleted,
    CourseNotDraft,
    CourseNotFound,
    CourseNotPublic,
    Forbidden,
    InstructorNotApproved,
)
from lms.models.accounts import user_administration
from lms.models.accounts.sessions import Caller
from lms.models.authoring import course_states
from lms.models.authoring.media import Medium
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import Course, new_course, searchable
from lms.models.catalogue.courses import courses as course_model
from lms.models.catalogue.tags import tags
from lms.models.transactions import transactional
from lms.schemas.authoring.courses import CourseChangeIn, CourseIn

Details = dict[str, Any]


def create(caller: Caller, form: CourseIn, thumbnail: IO[bytes] | None) -> Details:
    """Begin a draft of the caller's."""
    _require_category(form.category)
    picture = _picture(caller, form, thumbnail)
    with media.placed(picture):
        course_id = _create(caller, form, picture)
    return courses.own_details(caller, course_id)


def _require_category(category_id: ObjectId | None) -> None:
    if category_id is not None and categories.card(category_id) is None:
        raise CategoryNotFound


def _picture(caller: Caller, form: CourseChangeIn, thumbnail: IO[bytes] | None) -> Medium | None:
    if thumbnail is not None:
        return media.keep_thumbnail(caller.id, thumbnail)
    if form.thumbnail_public_id is not None:
        return media.uploaded_thumbnail(caller, form.thumbnail_public_id)
    return None


@transactional
def _create(caller: Caller, form: CourseIn, picture: Medium | None) -> ObjectId:
    fields = {**form.stored(), **searchable(form.title, form.description or "", form.tags or ()), **_shown(picture)}
    _hold(fields)
    return course_model.insert(new_course(caller.id, fields))


def _hold(fields: dict[str, Any]) -> None:
    """Keep what the fields name from being deleted by staff meanwhile."""
    tags.keep(fields.get("tags", ()))
    if "category" in fields and not categories.hold(fields["category"]):
        raise CategoryNotFound


def _shown(picture: Medium | None) -> dict[str, Any]:
    """The thumbnail's field, in the transaction that refers to the picture."""
    if picture is None:
        return {}
    media.hold(picture["_id"])
    return {"thumbnail": picture["url"]}


def edit(caller: Caller, course_id: ObjectId, form: CourseChangeIn, thumbnail: IO[bytes] | None) -> Details:
    """Change what the form names; what is for sale has to stay fit for it."""
    _require_category(form.category)
    picture = _picture(caller, form, thumbnail)
    with media.placed(picture):
        _edit(caller, course_id, form.stored(), picture)
    return courses.own_details(caller, course_id)


@transactional
def _edit(caller: Caller, course_id: ObjectId, fields: dict[str, Any], picture: Medium | None) -> None:
    before = access.written_course(caller, course_id)
    _hold(fields)
    text = searchable(*(fields.get(name, before[name]) for name in ("title", "description", "tags")))
    changed = {name: value for name, value in text.items() if before.get(name) != value}
    course = course_model.edit(course_id, {**fields, **changed, **_shown(picture)})
    if course and course["status"] in ("published", "in_review"):
        lacked = sellable.lacking_in_course(before)
        lost = {field: why for field, why in sellable.lacking_in_course(course).items() if field not in lacked}
        if lost:
            raise CourseIncomplete("What is for sale cannot lose this.", errors=lost)


@transactional
def submit(caller: Caller, course_id: ObjectId, moderated: bool) -> Details:
    """Hand a complete draft to staff, or publish it at once where nobody moderates."""
    course = access.own_course(caller, course_id)
    if user_administration.applies(caller.id):
        raise InstructorNotApproved
    if course["status"] != "draft":
        raise CourseNotDraft
    if missing := sellable.lacking(course):
        raise CourseIncomplete(errors=missing)
    if moderated:
        course_states.submit(course_id)
    else:
        course_states.publish(course_id, "draft")
        approvals.keep(course, None)
    return courses.own_details(caller, course_id)


@transactional
def unpublish(caller: Caller, course_id: ObjectId) -> Details:
    """Take a course back to draft; those who attend it keep it."""
    access.own_course(caller, course_id)
    if not course_states.unpublish(course_id):
        raise CourseNotPublic
    return courses.own_details(caller, course_id)


@transactional
def delete(caller: Caller, course_id: ObjectId) -> None:
    """Hide a course with its sections and lessons; nobody may attend it: those who do keep it."""
    access.own_course(caller, course_id)
    moment = now()
    if not course_states.delete_course(course_id, caller.id, moment):
        raise CourseHasStudents
    for part in (sections, subsections):
        part.remove({"course": course_id}, caller.id, moment)


@transactional
def restore(caller: Caller, course_id: ObjectId) -> Details:
    """Bring back a course, with what was deleted with it."""
    course = course_states.with_deleted({"_id": course_id, **caller.ownership})
    if course is None:
        raise CourseNotFound
    if "deletedAt" not in course:
        raise CourseNotDeleted
    if caller.role != "admin" and course.get("deletedBy") != caller.id:
        raise Forbidden("Staff deleted this course. Write to support.")
    bring_back(course)
    return courses.own_details(caller, course_id)


def bring_back(course: Course) -> None:
    """Restore a deleted course with what was deleted with it; part of a transaction."""
    course_states.restore_course(course["_id"])
    for part in (sections, subsections):
        part.restore({"course": course["_id"], "deletedAt": course["deletedAt"]})
