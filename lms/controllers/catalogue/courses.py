"""Finding courses, reading them, and what instructors see of their own."""

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.learning import availability, progress
from lms.errors import CourseNotFound
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import Caller
from lms.models.authoring.sections import sections
from lms.models.base import Filter, Page
from lms.models.catalogue.course_cards import OUTLINE, OUTLINES
from lms.models.catalogue.course_search import text_filter
from lms.models.catalogue.courses import courses
from lms.models.freshness import read
from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import ledger
from lms.models.stages import AT_ANY_TIME
from lms.models.system.folding import key
from lms.schemas.catalogue.courses import CatalogueQuery, OwnCoursesQuery

MOST_LEARNERS = 2000

SORTS: dict[str, dict[str, Any]] = {
    "newest": {"publishedAt": -1, "_id": -1},
    "popular": {"studentsCount": -1, "_id": -1},
    "rating": {"ratingAverage": -1, "_id": -1},
    "price": {"amount": 1, "_id": -1},
    "-price": {"amount": -1, "_id": 1},
    "relevance": {"score": {"$meta": "textScore"}, "_id": -1},
}


def search(query: CatalogueQuery) -> Page[dict[str, Any]]:
    """A page of published courses; by relevance where words are given, else the newest first."""
    sort = query.sort or ("relevance" if query.q else "newest")
    if sort == "relevance" and not query.q:
        sort = "newest"
    return courses.cards(_filter(query), SORTS[sort], query.page, query.limit)


def _filter(query: CatalogueQuery) -> Filter:
    equal = {
        "category": query.category,
        "tagKeys": None if query.tag is None else key(query.tag),
        "level": query.level,
        "languageKey": None if query.language is None else key(query.language),
        "instructor": query.instructor,
    }
    where: dict[str, Any] = {name: value for name, value in equal.items() if value is not None}
    amount = {"$gte": query.minPrice, "$lte": query.maxPrice}
    if bounds := {bound: round(value * 100) for bound, value in amount.items() if value is not None}:
        where["amount"] = bounds
    if query.minRating is not None:
        where["ratingAverage"] = {"$gte": query.minRating}
    if query.featured is not None:
        where["featuredAt"] = AT_ANY_TIME if query.featured else None
    return {**where, **(text_filter(query.q) if query.q else {})}


def details(course_id: ObjectId) -> dict[str, Any]:
    """A published course with its outline and newest reviews."""
    return _details({"_id": course_id, "status": "published"})


def details_with_people(course_id: ObjectId) -> dict[str, Any]:
    """The same with the `bio` of its instructor and the ids of its newest `learners`, for who does not show them."""
    course = details(course_id)
    if author := course["instructor"]:
        read(f"user/{author['id']}")
        profile = profiles.get({"user": author["id"]}, {"bio": 1})
        author["bio"] = profile["bio"] if profile else None
    return {**course, "learners": enrollments.newest_learners(course_id, MOST_LEARNERS)}


def own_details(caller: Caller, course_id: ObjectId) -> dict[str, Any]:
    """The same of a course that the caller is an author of, whatever its state."""
    access.require_writing(caller, course_id)
    return _details({"_id": course_id})


def _details(where: dict[str, Any]) -> dict[str, Any]:
    course = courses.details(where)
    if course is None:
        raise CourseNotFound
    return course


def outline(course_id: ObjectId) -> list[dict[str, Any]]:
    """The sections of a course in order, each with its lessons; nothing that is in them."""
    return sections.aggregate({"course": course_id}, OUTLINE)


def outlines(course_ids: Iterable[ObjectId]) -> dict[ObjectId, list[dict[str, Any]]]:
    """The same of each of the courses, by their ids."""
    found: dict[ObjectId, list[dict[str, Any]]] = {course_id: [] for course_id in course_ids}
    for section in sections.aggregate({"course": {"$in": list(found)}}, OUTLINES):
        found[section.pop("course")].append(section)
    return found


def full_details(caller: Caller, course_id: ObjectId) -> dict[str, Any]:
    """The course as one who attends or owns it sees it, with their progress and what is not open to them yet."""
    course = _details({"_id": course_id})
    locks = {} if access.writes(caller, course_id) else availability.locks_of(caller.id, course_id)
    for section in course["sections"]:
        for lesson in section["subsections"]:
            lock = locks.get(lesson["id"])
            lesson["locked"] = lock.shown() if lock else None
    return {**course, **progress.progress_of(caller.id, course_id)}


def own(caller: Caller, query: OwnCoursesQuery) -> Page[dict[str, Any]]:
    page = courses.own_cards(caller.id, query.status, query.page, query.limit)
    revenue = ledger.net_by_course([course["id"] for course in page.items])
    for course in page.items:
        course["revenue"] = revenue.get(course["id"], 0)
    return page
