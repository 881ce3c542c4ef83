"""What an author has written into a course, for them to take along."""

from typing import Any

from bson import ObjectId

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses


def written(author_id: ObjectId) -> list[dict[str, Any]]:
    """The outlines of the courses that somebody owns, as `{course, sections: [{sectionName, opens, lessons}]}`."""
    owned = courses.find({"instructor": author_id}, {"_id": 1}, sort=[("_id", 1)])
    return [{"course": course["_id"], "sections": _sections(course["_id"])} for course in owned]


def _sections(course_id: ObjectId) -> list[dict[str, Any]]:
    lessons: dict[ObjectId, list[dict[str, Any]]] = {}
    for lesson in subsections.of_course(course_id):
        lessons.setdefault(lesson["section"], []).append(kind_of(lesson).exported(lesson))
    return [
        {"sectionName": each["sectionName"], "opens": each["opens"], "lessons": lessons.get(each["_id"], [])}
        for each in sections.of_course(course_id)
    ]
