"""What people say of themselves, and what they attend or teach."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo

from lms.models.accounts.users import Role
from lms.schemas.analytics.reports import OpeningFiguresOut
from lms.schemas.catalogue.courses import CourseOut
from lms.schemas.fields import (
    BlankIsNone,
    Code,
    ContactNumber,
    GivenPassword,
    In,
    LastName,
    Line,
    Moment,
    Name,
    Out,
    OutId,
    Text,
    any_of,
)
from lms.schemas.learning.progress import ResumeOut

Gender = Annotated[Line, Field(max_length=40)]


def _past(value: date) -> date:
    if not date(1900, 1, 1) <= value <= datetime.now(UTC).date():
        raise ValueError("A date of birth lies between 1900 and today.")
    return value


class ProfileIn(In):
    first_name: Name | None = None
    last_name: LastName | None = None
    bio: Annotated[Text, Field(max_length=1000)] | None = None
    gender: Gender | None = None
    date_of_birth: Annotated[Annotated[date, AfterValidator(_past)] | None, BlankIsNone] = Field(
        None, description="Between 1900 and today."
    )
    contact_number: Annotated[ContactNumber | None, BlankIsNone] = None


def proof(password: str | None, info: ValidationInfo) -> str | None:
    if password is None and info.data.get("otp") is None:
        raise ValueError("Send your password, or a mailed code as otp.")
    return password


class DeleteAccountIn(In):
    """The caller's own password, or a code that was mailed to sign in with, as `otp`.

    `courses: archive` agrees that what the account has on sale leaves the catalogue; learners keep it.
    """

    model_config = ConfigDict(json_schema_extra=any_of(("password",), ("otp",)))

    otp: Code | None = None
    password: Annotated[GivenPassword | None, AfterValidator(proof)] = Field(None, validate_default=True)
    courses: Literal["archive"] | None = None


class ProfileOut(Out):
    bio: str | None
    gender: str | None
    dateOfBirth: str | None
    contactNumber: str | None
    image: str


class UserOut(Out):
    id: OutId
    name: str
    firstName: str
    lastName: str
    email: str
    role: Role
    image: str
    createdAt: Moment
    profile: ProfileOut


class ImageOut(Out):
    image: str


class EnrolledCourseOut(CourseOut):
    enrolledAt: Moment
    progressPercentage: int
    completedAt: Moment | None
    resume: ResumeOut | None


class TaughtCourseOut(Out):
    """`revenue` is in paise; `completion` is the percentage of learners who finished.

    `opening` is null for a course that was made here.
    """

    id: OutId
    title: str
    status: str
    studentsCount: int
    revenue: int
    ratingAverage: float
    ratingCount: int
    completion: int
    opening: OpeningFiguresOut | None


class InstructorDashboardOut(Out):
    courses: list[TaughtCourseOut]
    totalStudents: int
    totalRevenue: int
