"""/courses/uploadSignature: files on their way to the media store."""

from typing import Any

from lms.controllers.authoring import media
from lms.errors import NotAnImage, NotAVideo, NotYourUpload, TooLarge, UnsupportedFile, UploadArrived, UploadGivenUp
from lms.http.api import Api
from lms.middlewares.auth import uploader
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.authoring.media import UploadSignatureIn, UploadSignatureOut

api = Api("media", "/courses", tag="authoring")


@api.post(
    "/uploadSignature",
    allow=uploader,
    returns=UploadSignatureOut,
    refusals=(TooLarge, NotAnImage, NotAVideo, UnsupportedFile, NotYourUpload, UploadArrived, UploadGivenUp),
    limits=(per_caller("200 per hour", "uploads"),),
    message="Upload the file there, then name its publicId.",
)
def sign_upload(caller: Caller, body: UploadSignatureIn) -> Any:
    """What a browser needs to upload something to the media store, or to go on.

    Pictures have up to 10 MB, videos 2 GB, files 50 MB. A file is of a kind that is taken (documents, tables, slides,
    PDF, pictures, text, source code, ZIP) and its content agrees with its extension.
    """
    return media.sign_upload(caller, body)
