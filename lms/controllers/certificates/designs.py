"""What the certificates of a course look like and say, as its owner decides."""

from typing import IO, Any

from bson import Binary, ObjectId

from lms.controllers.certificates import awards, issuing
from lms.errors import ChangedMeanwhile, CourseNotFound
from lms.extensions import current_settings
from lms.models.accounts.users import name_of, users
from lms.models.base import now
from lms.models.catalogue.courses import Course, courses
from lms.models.certificates.certificate_designs import CertificateDesign, certificate_designs
from lms.models.transactions import transactional
from lms.schemas.certificates.designs import DesignIn
from lms.services.authoring import pictures
from lms.services.certificates import certificate_pdf
from lms.services.certificates.certificate_pdf import Printed

SPECIMEN = "A learner's name"


def get(course_id: ObjectId) -> dict[str, Any]:
    return _shown(certificate_designs.of_course(course_id))


def _shown(design: CertificateDesign) -> dict[str, Any]:
    known = {name: value for name, value in design.items() if name not in ("_id", "signature", "enabledAt")}
    return {**known, "courseId": design["_id"], "hasSignature": "signature" in design}


@transactional
def write(course_id: ObjectId, form: DesignIn) -> dict[str, Any]:
    """Decide on it; what is issued stays as it is."""
    fields = form.model_dump(by_alias=True, exclude={"revision"})
    if not certificate_designs.write(course_id, form.revision, fields):
        raise ChangedMeanwhile
    return get(course_id)


def sign(course_id: ObjectId, picture: IO[bytes] | None) -> dict[str, Any]:
    """Show a hand's signature on certificates that are drawn from now on, or none; raises NotAnImage or TooLarge."""
    drawn = Binary(pictures.signature(picture)) if picture else None
    _hand(course_id, drawn)
    return get(course_id)


@transactional
def _hand(course_id: ObjectId, drawn: Binary | None) -> None:
    seen = certificate_designs.of_course(course_id)["revision"]
    if not certificate_designs.write(course_id, seen, {"signature": drawn} if drawn else {}):
        raise ChangedMeanwhile
    if drawn is None:
        certificate_designs.update({"_id": course_id}, {"$unset": {"signature": ""}})


def preview(course_id: ObjectId) -> bytes:
    """A specimen as PDF, which certifies nothing."""
    course = courses.get({"_id": course_id})
    if course is None:
        raise CourseNotFound
    return certificate_pdf.draw(_specimen(course, certificate_designs.of_course(course_id)))


def _specimen(course: Course, design: CertificateDesign) -> Printed:
    moment, months = now(), design["validMonths"]
    author = users.raw.find_one({"_id": course["instructor"]})
    return Printed(
        title=design["title"],
        school=current_settings().school,
        colour=current_settings().school_colour,
        recipient=SPECIMEN,
        course=course["title"],
        completed_at=issuing.local(moment),
        issued_at=issuing.local(moment),
        valid_until=issuing.local(awards.months_later(moment, months)) if months else None,
        hours=course["totalDuration"] / 3600,
        instructor=name_of(author) if author else "",
        signatory=design["signatoryName"],
        signatory_title=design["signatoryTitle"],
        signature=bytes(design["signature"]) if "signature" in design else None,
        code="",
        verify_url="",
        credential=b"",
    )
