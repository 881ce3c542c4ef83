"""What follows of somebody's teaching to another account of theirs, and what ends: being a learner of it."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.accounts.pairs import Collision, Pair
from lms.controllers.learning import merging as learning
from lms.models.accounts.sessions import written_by
from lms.models.authoring.media import media
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews

OWN = "You write this course now, and whoever writes a course is no learner of it."


def collisions(pair: Pair) -> list[Collision]:
    """The courses that one of them attends and the other writes, or both write."""
    attended = [Collision(each["title"], _said_of(each, pair)) for each in _attended(pair)]
    both = {"$and": [written_by(pair.kept), written_by(pair.merged)]}
    twice = [Collision(each["title"], "They are its author once.") for each in courses.raw.find(both, {"title": 1})]
    return [*attended, *twice]


def _attended(pair: Pair) -> list[Mapping[str, Any]]:
    """The courses that one of the two attends and the other writes."""
    found: list[Mapping[str, Any]] = []
    for learner, author in ((pair.kept, pair.merged), (pair.merged, pair.kept)):
        attended = {"_id": {"$in": enrollments.course_ids(learner)}}
        found += courses.raw.find({**attended, **written_by(author)}, {"title": 1})
    return list({each["_id"]: each for each in found}.values())


def _said_of(course: Mapping[str, Any], pair: Pair) -> str:
    where = {"user": {"$in": [pair.kept, pair.merged]}, "course": course["_id"]}
    review = " Their review of it is deleted." if reviews.get(where, {"_id": 1}) else ""
    paid = any(each["amountPaid"] for each in enrollments.find(where, {"amountPaid": 1}))
    money = " It was paid for: refund its order if the money is to go back." if paid else ""
    return f"Their enrolment ends, for they write it.{review}{money}"


def merge(pair: Pair) -> None:
    """Let courses and uploads follow, and end what nobody is in a course of their own; part of a transaction.

    Before learning follows, which has to know who attends what.
    """
    own = [each["_id"] for each in _attended(pair)]
    for course in courses.raw.find(written_by(pair.merged), {"instructor": 1, "coAuthors": 1}):
        change = {"$set": {**_authors(course, pair), "updatedAt": now()}, "$inc": {"revision": 1}}
        courses.update({"_id": course["_id"]}, change, deleted_too=True)
    media.update_many({"user": pair.merged}, {"$set": {"user": pair.kept}})
    for user_id in (pair.merged, pair.kept):
        for course_id in own:
            _end(user_id, course_id)


def _authors(course: Mapping[str, Any], pair: Pair) -> dict[str, Any]:
    """Who writes it then, each once."""
    owner = pair.kept if course["instructor"] == pair.merged else course["instructor"]
    named = [pair.kept if each == pair.merged else each for each in course["coAuthors"]]
    return {"instructor": owner, "coAuthors": [each for each in dict.fromkeys(named) if each != owner]}


def _end(user_id: ObjectId, course_id: ObjectId) -> None:
    held = enrollments.get({"user": user_id, "course": course_id, "status": "active"}, {"_id": 1})
    if held is not None and enrollments.end_without_money(held["_id"], OWN):
        courses.count_student(course_id, -1)
    review = reviews.get({"user": user_id, "course": course_id})
    if review is not None:
        learning.take_back(review)
