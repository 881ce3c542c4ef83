"""The lessons of a course."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from lms.models.authoring.subsections import Opening
from lms.schemas.authoring.courses import OptionalId, OptionalPublicId, Title
from lms.schemas.authoring.media import FilePublicId
from lms.schemas.fields import BlankIsNone, Filled, In, Pasted, RichText, Said, Whole, shows_something, stored_moment

Description = Annotated[RichText, Field(max_length=5000)]

VIDEO = Field(
    None, description="The video's id at the media store, once the browser has uploaded it there; not beside a video."
)


FILE = Field(None, description="The file's id at the media store, uploaded with an uploadSignature of kind file.")
LessonText = Annotated[Filled[Annotated[RichText, Field(max_length=100_000)]], AfterValidator(shows_something)]
EmbedUrl = Annotated[
    str,
    Pasted,
    Field(min_length=1, max_length=1000, description="An https address; that of a video on YouTube or Vimeo will do."),
    Said({"pattern": r"^https://[^\s]+$"}),
]


class OpeningIn(In):
    """When it opens for a learner: once all of this holds. What names nothing is open at once."""

    after_lesson: OptionalId = Field(None, description="A lesson of the course that is to be completed first.")
    after_section: OptionalId = Field(None, description="A section whose required lessons are to be completed first.")
    days: Annotated[int, Field(ge=0, le=3650, strict=True), Whole] | None = Field(None, description="After enrolling.")
    at: Annotated[AwareDatetime, AfterValidator(stored_moment)] | None = None

    def stored(self) -> Opening | None:
        kept: Any = self.model_dump(by_alias=True)
        return None if all(value is None for value in kept.values()) else kept


OPENS = Field(None, description="When it opens for a learner; an empty object opens it at once.")


class SubsectionChangeIn(In):
    """What is left out stays as it is; what a lesson of its kind does not have cannot be given."""

    title: Title | None = None
    description: Description | None = None
    video_public_id: OptionalPublicId = VIDEO
    text: LessonText | None = None
    file_public_id: Annotated[FilePublicId | None, BlankIsNone] = FILE
    embed_url: EmbedUrl | None = None
    preview: bool | None = None
    required: bool | None = None
    opens: OpeningIn | None = OPENS


class SubsectionIn(SubsectionChangeIn):
    """A quiz or an assignment is made at `/assessments`."""

    title: Title
    kind: Literal["video", "text", "file", "embed"] = "video"
    description: Description = ""
    preview: bool = False
    required: bool = True
