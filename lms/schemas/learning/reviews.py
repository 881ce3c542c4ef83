"""What learners think of courses."""

from typing import Annotated, Literal

from pydantic import Field

from lms.schemas.fields import Filled, Id, In, Moment, Out, OutId, PageQuery, Text, Whole

Stars = Annotated[int, Field(ge=1, le=5, strict=True), Whole]
ReviewText = Annotated[Text, Field(max_length=2000)]


class ReviewIn(In):
    course_id: Id
    rating: Stars
    review: ReviewText = ""


class ReviewChangeIn(In):
    rating: Stars | None = None
    review: ReviewText | None = None


class ReportIn(In):
    reason: Filled[Annotated[Text, Field(max_length=500)]]


class ReviewsQuery(PageQuery):
    courseId: Id | None = None
    sort: Literal["newest", "oldest", "rating", "-rating"] = "newest"


class ReviewerOut(Out):
    id: OutId
    name: str
    image: str


class ReviewedCourseOut(Out):
    id: OutId
    title: str


class ReviewOut(Out):
    id: OutId
    rating: int
    review: str
    user: ReviewerOut | None
    course: ReviewedCourseOut | None
    createdAt: Moment
    updatedAt: Moment


class AverageRatingOut(Out):
    averageRating: float
    ratingCount: int
