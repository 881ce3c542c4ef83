"""The shelves of the catalogue."""

from typing import Annotated

from pydantic import Field

from lms.schemas.catalogue.courses import CourseCardOut
from lms.schemas.fields import Filled, In, Line, Out, OutId, Text


class CategoryIn(In):
    name: Filled[Annotated[Line, Field(max_length=80)]]
    description: Annotated[Text, Field(max_length=500)] = ""


class CategoryOut(Out):
    id: OutId
    name: str
    description: str


class CategoryPageOut(Out):
    selectedCategory: CategoryOut
    selectedCourses: list[CourseCardOut]
    differentCourses: list[CourseCardOut]
    mostSellingCourses: list[CourseCardOut]
