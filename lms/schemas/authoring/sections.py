"""The chapters of a course and their order."""

from typing import Annotated

from pydantic import Field

from lms.schemas.authoring.subsections import OPENS, OpeningIn
from lms.schemas.fields import Filled, Id, In, Line


class SectionIn(In):
    section_name: Filled[Annotated[Line, Field(max_length=120)]]
    opens: OpeningIn | None = OPENS


class SectionOrderIn(In):
    id: Id
    subsections: list[Id] = Field(max_length=500)


class ReorderIn(In):
    sections: list[SectionOrderIn] = Field(max_length=200)
