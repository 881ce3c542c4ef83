"""Attempts at quizzes: what comes from learners and their markers, and what each of them sees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from lms.models.assessment.questions import MOST_POINTS, QuestionKind
from lms.models.assessment.quiz_attempts import AttemptState, How
from lms.models.assessment.quizzes import MOST_ASKED
from lms.schemas.assessment.questions import MOST_CHOICES, ChoiceId, ChoiceOut, KeyOut
from lms.schemas.assessment.quizzes import Revision
from lms.schemas.assessment.submissions import LearnerOut
from lms.schemas.fields import Filled, Id, In, Moment, Out, OutId, Text, Whole, stored_moment

MOST_ANSWERS = 1000


def _as_text(value: Any) -> Any:
    """A number as it is written: whoever answers with `12.5` means the same by the number and by the text."""
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_kept(value: Any) -> Any:
    """As a document holds it: pairs in one order, so that the same pairs are the same value."""
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    return list(value) if isinstance(value, tuple) else value


Written = Annotated[Text, Field(max_length=20_000)]
Chosen = Annotated[tuple[ChoiceId, ...], Field(max_length=MOST_CHOICES)]
Pairs = Annotated[dict[ChoiceId, ChoiceId], Field(max_length=MOST_CHOICES)]
Value = Annotated[
    bool | Chosen | Pairs | Written | None,
    BeforeValidator(_as_text),
    AfterValidator(_as_kept),
    Field(
        description="The id of a choice (`single`), ids (`multiple`, `order`), true or false, what was written "
        "(`number`, `text`, `essay`), or the target's id by each choice's (`match`). None takes an answer back."
    ),
]
Given = Annotated[int, Field(ge=0, le=MOST_POINTS, strict=True, description="In hundredths."), Whole]


class AnswerIn(In):
    """`at` is when it was given; a time in the future counts as now."""

    question_id: Id
    value: Value
    at: Annotated[datetime, AfterValidator(stored_moment)]


class AnswersIn(In):
    """Answers in any order, any number of times: the latest on each question counts.

    `sentAt` is the time by the browser's own clock at which it sends them: by it a wrong clock is set right.
    """

    answers: list[AnswerIn] = Field(min_length=1, max_length=MOST_ANSWERS)
    sent_at: Annotated[datetime, AfterValidator(stored_moment)] | None = None


class SubmitIn(In):
    """What was not saved yet, if anything."""

    answers: list[AnswerIn] = Field([], max_length=MOST_ANSWERS)
    sent_at: Annotated[datetime, AfterValidator(stored_moment)] | None = None


class MarkIn(In):
    question_id: Id
    points: Given
    note: Annotated[Text, Field(max_length=5000)] = ""


class MarksIn(In):
    """Points by hand, for essays and for whatever else an author sees otherwise than the key."""

    marks: list[MarkIn] = Field(min_length=1, max_length=MOST_ASKED)
    revision: Revision


class AnnulIn(In):
    reason: Filled[Annotated[Text, Field(max_length=500)]]


class SavedOut(Out):
    """How many answers are saved of this attempt now."""

    saved: int
    dueAt: Moment | None
    serverNow: Moment


class AskedOut(Out):
    """A question as it is asked in this attempt; `points` are the hundredths that it is worth.

    `earned`, `note`, `key` and `explanation` come when the quiz reveals them.
    """

    id: OutId
    kind: QuestionKind
    body: str
    points: int
    choices: list[ChoiceOut]
    targets: list[ChoiceOut]
    answer: Any = None
    earned: int | None = None
    note: str | None = None
    key: KeyOut | None = None
    explanation: str | None = None


class AnnulmentOut(Out):
    reason: str
    at: Moment


class AttemptOut(Out):
    """An attempt with its paper. `score` and `outOf` are hundredths; what is not to be known yet is none."""

    id: OutId
    quizId: OutId
    number: int
    state: AttemptState
    how: How | None
    startedAt: Moment
    dueAt: Moment | None
    submittedAt: Moment | None
    serverNow: Moment
    oneWay: bool
    paper: list[AskedOut]
    score: int | None
    outOf: int
    percent: int | None
    passed: bool | None
    annulled: AnnulmentOut | None
    learner: LearnerOut | None = None
    revision: int | None = None
