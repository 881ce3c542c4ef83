"""What staff do with courses beside moderating them: put them on the front, bring back deleted ones."""

from datetime import datetime

from bson import ObjectId

from lms.controllers.authoring import courses as authoring
from lms.controllers.moderation.courses import require, subject
from lms.errors import ChangedMeanwhile, CourseNotDeleted, CourseNotFound, CourseNotPublic
from lms.models.authoring import course_states
from lms.models.base import after_commit, transactional
from lms.models.system.audit_log import Actor, audit_log
from lms.services.system import page_cache


@transactional
def feature(actor: Actor, course_id: ObjectId, seen: int) -> None:
    """Put a published course on the front."""
    _feature(actor, course_id, seen, True)


@transactional
def unfeature(actor: Actor, course_id: ObjectId, seen: int) -> None:
    """Take a published course off the front."""
    _feature(actor, course_id, seen, False)


def _feature(actor: Actor, course_id: ObjectId, seen: int, featured: bool) -> None:
    otherwise = CourseNotPublic("Only a published course can be on the front.")
    course = require(actor, course_id, seen, ("published",), otherwise)
    course_states.feature(course_id, featured)
    before, after = {"featured": "featuredAt" in course}, {"featured": featured}
    audit_log.record(actor, "course.feature" if featured else "course.unfeature", subject(course), before, after)
    after_commit(page_cache.moved)


@transactional
def restore(actor: Actor, course_id: ObjectId, seen: datetime) -> None:
    """Bring back a course that was deleted at the moment `seen`, with what was deleted with it."""
    course = course_states.with_deleted({"_id": course_id})
    if course is None:
        raise CourseNotFound
    if "deletedAt" not in course:
        raise CourseNotDeleted
    if course["deletedAt"] != seen:
        raise ChangedMeanwhile
    authoring.bring_back(course)
    audit_log.record(actor, "course.restore", subject(course), {"deletedAt": course["deletedAt"]})
    after_commit(page_cache.moved)
