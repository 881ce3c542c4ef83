"""Putting people into courses by a table: the courses by their ids or titles, and who may be put into them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.imports.kinds.base import RowFault, told
from lms.models.catalogue.courses import Course, courses
from lms.models.imports.import_rows import Made
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import ENDED, Enrollment, enrollments

FIELDS = {"title": 1, "status": 1, "instructor": 1, "coAuthors": 1}


class Places:
    """The courses that some rows name, and who attends them already; asked for once, for all the rows."""

    def __init__(self, names: Iterable[str], user_ids: Iterable[ObjectId]) -> None:
        self._courses: dict[str, list[Course]] = {}
        found = _named(set(names))
        for course in found:
            for name in (str(course["_id"]), course["title"]):
                self._courses.setdefault(name, []).append(course)
        where = {"user": {"$in": list(user_ids)}, "course": {"$in": [each["_id"] for each in found]}}
        self._held: dict[tuple[ObjectId, ObjectId], Enrollment] = {
            (each["user"], each["course"]): each for each in enrollments.find(where)
        }
        self._came: Counter[ObjectId] = Counter()

    def course(self, name: str, column: str) -> Course:
        """The course that people can be put into; raises RowFault."""
        found = self._courses.get(name, [])
        if len(found) > 1:
            raise RowFault(
                "ambiguous_course", told(column, name, "Several courses are called so: give the id."), column
            )
        if not found:
            raise RowFault("no_such_course", told(column, name, "There is no such course."), column)
        if found[0]["status"] not in ("published", "archived"):
            raise RowFault("course_not_published", told(column, name, "The course is not published."), column)
        return found[0]

    def require_enrollable(self, user_id: ObjectId, course: Course, column: str) -> bool:
        """Whether somebody does not attend a course yet; raises RowFault for authors, and where staff ended it."""
        if user_id in (course["instructor"], *course.get("coAuthors", ())):
            raise RowFault("own_course", told(column, course["title"], "Its authors do not attend it."), column)
        held = self._held.get((user_id, course["_id"]))
        if held is not None and held["status"] in ENDED:
            sentence = "This enrolment was ended by staff or paid back."
            raise RowFault("enrollment_ended", told(column, course["title"], sentence), column)
        return held is None or held["status"] != "active"

    def enroll(self, user_id: ObjectId, course: Course, amount: int = 0, at: datetime | None = None) -> list[Made]:
        """Put somebody in who does not attend the course; what is new by that."""
        key = (user_id, course["_id"])
        self._came[course["_id"]] += 1
        if key in self._held:
            enrollments.come_back(*key) or enrollments.reopen(*key)
            self._held[key] = {**self._held[key], "status": "active"}
            return []
        made = enrollments.enroll(*key, "imported", amount, at)
        self._held[key] = {"_id": made, "status": "active"}  # type: ignore[typeddict-item]
        return [{"collection": enrollments.name, "id": made}]

    def count(self) -> None:
        """Count those who came, once for each course."""
        for course_id, many in self._came.items():
            courses.count_student(course_id, many)


def _named(names: set[str]) -> list[Course]:
    ids = [ObjectId(each) for each in names if ObjectId.is_valid(each)]
    where: Mapping[str, Any] = {"$or": [{"_id": {"$in": ids}}, {"title": {"$in": list(names)}}]}
    return courses.find(where, FIELDS) if names else []


def take_back(made: Iterable[Made]) -> bool:
    """Undo enrolments that came by a table, unless somebody has begun, or paid since; false for one who has."""
    ids = [each["id"] for each in made if each["collection"] == enrollments.name]
    held = enrollments.find({"_id": {"$in": ids}})
    if any(_has_begun(each) for each in held):
        return False
    for each in held:
        enrollments.delete({"_id": each["_id"]})
        if each["status"] == "active":
            courses.count_student(each["course"], -1)
    return True


def _has_begun(held: Enrollment) -> bool:
    return held["source"] != "imported" or course_progress.count({"user": held["user"], "course": held["course"]}) > 0
