"""Progress and reviews as theirs."""

import calendar
from collections.abc import Collection
from typing import Any

from bson import ObjectId

from lms.models.learning.course_progress import CourseProgress
from lms.models.learning.enrollments import Enrollment
from lms.models.learning.reviews import Review

Document = dict[str, Any]


def progress_id(enrollment: Enrollment, ours: CourseProgress | None) -> ObjectId:
    """The id of the document of progress that their server makes when a course is bought: it says when that was."""
    seconds = calendar.timegm(enrollment["enrolledAt"].timetuple())
    for each in (ours, enrollment):
        if each is not None and each["_id"].generation_time.timestamp() == seconds:
            return each["_id"]
    return ObjectId(seconds.to_bytes(4, "big") + enrollment["_id"].binary[4:])


def progress(enrollment: Enrollment, ours: CourseProgress | None, lessons: Collection[ObjectId]) -> Document:
    """Of the completed lessons those that are there, too."""
    completed = [each for each in ours["completed"] if each in lessons] if ours else []
    return {
        "_id": progress_id(enrollment, ours),
        "courseID": enrollment["course"],
        "userID": enrollment["user"],
        "completedVideos": completed,
        "__v": 0,
    }


def review(ours: Review) -> Document:
    named = {name: ours[name] for name in ("_id", "user", "rating", "review", "course")}
    return {**named, "__v": 0}
