"""The chapters of a course and their order."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.fields import Id, In, Line, not_empty


class SectionIn(In):
    section_name: Annotated[Line, Field(max_length=120), AfterValidator(not_empty)]


class SectionOrderIn(In):
    id: Id
    subsections: list[Id] = Field(max_length=500)


class ReorderIn(In):
    sections: list[SectionOrderIn] = Field(max_length=200)
