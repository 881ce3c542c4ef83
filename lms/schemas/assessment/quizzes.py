"""Quizzes, as their authors write them and learners see them."""

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, model_validator

from lms.models.assessment.questions import MOST_POINTS
from lms.models.assessment.quiz_attempts import AttemptState, How
from lms.models.assessment.quizzes import MOST_ASKED, Keeps, Reveal, RevealWhen
from lms.schemas.assessment.questions import Points
from lms.schemas.assessment.submissions import LearnerOut
from lms.schemas.authoring.courses import Tags, Title
from lms.schemas.authoring.subsections import Description
from lms.schemas.fields import Id, In, Moment, Out, OutId, PageQuery, Whole, stored_moment

ENDLESS = frozenset({"minutes", "opensAt", "closesAt", "attempts"})
"""Rules that none takes the end away from."""

MOST_MINUTES = 7 * 24 * 60
MOST_PAUSE = 30 * 24 * 60


Revision = Annotated[int, Field(ge=1, strict=True), Whole]
Time = Annotated[AwareDatetime, AfterValidator(stored_moment)]
Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES, strict=True), Whole]
Count = Annotated[int, Field(ge=1, le=MOST_ASKED, strict=True), Whole]
Percent = Annotated[int, Field(ge=0, le=100, strict=True), Whole]
Attempts = Annotated[int, Field(ge=1, le=100, strict=True), Whole]
PauseMinutes = Annotated[int, Field(ge=0, le=MOST_PAUSE, strict=True), Whole]
Weight = Annotated[int, Field(ge=0, le=100, strict=True), Whole]


class DrawIn(In):
    """So many questions by lot, of those that have all the tags; `points` is what each is worth, else its own."""

    tags: Tags = []
    count: Count
    points: Points | None = None


class ItemIn(In):
    """Either a question, or questions by lot."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [one], "properties": {one: {"not": {"type": "null"}}, other: {"type": "null"}}}
                for one, other in (("question", "draw"), ("draw", "question"))
            ]
        }
    )

    question: Id | None = None
    draw: DrawIn | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ItemIn":
        if (self.question is None) == (self.draw is None):
            raise ValueError("Name either a question or a draw.")
        return self


Items = Annotated[list[ItemIn], Field(max_length=MOST_ASKED)]


class QuizIn(In):
    """`minutes` is the time for an attempt, `attempts` how many there are: none for without end.

    `keeps` says which attempt counts. `reveal` says what learners see of their attempts: nothing but whether they
    passed, the points, or the right answers too; where `revealWhen` is `closed`, nothing before `closesAt`, nor before
    their own end where that is later. With `oneWay` a question that was left is not answered otherwise. `weight` is the
    part in the grade of the course.
    """

    title: Title
    intro: Description = ""
    required: bool = True
    items: Items = []
    minutes: Minutes | None = None
    opens_at: Time | None = None
    closes_at: Time | None = None
    attempts: Attempts | None = 1
    pause_minutes: PauseMinutes = 0
    pass_percent: Percent = 60
    keeps: Keeps = "best"
    shuffle: bool = True
    shuffle_choices: bool = True
    one_way: bool = False
    reveal: Reveal = "score"
    reveal_when: RevealWhen = "submitted"
    weight: Weight = 1


class QuizChangeIn(In):
    """What is to be otherwise; what is not named stays. `revision` is the one that the author saw.

    None takes away the end of `minutes`, `opensAt`, `closesAt` and `attempts`.
    """

    revision: Revision
    title: Title | None = None
    intro: Description | None = None
    items: Items | None = None
    minutes: Minutes | None = None
    opens_at: Time | None = None
    closes_at: Time | None = None
    attempts: Attempts | None = None
    pause_minutes: PauseMinutes | None = None
    pass_percent: Percent | None = None
    keeps: Keeps | None = None
    shuffle: bool | None = None
    shuffle_choices: bool | None = None
    one_way: bool | None = None
    reveal: Reveal | None = None
    reveal_when: RevealWhen | None = None
    weight: Weight | None = None

    def changes(self) -> dict[str, Any]:
        """The rules that are to be otherwise, by their names in the document."""
        named = self.model_dump(by_alias=True, include=self.model_fields_set - {"revision", "title", "intro"})
        return {name: value for name, value in named.items() if value is not None or name in ENDLESS}


class DrawOut(Out):
    tags: list[str]
    count: int
    points: Annotated[int, Field(le=MOST_POINTS)] | None = None


class ItemOut(Out):
    question: OutId | None = None
    draw: DrawOut | None = None


class AttemptLineOut(Out):
    """One attempt in a list; what is not to be known yet is none. Authors see whose it is."""

    id: OutId
    number: int
    state: AttemptState
    how: How | None
    startedAt: Moment
    dueAt: Moment | None
    submittedAt: Moment | None
    percent: int | None
    passed: bool | None
    learner: LearnerOut | None = None


class ResultOut(Out):
    """What counts; `percent` is none where learners are told no more than whether they passed."""

    percent: int | None
    passed: bool


class QuizOut(Out):
    """The rules of a quiz; `items` and `revision` are for its authors, the learner's own figures for learners.

    `attemptsLeft` is none where there is no end of them. `nextAt` is when the pause between two attempts ends.
    """

    id: OutId
    courseId: OutId
    lessonId: OutId
    title: str
    intro: str
    questions: int
    minutes: int | None
    opensAt: Moment | None
    closesAt: Moment | None
    attempts: int | None
    pauseMinutes: int
    passPercent: int
    keeps: Keeps
    shuffle: bool
    shuffleChoices: bool
    oneWay: bool
    reveal: Reveal
    revealWhen: RevealWhen
    weight: int
    serverNow: Moment
    attemptsLeft: int | None = None
    nextAt: Moment | None = None
    best: ResultOut | None = None
    made: list[AttemptLineOut] = []
    items: list[ItemOut] | None = None
    revision: int | None = None


class AttemptsQuery(PageQuery):
    state: AttemptState | None = None
