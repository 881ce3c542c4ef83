"""/certificates/design: what the certificates of a course look like and say."""

from typing import Any

from bson import ObjectId

from lms.controllers.certificates import designs
from lms.errors import ChangedMeanwhile, CourseNotFound, NotAnImage
from lms.http.api import Api
from lms.http.forms import OptionalUpload
from lms.middlewares.auth import owner
from lms.middlewares.limits import per_caller
from lms.results import File
from lms.schemas.certificates.designs import DesignIn, DesignOut

api = Api("designs", "/certificates/design", tag="certificates")

SIGNATURE_BYTES = 2 * 1024 * 1024


@api.get("/<id:course_id>", allow=owner, returns=DesignOut)
def get(course_id: ObjectId) -> Any:
    """What the course's certificates look like and say."""
    return designs.get(course_id)


@api.put(
    "/<id:course_id>",
    allow=owner,
    returns=DesignOut,
    message="The certificates are as you want them.",
    refusals=(ChangedMeanwhile,),
)
def write(course_id: ObjectId, body: DesignIn) -> Any:
    """Decide on it; certificates that were issued stay as they are."""
    return designs.write(course_id, body)


@api.put(
    "/<id:course_id>/signature",
    allow=owner,
    returns=DesignOut,
    message="Certificates are signed so from now on.",
    refusals=(ChangedMeanwhile, NotAnImage),
    upload_bytes=SIGNATURE_BYTES,
    limits=(per_caller("60 per hour", "signatures"),),
)
def sign(course_id: ObjectId, signature: OptionalUpload) -> Any:
    """Show a hand's signature on certificates, best a PNG that is see-through; without a picture show none."""
    return designs.sign(course_id, signature)


@api.get(
    "/<id:course_id>/preview",
    allow=owner,
    refusals=(CourseNotFound,),
    media_type="application/pdf",
    limits=(per_caller("120 per hour", "certificate previews"),),
)
def preview(course_id: ObjectId) -> Any:
    """A specimen as PDF, which certifies nothing."""
    return File("specimen.pdf", "application/pdf", designs.preview(course_id))
