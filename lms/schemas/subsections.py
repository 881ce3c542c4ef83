"""The lessons of a course."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.fields import In, Line, Text, not_empty

Title = Annotated[Line, Field(max_length=120), AfterValidator(not_empty)]
Description = Annotated[Text, Field(max_length=5000)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
PublicId = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")]


class SubsectionIn(In):
    """`duration` is in seconds."""

    title: Title
    description: Description = ""
    video_public_id: PublicId
    duration: Seconds = 0
    preview: bool = False


class SubsectionChangeIn(In):
    title: Title | None = None
    description: Description | None = None
    video_public_id: PublicId | None = None
    duration: Seconds | None = None
    preview: bool | None = None
