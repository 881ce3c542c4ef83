"""What copies of StudyNotion call the fields that they do not agree on, and how they write them."""

import json
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Dialect:
    """One copy of the server; the defaults are those of the most copied one.

    `json_in_list` is whether tags and instructions are stored as one string of JSON within a list, `progress_user` is
    none where a document of progress does not say whose it is, `duration` whether lessons know how long they are.
    """

    students: str = "studentsEnrolled"
    category_courses: str = "courses"
    progress_course: str = "courseID"
    progress_user: str | None = "userID"
    completed: str = "completedVideos"
    video: str = "videoUrl"
    reset_token: str = "token"
    json_in_list: bool = True
    lower_case: bool = False
    rating_as_text: bool = False
    duration: bool = False
    country_code: bool = False

    def word(self, value: str) -> str:
        """An account type or a status, in the case that this copy has them."""
        return value.lower() if self.lower_case else value

    def strings(self, values: list[str]) -> list[str]:
        return [json.dumps(values, separators=(",", ":"))] if self.json_in_list else values

    def rating(self, stars: float) -> float | str:
        return str(stars) if self.rating_as_text else stars


MOST_COPIED = Dialect()
WITH_LISTS = Dialect(
    students="studentEnrolled",
    category_courses="course",
    progress_course="courseId",
    progress_user="userId",
    completed="completeVideos",
    json_in_list=False,
    rating_as_text=True,
    duration=True,
)
LOWER_CASE = Dialect(
    students="studentsEnroled",
    progress_course="courseID",
    progress_user="userId",
    video="videoURL",
    reset_token="resetPasswordToken",
    lower_case=True,
    json_in_list=False,
    duration=True,
    country_code=True,
)
NOBODYS_PROGRESS = Dialect(progress_user=None, category_courses="course", json_in_list=False, duration=True)

DIALECTS = {
    "most copied": MOST_COPIED,
    "with lists": WITH_LISTS,
    "lower case": LOWER_CASE,
    "nobody's progress": NOBODYS_PROGRESS,
}
