"""Who may see and change which course."""

from typing import Any, Literal

from bson import ObjectId

from lms.errors import (
    CourseNotFound,
    Forbidden,
    LessonNotFound,
    NotEnrolled,
    NotSignedIn,
    ReviewNotFound,
    SectionNotFound,
)
from lms.models.accounts.sessions import Caller, Client
from lms.models.accounts.users import User, staff_role, users
from lms.models.actors import Actor
from lms.models.authoring import course_states
from lms.models.authoring.media import MediaKind
from lms.models.authoring.sections import Section, sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.catalogue.courses import Course, courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews

Right = Literal["preview", "owner", "enrolled"]


def calling(caller: Caller, client: Client) -> Actor:
    """The caller, who is staff, as the audit log names them."""
    user = users.by_id(caller.id)
    if user is None:
        raise Forbidden
    return staff_actor(user, client)


def staff_actor(user: User, client: Client) -> Actor:
    """Somebody of the staff, as the audit log names them."""
    role = staff_role(user)
    if role is None:
        raise Forbidden
    return Actor(user["_id"], users.label(user), role, client.address, client.device)


def require_enrollment(caller: Caller, course_id: ObjectId) -> None:
    """Raise NotEnrolled unless the caller attends the course, CourseNotFound when none is published."""
    course = courses.get({"_id": course_id}, {"status": 1})
    if course is None:
        raise CourseNotFound
    if not enrollments.attends(caller.id, course_id):
        raise NotEnrolled if course["status"] == "published" else CourseNotFound


def require_enrollment_or_ownership(caller: Caller, course_id: ObjectId) -> None:
    """The same, unless the caller is one of the authors."""
    if not writes(caller, course_id):
        require_enrollment(caller, course_id)


def require_uploading(caller: Caller, kind: MediaKind) -> None:
    """Raise Forbidden unless the caller teaches, or has files for an assignment: who does, attends some course."""
    if caller.role == "instructor":
        return
    if kind != "file":
        raise Forbidden
    if not enrollments.course_ids(caller.id):
        raise NotEnrolled


def writes(caller: Caller, course_id: ObjectId) -> bool:
    """Whether the caller is one of the authors: the owner or a co-author."""
    if caller.role == "student":
        return False
    return courses.get({"_id": course_id, **caller.authorship}, {"_id": 1}) is not None


def require_writing(caller: Caller, course_id: ObjectId) -> None:
    if not writes(caller, course_id):
        raise CourseNotFound


def owns(caller: Caller, course_id: ObjectId) -> bool:
    if caller.role == "student":
        return False
    return courses.get({"_id": course_id, **caller.ownership}, {"_id": 1}) is not None


def require_ownership(caller: Caller, course_id: ObjectId) -> None:
    if not owns(caller, course_id):
        raise CourseNotFound


def require_ownership_of_deleted(caller: Caller, course_id: ObjectId) -> None:
    """The same of a course that may have been deleted."""
    if course_states.with_deleted({"_id": course_id, **caller.ownership}) is None:
        raise CourseNotFound


def require_ownership_of_reviewed(caller: Caller, review_id: ObjectId) -> None:
    """Raise ReviewNotFound unless the review is of the caller's course."""
    review = reviews.get({"_id": review_id}, {"course": 1})
    if review is None or not owns(caller, review["course"]):
        raise ReviewNotFound


def require_authorship(caller: Caller, review_id: ObjectId) -> None:
    """Raise ReviewNotFound unless the caller wrote the review."""
    if reviews.get({"_id": review_id, "user": caller.id}, {"_id": 1}) is None:
        raise ReviewNotFound


def own_course(caller: Caller, course_id: ObjectId) -> Course:
    """The caller's course, or CourseNotFound: another's course is not theirs to know of."""
    course: Course = _one(courses.get({"_id": course_id, **caller.ownership}), CourseNotFound)
    return course


def written_course(caller: Caller, course_id: ObjectId) -> Course:
    """The same of one that the caller owns or is a co-author of."""
    course: Course = _one(courses.get({"_id": course_id, **caller.authorship}), CourseNotFound)
    return course


def own_section(caller: Caller, section_id: ObjectId) -> Section:
    section: Section = _one(sections.get({"_id": section_id}), SectionNotFound)
    if not writes(caller, section["course"]):
        raise SectionNotFound
    return section


def own_lesson(caller: Caller, subsection_id: ObjectId) -> Subsection:
    lesson: Subsection = _one(subsections.get({"_id": subsection_id}), LessonNotFound)
    if not writes(caller, lesson["course"]):
        raise LessonNotFound
    return lesson


def right_to_watch(caller: Caller | None, lesson: Subsection) -> Right:
    """By what right the caller may watch the lesson: a preview of a published course, their own, one they attend."""
    course = courses.get({"_id": lesson["course"]}, {"status": 1, "instructor": 1, "coAuthors": 1})
    published = course is not None and course["status"] == "published"
    if lesson["preview"] and published:
        return "preview"
    if caller is None:
        raise NotSignedIn if published else LessonNotFound
    if course is not None and (caller.role == "admin" or caller.id in (course["instructor"], *course["coAuthors"])):
        return "owner"
    if course is not None and enrollments.attends(caller.id, lesson["course"]):
        return "enrolled"
    raise NotEnrolled if published else CourseNotFound


def _one(found: Any, refusal: type[Exception]) -> Any:
    if found is None:
        raise refusal
    return found
