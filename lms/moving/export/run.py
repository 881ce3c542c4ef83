"""An export: it reads what is here, writes what that is there, and counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pymongo

from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import users
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import Collection, Filter
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.moving.export import catalogue, learning, people
from lms.moving.export.catalogue import KEPT, Lists
from lms.moving.export.ours import HERE, Ours, batches, grouped
from lms.moving.export.target import Target

SECONDS = 600
PEOPLE, COURSES, REVIEWS = 1000, 20, 1000
"""Documents of ours that are read at a time."""

Documents = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Exported:
    """How many documents each collection there has, and how much of what is here they lack, by its reason."""

    written: dict[str, int]
    lost: dict[str, int]


@dataclass(frozen=True)
class Stage:
    name: str
    collection: Collection[Any]
    where: Filter
    size: int
    documents: Callable[[list[Any]], Documents]


def steps() -> int:
    """About how many documents an export reads, by which its progress is shown."""
    read: tuple[Collection[Any], ...] = (categories, users, courses, reviews)
    return sum(each.raw.estimated_document_count() for each in read)


def export(target: Target, lists: Lists) -> Iterator[int]:
    """Write everything that is not there yet; how many documents were read since the last time."""
    for stage in _stages(lists):
        for batch in batches(stage.collection, stage.where, target.reached(stage.name), stage.size):
            target.write(stage.name, stage.documents(batch), batch[-1]["_id"])
            yield len(batch)


def finish(target: Target) -> Exported:
    """End an export that has written everything, and tell of it."""
    written = target.finish()
    with pymongo.timeout(SECONDS):
        return Exported(written, {code: count for code, count in _lost(written).items() if count > 0})


def _stages(lists: Lists) -> tuple[Stage, ...]:
    ours = Ours()
    return (
        Stage("categories", categories, {"deletedAt": None}, PEOPLE, lambda batch: _categories(batch)),
        Stage("people", users, ours.people, PEOPLE, lambda batch: _people(ours, batch)),
        Stage("courses", courses, {"deletedAt": None}, COURSES, lambda batch: _courses(ours, batch, lists)),
        Stage(
            "reviews", reviews, {"deletedAt": None, "status": "visible"}, REVIEWS, lambda batch: _reviews(ours, batch)
        ),
    )


def _categories(batch: list[Any]) -> Documents:
    on_sale = grouped(courses, "category", [each["_id"] for each in batch], status="published", deletedAt=None)
    made = [catalogue.category(each, [course["_id"] for course in on_sale[each["_id"]]]) for each in batch]
    return {"categories": made}


def _people(ours: Ours, batch: list[Any]) -> Documents:
    """Accounts with their profiles, and a document of progress for each course that somebody attends."""
    ids = [each["_id"] for each in batch]
    told, owned = grouped(profiles, "user", ids), ours.owned_by(batch)
    held, done = grouped(enrollments, "user", ids, status="active"), grouped(course_progress, "user", ids)
    made: Documents = {"users": [], "profiles": [], "courseprogresses": []}
    for user in batch:
        attended = [each for each in held[user["_id"]] if each["course"] in ours.course_ids] if _is_here(user) else []
        so_far = {each["course"]: each for each in done[user["_id"]]}
        progress = [
            learning.progress(each, so_far.get(each["course"]), ours.lessons_of(each["course"])) for each in attended
        ]
        profile = people.profile(told[user["_id"]][0]) if told[user["_id"]] else people.empty_profile(user["_id"])
        named = [*(each["_id"] for each in owned[user["_id"]]), *(each["course"] for each in attended)]
        made["users"].append(people.user(user, profile["_id"], named, [each["_id"] for each in progress]))
        made["profiles"].append(profile)
        made["courseprogresses"] += progress
    return made


def _is_here(user: Any) -> bool:
    """As `HERE` says."""
    return "email" in user and "deletedAt" not in user and user["emailVerifiedAt"] is not None


def _courses(ours: Ours, batch: list[Any], lists: Lists) -> Documents:
    made: Documents = {"courses": [], "sections": [], "subsections": []}
    for course in batch:
        outline = ours.outline(course["_id"])
        lessons = [lesson for _, each in outline for lesson in each]
        formats = ours.formats(lessons)
        students, rated = ours.students_of(course["_id"]), ours.reviews_of(course["_id"])
        made["courses"].append(catalogue.course(course, [each for each, _ in outline], students, rated, lists))
        made["sections"] += [catalogue.section(each, of_it) for each, of_it in outline]
        made["subsections"] += [catalogue.lesson(each, formats) for each in lessons]
    return made


def _reviews(ours: Ours, batch: list[Any]) -> Documents:
    present = ours.present({each["user"] for each in batch})
    kept = [each for each in batch if each["course"] in ours.course_ids and each["user"] in present]
    return {"ratingandreviews": [learning.review(each) for each in kept]}


def _lost(written: dict[str, int]) -> dict[str, int]:
    """What of ours is not there, by its reason in `losses`."""
    later: Filter = {"opens": {"$ne": None}}
    here, active = {**HERE}, enrollments.count({"status": "active"})
    gone = written.get("users", 0) - users.raw.count_documents(here)
    return {
        "account_deleted": users.raw.estimated_document_count() - written.get("users", 0),
        "account_gone": gone,
        "no_password": users.raw.count_documents({**here, "passwordHash": {"$exists": False}}),
        "suspended": users.raw.count_documents({**here, "status": "suspended"}),
        "one_name": users.raw.count_documents({**here, "lastName": ""}),
        "staff_role": users.raw.count_documents(
            {"$or": [{"staffRole": {"$exists": True}}, {"totp": {"$exists": True}}]}
        ),
        "contact_number": profiles.count({"contactNumber": {"$regex": rf"^(\D*\d){{{people.MOST_DIGITS + 1},}}"}}),
        "course_deleted": courses.raw.count_documents({"deletedAt": {"$ne": None}}),
        "course_not_on_sale": courses.count({"status": {"$in": ["in_review", "archived"]}}),
        "co_authors": courses.count({"coAuthors.0": {"$exists": True}}),
        "opens_later": subsections.count(later) + sections.count(later),
        "optional_lesson": subsections.count({"required": False}),
        "preview": subsections.count({"preview": True}),
        "lesson_left_out": subsections.count({"kind": {"$nin": list(KEPT)}}),
        "lesson_as_text": subsections.count({"kind": {"$in": ["text", "embed"]}}),
        "enrolment_ended": enrollments.count({"status": {"$ne": "active"}}),
        "learner_gone": active - written.get("courseprogresses", 0),
        "review_left_out": reviews.raw.estimated_document_count() - written.get("ratingandreviews", 0),
    }
