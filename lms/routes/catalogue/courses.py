"""/courses: finding and reading courses."""

from typing import Any

from bson import ObjectId

from lms.controllers.catalogue import courses
from lms.errors import CourseNotFound
from lms.http.api import Api
from lms.middlewares.auth import anyone, enrolled_or_owner, instructor
from lms.models.accounts.sessions import Caller
from lms.schemas.catalogue.courses import (
    CatalogueQuery,
    CourseCardOut,
    CourseDetailsOut,
    FullCourseDetailsOut,
    OwnCourseOut,
    OwnCoursesQuery,
)

api = Api("courses", "/courses")


@api.get("/", name="index", allow=anyone, returns=list[CourseCardOut], cached=True)
@api.get("/getAllCourses", allow=anyone, returns=list[CourseCardOut], cached=True)
def search(query: CatalogueQuery) -> Any:
    """Published courses, filtered, sorted and paged."""
    return courses.search(query)


@api.get(
    "/getCourseDetails/<id:course_id>",
    allow=anyone,
    returns=CourseDetailsOut,
    cached=True,
    if_hidden=courses.own_details,
    refusals=(CourseNotFound,),
)
def details(course_id: ObjectId) -> Any:
    """A course with its outline, rating histogram and newest reviews; a draft for its owner only."""
    return courses.details(course_id)


@api.get(
    "/getFullCourseDetails/<id:course_id>",
    allow=enrolled_or_owner,
    returns=FullCourseDetailsOut,
)
def full_details(caller: Caller, course_id: ObjectId) -> Any:
    """A course as its learner sees it, with how far they have come."""
    return courses.full_details(caller, course_id)


@api.get("/getInstructorCourses", allow=instructor, returns=list[OwnCourseOut])
def own(caller: Caller, query: OwnCoursesQuery) -> Any:
    """The caller's own courses, the last changed first."""
    return courses.own(caller, query)
