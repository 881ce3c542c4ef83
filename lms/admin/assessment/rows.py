"""What the lists of quizzes, assignments and what learners do with them have in common."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from bson import ObjectId

from lms.admin.filters import Narrowing
from lms.admin.lists import ListView
from lms.models.accounts.users import NAME, users
from lms.models.authoring.subsections import subsections
from lms.models.base import Filter
from lms.models.stages import Stages, lookup
from lms.models.system.finding import having

MOST_PEOPLE = 200
MOST_ASSESSMENTS = 200

LEARNER: Stages = lookup("users", "user", "learner", {"name": NAME})
COURSE: Stages = lookup("courses", "course", "of", {"title": 1})


def lesson(assessment: str) -> Stages:
    """Stages that put the title of the lesson that is the assessment in that field at `lesson`."""
    title = [{"$limit": 1}, {"$project": {"_id": 0, "title": 1}}]
    found = {"from": "subsections", "localField": assessment, "foreignField": "assessment"}
    return [
        {"$lookup": {**found, "pipeline": title, "as": "lesson"}},
        {"$set": {"lesson": {"$first": "$lesson"}}},
    ]


class OfAssessment(Narrowing):
    """What belongs to the quiz or assignment of that id, or to those whose title holds the text."""

    def clause(self, value: str) -> Filter:
        if ObjectId.is_valid(value):
            return {self.field: ObjectId(value)}
        titled = {"assessment": {"$type": "objectId"}, "title": {"$regex": re.escape(value), "$options": "i"}}
        found = subsections.find(titled, {"assessment": 1}, limit=MOST_ASSESSMENTS)
        return {self.field: {"$in": [each["assessment"] for each in found]}}


class OfLearners(ListView):
    """A list of what learners have done or reached."""

    search_hint: ClassVar[str] = f"a learner's name or address (first {MOST_PEOPLE})"

    def searching(self, text: str) -> Filter:
        found: Sequence[Any] = users.find(having(text), {"_id": 1}, limit=MOST_PEOPLE)
        return {"user": {"$in": [each["_id"] for each in found]}}
