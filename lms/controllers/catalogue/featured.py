"""What staff do with courses beside moderating them: put them on the front, bring back deleted ones."""

from datetime import datetime

from bson import ObjectId

from lms.controllers.authoring import courses as authoring
from lms.controllers.moderation.courses import require
from lms.errors import ChangedMeanwhile, CourseNotDeleted, CourseNotFound, CourseNotPublic
from lms.models.authoring import course_states
from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional


@transactional
def feature(course_id: ObjectId, seen: int) -> None:
    """Put a published course on the front."""
    _feature(course_id, seen, True)


@transactional
def unfeature(course_id: ObjectId, seen: int) -> None:
    """Take a published course off the front."""
    _feature(course_id, seen, False)


def _feature(course_id: ObjectId, seen: int, featured: bool) -> None:
    otherwise = CourseNotPublic("Only a published course can be on the front.")
    course = require(course_id, seen, ("published",), otherwise)
    course_states.feature(course_id, featured)
    before, after = {"featured": "featuredAt" in course}, {"featured": featured}
    audit_log.record("course.feature" if featured else "course.unfeature", courses.subject(course), before, after)


@transactional
def restore(course_id: ObjectId, seen: datetime) -> None:
    """Bring back a course that was deleted at the moment `seen`, with what was deleted with it."""
    course = course_states.with_deleted({"_id": course_id})
    if course is None:
        raise CourseNotFound
    if "deletedAt" not in course:
        raise CourseNotDeleted
    if course["deletedAt"] != seen:
        raise ChangedMeanwhile
    authoring.bring_back(course)
    audit_log.record("course.restore", courses.subject(course), {"deletedAt": course["deletedAt"]})
