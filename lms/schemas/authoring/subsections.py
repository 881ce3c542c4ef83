"""The lessons of a course."""

from typing import Annotated

from pydantic import Field

from lms.schemas.authoring.courses import OptionalPublicId, Title
from lms.schemas.fields import In, RichText

Description = Annotated[RichText, Field(max_length=5000)]

VIDEO = Field(
    None, description="The video's id at the media store, once the browser has uploaded it there; not beside a video."
)


class SubsectionIn(In):
    title: Title
    description: Description = ""
    video_public_id: OptionalPublicId = VIDEO
    preview: bool = False


class SubsectionChangeIn(In):
    title: Title | None = None
    description: Description | None = None
    video_public_id: OptionalPublicId = VIDEO
    preview: bool | None = None
