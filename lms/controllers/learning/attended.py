"""All that a learner attends at once, for frontends that know no pages."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import profiles
from lms.controllers.catalogue import courses
from lms.models.learning.course_progress import course_progress
from lms.schemas.fields import PageQuery

PAGE = 100


def every_course(user_id: ObjectId) -> list[dict[str, Any]]:
    """The courses a user attends, the newest first, each with its `sections` and its `completedVideos`."""
    found = _cards(user_id)
    outlines = courses.outlines(each["id"] for each in found)
    done = {each["course"]: set(each["completed"]) for each in course_progress.find({"user": user_id})}
    return [_with_outline(each, outlines[each["id"]], done.get(each["id"], set())) for each in found]


def _cards(user_id: ObjectId) -> list[dict[str, Any]]:
    page = profiles.enrolled_courses(user_id, PageQuery(limit=PAGE))
    found = list(page.items)
    while len(found) < page.total and page.items:
        page = profiles.enrolled_courses(user_id, PageQuery(page=page.page + 1, limit=PAGE))
        found += page.items
    return found


def _with_outline(card: dict[str, Any], sections: list[dict[str, Any]], done: set[ObjectId]) -> dict[str, Any]:
    lessons = [lesson["id"] for section in sections for lesson in section["subsections"]]
    return {**card, "sections": sections, "completedVideos": [lesson for lesson in lessons if lesson in done]}
