"""The questions of a course's bank, as its authors write and read them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from lms.models.assessment.questions import MOST_POINTS, QuestionKind
from lms.schemas.authoring.courses import Tags
from lms.schemas.fields import NUMBER, Filled, In, Moment, Out, OutId, PageQuery, RichText, Text, Whole, shows_something

MOST_CHOICES = 20
CHOICE_ID = r"^[A-Za-z0-9_-]{1,24}$"


ChoiceId = Annotated[str, Field(pattern=CHOICE_ID)]
Body = Annotated[Filled[Annotated[RichText, Field(max_length=5000)]], AfterValidator(shows_something)]
Points = Annotated[
    int, Field(ge=1, le=MOST_POINTS, strict=True, description="In hundredths: 250 are two points and a half."), Whole
]
Accepted = Filled[Annotated[Text, Field(max_length=500)]]
Number = Annotated[str, Field(max_length=60, pattern=NUMBER, examples=["12.5"])]


class ChoiceIn(In):
    """`id` is what the key names it by; it is exchanged for one that tells nothing, unless the question has it."""

    id: ChoiceId
    body: Body


class KeyIn(In):
    """What is right, by the kind: `right` for `single` and `multiple`, `holds` for `truefalse`, and so on.

    `value` and `tolerance` are numbers as text, with a comma or a point; `pairs` names for each choice its target.
    """

    right: list[ChoiceId] | None = Field(None, max_length=MOST_CHOICES)
    holds: bool | None = None
    value: Number | None = None
    tolerance: Number | None = None
    accepted: list[Accepted] | None = Field(None, max_length=20)
    order: list[ChoiceId] | None = Field(None, max_length=MOST_CHOICES)
    pairs: dict[ChoiceId, ChoiceId] | None = Field(None, max_length=MOST_CHOICES)


class QuestionIn(In):
    """`targets` are what the choices of a `match` are matched with."""

    kind: QuestionKind
    body: Body
    choices: list[ChoiceIn] = Field([], max_length=MOST_CHOICES)
    targets: list[ChoiceIn] = Field([], max_length=MOST_CHOICES)
    key: KeyIn = KeyIn()
    points: Points = 100
    explanation: Annotated[RichText, Field(max_length=5000)] = ""
    tags: Tags = []

    def content(self) -> dict[str, Any]:
        """The question as a document has it; what the key does not say is not in it."""
        fields = self.model_dump(by_alias=True, exclude={"key", "revision"})
        key = self.key.model_dump(by_alias=True, exclude_none=True)
        return {**fields, "key": {"tolerance": "0", **key} if self.kind == "number" else key}


class QuestionChangeIn(QuestionIn):
    """The whole question as it is to be; `revision` is the version that the author saw."""

    revision: Annotated[int, Field(ge=1, strict=True), Whole]


class QuestionsQuery(PageQuery):
    tag: Annotated[str, Field(max_length=40), AfterValidator(str.lower)] | None = None
    kind: QuestionKind | None = None


class ChoiceOut(Out):
    id: str
    body: str


class KeyOut(Out):
    right: list[str] | None = None
    holds: bool | None = None
    value: str | None = None
    tolerance: str | None = None
    accepted: list[str] | None = None
    order: list[str] | None = None
    pairs: dict[str, str] | None = None


class QuestionOut(Out):
    """`points` are hundredths; `revision` is its version, of which each edit makes another."""

    id: OutId
    kind: QuestionKind
    body: str
    choices: list[ChoiceOut]
    targets: list[ChoiceOut]
    key: KeyOut
    points: int
    explanation: str
    tags: list[str]
    revision: int
    createdAt: Moment
    updatedAt: Moment
