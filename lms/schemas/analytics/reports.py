"""How the school and its courses are doing; money is in paise, days are those of the school's time zone."""

from datetime import date
from typing import Annotated

from pydantic import Field

from lms.models.analytics.periods import Granularity
from lms.schemas.fields import Moment, Out, OutId, Query

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
"""The earliest and the last stand in the descriptions: JSON Schema has no bounds of days."""


class AnalyticsQuery(Query):
    """Weeks and months are reported whole: from the one that holds `from` to the one that holds `to`."""

    first: Day | None = Field(
        None, alias="from", description="A day from 2000 on; without it, about as far back as fits a page."
    )
    last: Day | None = Field(None, alias="to", description="A day until 2100; without it, today.")
    granularity: Granularity = "day"


class NamedCategoryOut(Out):
    id: OutId
    name: str


class SharedOut(Out):
    """Sums over a period or the whole range; of the enrolments those are followed that have not ended."""

    signUps: int
    enrollments: int
    ended: int = Field(description="Of the enrolments of that time, those that ended in a refund, whenever that was.")
    newLearners: int = Field(description="Users who enrolled for the first time.")
    captured: int
    refunded: int
    netRevenue: int
    completions: int = Field(description="Courses finished at that time, whenever their learners enrolled.")
    ratingCount: int
    averageRating: float | None


class FunnelOut(Out):
    """Of the enrolments of that time that have not ended: how far they have come by now."""

    enrolled: int
    started: int
    half: int
    finished: int


class CodesOut(Out):
    """`deliveryRate` is the share of sent ones among those sent and failed; null while there are none."""

    sent: int
    failed: int
    waiting: int
    deliveryRate: float | None


class CategoryFiguresOut(Out):
    """`category` is the one the courses have now; null where they have none or are gone."""

    category: NamedCategoryOut | None
    enrollments: int
    netRevenue: int


class TotalsOut(SharedOut):
    usersEnrolled: int = Field(description="Users with at least one enrolment by the end of the range.")
    funnel: FunnelOut
    codes: CodesOut


class PeriodOut(SharedOut):
    period: date = Field(description="Its first day.")
    activeLearners: int = Field(description="Learners who watched something, each once; not to be added up.")
    funnel: FunnelOut
    codes: CodesOut
    categories: list[CategoryFiguresOut]


class ActiveOut(Out):
    day: date
    activeLearners: int


class RatedCategoryOut(Out):
    category: NamedCategoryOut | None
    averageRating: float
    ratingCount: int


class PublishedMonthOut(Out):
    month: int
    courses: int


class PublishedYearOut(Out):
    year: int
    courses: int
    months: list[PublishedMonthOut]


class TopRatedOut(Out):
    """`weightedRating` is the Bayesian average: few ratings count for less than the average of all."""

    id: OutId
    title: str
    averageRating: float
    ratingCount: int
    weightedRating: float


class PriceBucketOut(Out):
    """Published courses that cost at least `from` and less than `to`; null is no limit."""

    least: int = Field(alias="from")
    below: int | None = Field(alias="to")
    courses: int
    students: int


class AnalyticsOut(Out):
    """`countedUntil` is the moment up to which everything is counted; null before the first time."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    granularity: Granularity
    timezone: str
    countedUntil: Moment | None
    totals: TotalsOut
    series: list[PeriodOut]
    activeLearnersByDay: list[ActiveOut]
    ratingsByCategory: list[RatedCategoryOut]
    coursesPublished: list[PublishedYearOut]
    topRated: list[TopRatedOut]
    priceBuckets: list[PriceBucketOut]


class CoursePeriodOut(Out):
    period: date
    enrollments: int
    ended: int
    netRevenue: int


class LessonFiguresOut(Out):
    """How many learners began and completed the lesson, and how many unfinished ones were last seen in it."""

    id: OutId
    title: str
    started: int
    completed: int
    stopped: int


class OpeningFiguresOut(Out):
    """What the system that a course was moved in from showed of it; nobody's money, and part of no other figure."""

    students: int
    amount: int = Field(description="In paise: the learners there times the price.")


class CourseTotalsOut(Out):
    """Over all time; `opening` is null for a course that was made here."""

    students: int
    ended: int
    netRevenue: int
    averageRating: float | None
    ratingCount: int
    ratingHistogram: dict[str, int]
    funnel: FunnelOut
    opening: OpeningFiguresOut | None


class CourseAnalyticsOut(Out):
    id: OutId
    title: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    granularity: Granularity
    timezone: str
    totals: CourseTotalsOut
    series: list[CoursePeriodOut]
    lessons: list[LessonFiguresOut]
