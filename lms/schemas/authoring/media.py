"""Uploads straight to the media store."""

from typing import Annotated

from pydantic import Field

from lms.models.authoring.media import MediaKind
from lms.schemas.fields import In, Line, Moment, Out, Whole

PublicId = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")]
FilePublicId = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.[a-z0-9]+)?$")]
"""That of a file ends with its extension."""

AGAIN = Field(None, description="Of an upload of yours that is under way, for which other fields are wanted.")


class UploadSignatureIn(In):
    kind: MediaKind
    filename: Annotated[Line, Field(max_length=255)]
    bytes: Annotated[int, Field(ge=1, strict=True), Whole]
    public_id: FilePublicId | None = AGAIN


class UploadSignatureOut(Out):
    """POST the file as `file`, after `fields`, to `uploadUrl` as multipart/form-data, before `expiresAt`.

    A file of more than `chunkBytes` goes in chunks of that size, each a POST of the same fields with the headers
    `X-Unique-Upload-Id` (the same for all) and `Content-Range: bytes <first>-<last>/<total>`, one after the other.

    An upload that takes longer asks again with its `publicId` before `expiresAt`, and sends the chunks that are left
    with the fields that it is answered, under the same `X-Unique-Upload-Id`.
    """

    publicId: str
    uploadUrl: str
    fields: dict[str, str]
    chunkBytes: int
    expiresAt: Moment
