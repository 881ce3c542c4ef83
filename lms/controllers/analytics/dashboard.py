"""What staff see first: the school's figures beside those of the time before, and whether its machinery runs."""

from functools import cached_property
from typing import Any

from bson import ObjectId

from lms.controllers.analytics import course_reports
from lms.controllers.analytics import reports as analytics
from lms.controllers.analytics.reports import Range
from lms.errors import CourseNotFound
from lms.machinery.registry import queue_names
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import ledger
from lms.models.system.outbox import outbox

Figures = dict[str, Any]

TOP = 10
CHOICES = 50


class Board:
    """The figures of a range; each is asked for when it is first looked at."""

    def __init__(self, asked: Range, course_id: ObjectId | None = None) -> None:
        self.asked, self._course_id = asked, course_id

    @cached_property
    def now(self) -> Figures:
        return analytics.happened(self.asked, {})

    @cached_property
    def before(self) -> Figures:
        """The same of as many periods before."""
        return analytics.happened(self.asked.before, {})

    @cached_property
    def top_courses(self) -> list[Figures]:
        """The courses with the most enrolments in the range, with the money of that time in paise."""
        shown = [{"$project": {"_id": 0, "title": 1, "ratingAverage": 1, "ratingCount": 1}}]
        look = {"from": courses.name, "localField": "_id", "foreignField": "_id", "pipeline": shown, "as": "course"}
        counted = {"$group": {"_id": "$course", "enrollments": {"$sum": 1}}}
        best: list[Figures] = [counted, {"$sort": {"enrollments": -1, "_id": 1}}, {"$limit": TOP}]
        found = enrollments.aggregate(
            {"enrolledAt": self.asked.when}, [*best, {"$lookup": look}, {"$unwind": "$course"}]
        )
        booked = self._net([row["_id"] for row in found])
        return [{**row.pop("course"), **row, "netRevenue": booked.get(row["_id"], 0)} for row in found]

    def _net(self, course_ids: list[ObjectId]) -> dict[ObjectId, int]:
        wanted = {"lines.course": {"$in": course_ids}}
        sums = {"$group": {"_id": "$lines.course", "net": {"$sum": "$lines.amount"}}}
        rows = ledger.aggregate({**wanted, "at": self.asked.when}, [{"$unwind": "$lines"}, {"$match": wanted}, sums])
        return {row["_id"]: row["net"] for row in rows}

    @cached_property
    def choices(self) -> list[Figures]:
        """The courses with the most learners, and the one that was chosen."""
        most = courses.find({"studentsCount": {"$gt": 0}}, {"title": 1}, [("studentsCount", -1)], CHOICES)
        known = [{"id": each["_id"], "title": each["title"]} for each in most]
        if self._course_id is None or any(each["id"] == self._course_id for each in known):
            return known
        return [{"id": self._course_id, "title": self.course["title"] if self.course else ""}, *known]

    @cached_property
    def course(self) -> Figures | None:
        """How the chosen course is doing, else the one with the most learners; none where nobody learns."""
        where = {"_id": self._course_id} if self._course_id else {"studentsCount": {"$gt": 0}}
        found = courses.find(where, sort=[("studentsCount", -1), ("_id", 1)], limit=1)
        if not found and self._course_id:
            raise CourseNotFound
        return course_reports.course_report(found[0], self.asked) if found else None

    @cached_property
    def queues(self) -> list[Figures]:
        """What waits in each queue, since when, and what was given up."""
        group = {"_id": {"queue": "$queue", "state": "$state"}, "count": {"$sum": 1}, "oldest": {"$min": "$createdAt"}}
        rows = outbox.aggregate({"state": {"$in": ["pending", "failed"]}}, [{"$group": group}])
        found = {(row["_id"]["queue"], row["_id"]["state"]): row for row in rows}
        nothing = {"count": 0, "oldest": None}
        return [
            {
                "queue": queue,
                "waiting": found.get((queue, "pending"), nothing)["count"],
                "oldest": found.get((queue, "pending"), nothing)["oldest"],
                "failed": found.get((queue, "failed"), nothing)["count"],
            }
            for queue in queue_names()
        ]
