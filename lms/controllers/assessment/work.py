"""How far a learner is with an assignment, and what they may do next."""

from datetime import datetime

from bson import ObjectId

from lms.errors import AssignmentNotFound, DeadlinePassed, GradingBegan, NoTriesLeft, Refusal
from lms.models.assessment.assignments import Assignment, Deadline, assignments
from lms.models.assessment.extensions import Extension, extensions
from lms.models.assessment.submissions import Submission, submissions
from lms.services.assessment import deadlines


class Work:
    """All that a learner has for an assignment, newest first: what they handed in, and before that perhaps a draft."""

    def __init__(self, assignment: Assignment, user_id: ObjectId, extension: Extension | None) -> None:
        self.assignment, self.user_id, self.extension = assignment, user_id, extension
        self.window = deadlines.window(assignment, extension)
        self.all = submissions.of(assignment["_id"], user_id)
        self.draft = next((each for each in self.all if each["state"] == "draft"), None)
        self.sent = [each for each in self.all if each["state"] != "draft"]

    @property
    def due(self) -> Deadline | None:
        """The learner's own deadline, or that of all."""
        own = self.extension["due"] if self.extension else None
        return own or self.assignment["due"]

    @property
    def revision(self) -> int:
        """What the next call has to name."""
        return self.all[0]["revision"] if self.all else 0

    @property
    def mending(self) -> Submission | None:
        """What was returned to be handed in once more, whatever the deadline and the tries say."""
        return self.sent[0] if self.sent and self.sent[0]["state"] == "returned" else None

    @property
    def tries_left(self) -> int | None:
        """None where there is no end of them; each that was returned allows one more."""
        allowed = self.assignment["tries"]
        if allowed is None:
            return None
        returned = sum("returnedAt" in each for each in self.sent)
        extra = self.extension["extraAttempts"] if self.extension else 0
        return max(0, allowed + extra + returned - len(self.sent))

    def refusal(self, moment: datetime) -> type[Refusal] | None:
        """Why nothing is taken at the moment, if so."""
        if self.mending:
            return None
        if self.sent and self.sent[0]["state"] == "graded":
            return GradingBegan
        if not self.window.is_open(moment):
            return DeadlinePassed
        return NoTriesLeft if self.tries_left == 0 else None

    def require_open(self, moment: datetime) -> None:
        """Raise DeadlinePassed, NoTriesLeft or GradingBegan when nothing is taken."""
        if refusal := self.refusal(moment):
            raise refusal

    def late_by(self, moment: datetime) -> int:
        """In seconds; what is mended is no later than what was returned."""
        late = self.window.late_by(moment)
        return min(late, self.mending.get("lateBy", 0)) if self.mending else late


def work_of(assignment_id: ObjectId, user_id: ObjectId) -> Work:
    """Read anew; raises AssignmentNotFound."""
    assignment = assignments.get({"_id": assignment_id})
    if assignment is None:
        raise AssignmentNotFound
    return Work(assignment, user_id, extensions.of(assignment_id, user_id))
