"""Courses as lists, as a page, and as their learners see them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from lms.models.authoring.subsections import Kind
from lms.models.catalogue.course_search import words_of
from lms.models.catalogue.courses import CourseStatus, Level, OwnStatus
from lms.schemas.fields import Id, Moment, Out, OutId, PageQuery
from lms.schemas.learning.progress import ResumeOut
from lms.schemas.learning.reviews import ReviewOut
from lms.schemas.text import composed, without_invisible

Sort = Literal["newest", "popular", "rating", "price", "-price", "relevance"]


def _asked(value: str) -> str:
    return composed(" ".join(without_invisible(value).split()))


Asked = Annotated[str, Field(max_length=120), BeforeValidator(_asked)]
"""As long as a title."""
Chosen = Annotated[str, Field(max_length=40), BeforeValidator(_asked)]


def _searchable(value: str) -> str:
    if not words_of(value):
        raise ValueError("Search for at least one letter or digit.")
    return value


Searched = Annotated[Asked, AfterValidator(_searchable)]


class CatalogueQuery(PageQuery):
    """Prices are in whole rupees."""

    q: Searched | None = Field(None, description="Words to find in title, tags and description.")
    category: Id | None = None
    tag: Chosen | None = Field(None, description="Its case, accents and width do not matter.")
    level: Level | None = None
    language: Chosen | None = Field(None, description="Its case, accents and width do not matter.")
    minPrice: float | None = Field(None, ge=0, le=10_000_000, allow_inf_nan=False)
    maxPrice: float | None = Field(None, ge=0, le=10_000_000, allow_inf_nan=False)
    minRating: float | None = Field(None, ge=0, le=5, allow_inf_nan=False)
    instructor: Id | None = None
    featured: bool | None = Field(None, description="Whether staff have put it on the front.")
    sort: Sort | None = None

    @field_validator("maxPrice")
    @classmethod
    def _sensible(cls, value: float | None, info: ValidationInfo) -> float | None:
        least = info.data.get("minPrice")
        if value is not None and least is not None and least > value:
            raise ValueError("This is less than minPrice.")
        return value


class OwnCoursesQuery(PageQuery):
    status: OwnStatus | None = None


class CategoryOfCourseOut(Out):
    id: OutId
    name: str


class InstructorOut(Out):
    id: OutId
    name: str
    image: str


class CourseOut(Out):
    """`price` is in rupees, null while a draft has none; `totalDuration` is in seconds."""

    id: OutId
    title: str
    description: str
    thumbnail: str | None
    price: int | float | None
    currency: str
    level: Level
    language: str
    tags: list[str]
    category: CategoryOfCourseOut | None
    instructor: InstructorOut | None
    ratingAverage: float
    ratingCount: int
    studentsCount: int
    lessonsCount: int
    totalDuration: int
    featured: bool


class CourseCardOut(CourseOut):
    price: int | float


class OwnCourseOut(CourseOut):
    """`revenue` is what arrived less what went back, in paise; `rejectionReason` is why staff gave the course back."""

    status: CourseStatus
    updatedAt: Moment
    deletedAt: Moment | None
    rejectionReason: str | None
    revenue: int


class OpeningOut(Out):
    """When it opens for a learner: once all that is not null holds; `days` are counted from enrolling."""

    afterLesson: OutId | None
    afterSection: OutId | None
    days: int | None
    at: Moment | None


class LessonOutlineOut(Out):
    """`duration` is in seconds: of a video its length, of a text about what reading it takes."""

    id: OutId
    title: str
    kind: Kind
    description: str
    duration: int
    preview: bool
    required: bool
    opens: OpeningOut | None
    assessmentId: OutId | None


class LockOut(Out):
    """Why a lesson is not open to this learner: until `opensAt`, and until they have completed the lessons `after`."""

    opensAt: Moment | None
    after: list[OutId]
    reason: str


class OwnLessonOutlineOut(LessonOutlineOut):
    locked: LockOut | None


class SectionOutlineOut(Out):
    id: OutId
    sectionName: str
    opens: OpeningOut | None
    subsections: list[LessonOutlineOut]


class OwnSectionOutlineOut(SectionOutlineOut):
    subsections: list[OwnLessonOutlineOut]  # type: ignore[assignment]  # a list of more than was promised


class CourseDetailsOut(CourseOut):
    """`ratingHistogram` counts the ratings from "1" to "5"."""

    status: CourseStatus
    whatYouWillLearn: list[str]
    instructions: list[str]
    ratingHistogram: dict[str, int]
    coAuthors: list[InstructorOut]
    sections: list[SectionOutlineOut]
    reviews: list[ReviewOut]


class FullCourseDetailsOut(CourseDetailsOut):
    sections: list[OwnSectionOutlineOut]  # type: ignore[assignment]  # a list of more than was promised
    completedVideos: list[OutId]
    progressPercentage: int
    completedAt: Moment | None
    resume: ResumeOut | None
