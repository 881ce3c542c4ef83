"""The co-authors of a course, whom its owner adds and removes."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.catalogue import courses
from lms.errors import AlreadyAuthor, CannotCoAuthor, NotCoAuthor, TooManyAuthors
from lms.jobs.authoring import authors as jobs
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses as course_model
from lms.models.transactions import transactional


@transactional
def add(caller: Caller, course_id: ObjectId, email: str) -> dict[str, Any]:
    """Make the instructor of this address a co-author, and tell them: their name stands on the course's page."""
    course = access.own_course(caller, course_id)
    able = {"email": email, "role": "instructor", "status": "active", "appliedAt": None}
    person = users.get({**able, "emailVerifiedAt": {"$ne": None}}, {"_id": 1})
    if person is None:
        raise CannotCoAuthor
    if person["_id"] in (course["instructor"], *course["coAuthors"]):
        raise AlreadyAuthor
    if not course_model.add_author(course_id, person["_id"]):
        raise TooManyAuthors
    jobs.tell_added.promise(course_id, person["_id"])
    return courses.own_details(caller, course_id)


@transactional
def remove(caller: Caller, course_id: ObjectId, email: str) -> dict[str, Any]:
    access.own_course(caller, course_id)
    person = users.by_email(email)
    if person is None or not course_model.remove_author(course_id, person["_id"]):
        raise NotCoAuthor
    return courses.own_details(caller, course_id)
