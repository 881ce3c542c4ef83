"""Assignments as authors write them and learners read them. All points are in hundredths: 250 are two and a half."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic.alias_generators import to_camel

from lms.models.assessment.assignments import LateKind
from lms.schemas.assessment.deadlines import DeadlineIn, DeadlineOut
from lms.schemas.assessment.submissions import RubricId, WorkOut
from lms.schemas.authoring.courses import Title
from lms.schemas.fields import Filled, In, Line, Moment, Out, OutId, RichText, Said, Whole, shows_something
from lms.services.authoring import file_types

MOST_POINTS = 100_000
FILE_BYTES = 50 * 1024**2


def _extension(value: str) -> str:
    if value not in file_types.EXTENSIONS:
        raise ValueError("Files of this kind are not taken. Name extensions such as pdf or zip, without the point.")
    return value


Points = Annotated[int, Field(ge=0, le=MOST_POINTS, strict=True), Whole]
OutOf = Annotated[int, Field(ge=1, le=MOST_POINTS, strict=True), Whole]
Percent = Annotated[int, Field(ge=0, le=100, strict=True), Whole]
Files = Annotated[int, Field(ge=1, le=10, strict=True), Whole]
Bytes = Annotated[int, Field(ge=1, le=FILE_BYTES, strict=True), Whole]
Tries = Annotated[int, Field(ge=1, le=100, strict=True), Whole]
Seconds = Annotated[int, Field(ge=0, le=3600, strict=True), Whole]
Seen = Annotated[int, Field(ge=1, le=10**9, strict=True), Whole]
Called = Filled[Annotated[Line, Field(max_length=200)]]
Extension = Annotated[str, AfterValidator(_extension), Said({"enum": list(file_types.EXTENSIONS)})]
Brief = Annotated[Filled[Annotated[RichText, Field(max_length=20_000)]], AfterValidator(shows_something)]
NULLABLE = {"due", "closes", "tries"}


class LevelIn(In):
    id: RubricId
    title: Called
    points: Points


class CriterionIn(In):
    id: RubricId
    title: Called
    levels: list[LevelIn] = Field(min_length=2, max_length=10)


class LateIn(In):
    """`percent` of all points go for each day begun after the deadline, and at most `most` of them."""

    kind: LateKind
    percent: Percent = 0
    most: Percent = 100


class RulesIn(In):
    brief: Brief | None = None
    accept: list[Extension] | None = Field(None, max_length=60, description="Extensions of files that are taken.")
    text: bool | None = Field(None, description="Whether a text is taken.")
    url: bool | None = Field(None, description="Whether an address is taken.")
    most_files: Files | None = None
    most_bytes: Bytes | None = None
    due: DeadlineIn | None = None
    closes: DeadlineIn | None = None
    grace_seconds: Seconds | None = None
    late: LateIn | None = None
    tries: Tries | None = Field(None, description="How often it may be handed in; null: as often as one likes.")
    rubric: list[CriterionIn] | None = Field(None, max_length=20)
    out_of: OutOf | None = Field(None, description="With a rubric: the sum of its best levels.")
    pass_percent: Percent | None = None
    blind: bool | None = Field(None, description="Whether graders learn whose work it was only once it is released.")
    weight: Percent | None = None

    def stored(self) -> dict[str, Any]:
        """The fields that are given, as the assignment has them."""
        given = {to_camel(name) for name in self.model_fields_set & set(RulesIn.model_fields)}
        fields = self.model_dump(by_alias=True).items()
        return {name: value for name, value in fields if name in given and (value is not None or name in NULLABLE)}


class AssignmentChangeIn(RulesIn):
    """What is left out stays as it is. `revision` is the one that the author saw."""

    revision: Seen


class AssignmentIn(RulesIn):
    """Title and whether it is required are those of the lesson that it makes."""

    title: Title
    brief: Brief
    required: bool = True


class LevelOut(Out):
    id: str
    title: str
    points: int


class CriterionOut(Out):
    id: str
    title: str
    levels: list[LevelOut]


class LateOut(Out):
    kind: LateKind
    percent: int
    most: int


class AssignmentOut(Out):
    """`dueAt` and `closesAt` are last moments, with the learner's own extension; `due` and `closes` are those of all.

    `mine` is the learner's work, none for authors.
    """

    id: OutId
    courseId: OutId
    lessonId: OutId | None
    title: str
    brief: str
    accept: list[str]
    text: bool
    url: bool
    mostFiles: int
    mostBytes: int
    due: DeadlineOut | None
    closes: DeadlineOut | None
    dueAt: Moment | None
    dueLocal: str | None
    dueZone: str | None
    closesAt: Moment | None
    graceSeconds: int
    late: LateOut
    tries: int | None
    rubric: list[CriterionOut]
    outOf: int
    passPercent: int
    blind: bool
    weight: int
    revision: int
    serverNow: Moment
    mine: WorkOut | None
