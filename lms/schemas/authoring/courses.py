"""Courses as their authors write them."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from lms.models.catalogue.courses import Level
from lms.models.system.folding import key
from lms.schemas.authoring.media import PublicId
from lms.schemas.fields import BlankIsNone, Filled, Id, In, Line, RichText, Said, shows_something


def _chargeable(value: Decimal) -> Decimal:
    if 0 < value < 1:
        raise ValueError("A course is free or costs at least 1 rupee.")
    return value


def _each_once(tags: list[str]) -> list[str]:
    """The first of those that readers and filters take for the same."""
    return list({key(tag): tag for tag in reversed(tags)}.values())[::-1]


AMOUNTS = [
    {"const": 0},
    {"type": "number", "minimum": 1, "maximum": 10_000_000},
    {"type": "string", "pattern": r"^(0(\.0{1,2})?|[1-9][0-9]{0,6}(\.[0-9]{1,2})?)$"},
]

Title = Filled[Annotated[Line, Field(max_length=120)]]
Description = Annotated[RichText, Field(max_length=20_000)]
Price = Annotated[
    Decimal, Field(ge=0, le=10_000_000, decimal_places=2), AfterValidator(_chargeable), Said({"anyOf": AMOUNTS})
]
Tag = Filled[Annotated[Line, Field(max_length=40), AfterValidator(str.lower)]]
Tags = Annotated[list[Tag], Field(max_length=15), AfterValidator(_each_once)]
Learnt = Annotated[list[Filled[Annotated[Line, Field(max_length=300)]]], Field(max_length=30)]
Instruction = Annotated[Filled[Annotated[RichText, Field(max_length=1000)]], AfterValidator(shows_something)]
Instructions = Annotated[list[Instruction], Field(max_length=30)]
Language = Filled[Annotated[Line, Field(max_length=40)]]
OptionalPrice = Annotated[Price | None, BlankIsNone]
OptionalId = Annotated[Id | None, BlankIsNone]
OptionalPublicId = Annotated[PublicId | None, BlankIsNone]

PRICE = Field(None, description="In whole rupees, with at most two decimals; 0 is free.")
THUMBNAIL = Field(None, description="A picture that the browser uploaded with an uploadSignature of kind image.")


class CourseChangeIn(In):
    """What is left out stays as it is."""

    title: Title | None = None
    description: Description | None = None
    price: OptionalPrice = PRICE
    category: OptionalId = None
    tags: Tags | None = None
    what_you_will_learn: Learnt | None = None
    instructions: Instructions | None = None
    level: Level | None = None
    language: Language | None = None
    thumbnail_public_id: OptionalPublicId = THUMBNAIL

    def stored(self) -> dict[str, Any]:
        """The fields that are given, as the course has them."""
        given = self.model_dump(by_alias=True, exclude_none=True, exclude={"price", "thumbnail_public_id"})
        return given if self.price is None else {**given, "amount": int(self.price * 100)}


class CourseIn(CourseChangeIn):
    """A draft: only its title cannot wait."""

    title: Title
