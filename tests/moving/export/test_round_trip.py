"""A school that goes back to their server, and comes here again, is what it was."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from click.testing import Result
from pymongo.database import Database

from lms.models.base import COLLECTIONS
from lms.services.authoring import markup
from lms.services.authoring.public_videos import public_id_of
from tests import demo_data
from tests.database import empty_stores
from tests.moving.conftest import imported
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.world import World

SAME = {
    "users": ("firstName", "lastName", "email", "passwordHash", "status", "image", "createdAt"),
    "profiles": ("user", "bio", "gender", "dateOfBirth"),
    "categories": ("name", "description"),
    "courses": (
        *("title", "amount", "level", "language", "category", "whatYouWillLearn", "tags", "instructor", "createdAt"),
        *("studentsCount", "ratingAverage", "ratingCount"),
    ),
    "sections": ("course", "sectionName", "position"),
    "subsections": ("course", "section", "title", "duration", "position"),
    "ratingAndReviews": ("user", "course", "rating", "review"),
}
"""What is the same afterwards of everything that comes back."""

LEFT_OUT = {"kind": {"$in": ["quiz", "assignment", "file"]}}


def found(name: str, where: Mapping[str, Any] | None = None) -> list[Any]:
    return list(COLLECTIONS[name]().raw.find({"deletedAt": None, **(where or {})}))


def told(name: str, where: Mapping[str, Any] | None = None) -> dict[Any, Any]:
    """What is to be the same, by the ids of the documents."""
    return {each["_id"]: {field: each.get(field) for field in SAME[name]} for each in found(name, where)}


def attendance() -> dict[Any, tuple[datetime, frozenset[Any]]]:
    """Since when each pair attends, and which videos it has watched."""
    lessons = {each["_id"] for each in found("subsections", {"kind": {"$in": ["video", "text", "embed"]}})}
    courses = {each["_id"] for each in found("courses")}
    people = {each["_id"] for each in found("users", {"erasedAt": None})}
    done = {(each["user"], each["course"]): lessons & {*each["completed"]} for each in found("courseProgress")}
    return {
        (each["user"], each["course"]): (
            each["enrolledAt"].replace(microsecond=0),
            frozenset(done.get((each["user"], each["course"]), ())),
        )
        for each in found("enrollments", {"status": "active"})
        if each["course"] in courses and each["user"] in people
    }


def texts() -> dict[Any, Any]:
    """What people read in courses."""
    shown = {each["_id"]: (each["description"], *each["instructions"]) for each in found("courses")}
    return {course: [markup.words_in(each).split() for each in text] for course, text in shown.items()}


def test_what_comes_back_is_what_went(
    world: World, export: Callable[..., Result], target: Database[Document], environment: dict[str, str]
) -> None:
    demo_data.copied()
    visible = {"ratingAndReviews": {"status": "visible"}, "subsections": {"kind": {"$nin": LEFT_OUT["kind"]["$in"]}}}
    before = {name: told(name, visible.get(name)) for name in SAME}
    attended, read = attendance(), texts()
    videos = {each["_id"]: each["videoPublicId"] for each in found("subsections", {"kind": "video"})}
    without = {each["course"] for each in found("subsections", {"kind": "text"})}
    on_sale = {each["_id"] for each in found("courses", {"status": "published"})}
    result = export()
    assert result.exit_code == 0, result.output
    assert "lesson_left_out: lessons that are quizzes" in result.output
    assert "orders and payments" in result.output

    empty_stores()
    tally = imported(their_url(environment))
    assert set(tally.losses) == {"admin_not_taken_over", "suspended", "unpublished"}
    assert {name: told(name) for name in SAME} == before
    assert attendance() == attended
    assert texts() == read
    addresses = {each["_id"]: each["videoUrl"] for each in found("subsections", {"videoUrl": {"$ne": None}})}
    assert {lesson: public_id_of(address) for lesson, address in addresses.items()} == videos
    assert {each["_id"] for each in found("courses", {"status": "published"})} == on_sale - without
