"""/courses/uploadSignature: files on their way to the media store."""

from typing import Any

from lms.controllers.authoring import media
from lms.errors import NotAnImage, NotAVideo, NotYourUpload, TooLarge, UploadArrived, UploadGivenUp
from lms.http.api import Api
from lms.middlewares.auth import instructor
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.authoring.media import UploadSignatureIn, UploadSignatureOut

api = Api("media", "/courses", tag="authoring")


@api.post(
    "/uploadSignature",
    allow=instructor,
    returns=UploadSignatureOut,
    refusals=(TooLarge, NotAnImage, NotAVideo, NotYourUpload, UploadArrived, UploadGivenUp),
    limits=(per_caller("200 per hour", "uploads"),),
    message="Upload the file there, then name its publicId.",
)
def sign_upload(caller: Caller, body: UploadSignatureIn) -> Any:
    """What a browser needs to upload a file to the media store (pictures to 10 MB, videos to 2 GB), or to go on."""
    return media.sign_upload(caller, body)
