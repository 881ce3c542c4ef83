"""The time and the tries that one learner has for a quiz: the quiz's own, and what an author has given them more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId

from lms.models.assessment.extensions import Extension, extensions
from lms.models.assessment.quizzes import Quiz


@dataclass(frozen=True)
class Allowance:
    """`minutes` and `attempts` are none where there is no end of them."""

    minutes: int | None
    attempts: int | None
    closes_at: datetime | None

    def due(self, started_at: datetime) -> datetime | None:
        """When an attempt ends that was started then: after its minutes, or with the quiz."""
        after = None if self.minutes is None else started_at + timedelta(minutes=self.minutes)
        return min((each for each in (after, self.closes_at) if each is not None), default=None)


def of(quiz: Quiz, user_id: ObjectId) -> Allowance:
    return by(quiz, extensions.of(quiz["_id"], user_id))


def by(quiz: Quiz, extension: Extension | None) -> Allowance:
    """The same where it is known what they have been given more, if anything."""
    if extension is None:
        return Allowance(quiz["minutes"], quiz["attempts"], quiz["closesAt"])
    due = extension["due"]
    return Allowance(
        None if quiz["minutes"] is None else quiz["minutes"] + extension["extraMinutes"],
        None if quiz["attempts"] is None else quiz["attempts"] + extension["extraAttempts"],
        due["at"] if due else quiz["closesAt"],
    )
