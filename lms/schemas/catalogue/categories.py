"""The shelves of the catalogue."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.catalogue.courses import CourseCardOut
from lms.schemas.fields import In, Line, Out, OutId, Text, not_empty


class CategoryIn(In):
    name: Annotated[Line, Field(max_length=80), AfterValidator(not_empty)]
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
