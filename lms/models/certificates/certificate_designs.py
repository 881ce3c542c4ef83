"""What the certificates of each course look like and say, and whether there are any."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from bson import ObjectId

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref

TITLE = "Certificate of completion"
CRITERIA = "Every lesson of the course was completed."


class DesignContent(TypedDict):
    """What an author decides."""

    enabled: bool
    title: str
    criteria: str
    signatoryName: str
    signatoryTitle: str
    validMonths: Annotated[int | None, Bounds(1)]
    autoIssue: bool


class CertificateDesign(DesignContent):
    _id: Annotated[ObjectId, Ref("courses")]
    signature: NotRequired[bytes]
    """A picture (PNG) of the signatory's hand."""
    revision: Annotated[int, Bounds(0)]
    enabledAt: NotRequired[datetime]
    updatedAt: datetime


UNWRITTEN: DesignContent = {
    "enabled": False,
    "title": TITLE,
    "criteria": CRITERIA,
    "signatoryName": "",
    "signatoryTitle": "",
    "validMonths": None,
    "autoIssue": True,
}


class CertificateDesigns(Collection[CertificateDesign]):
    """`_id` is the course; `enabledAt` since when who completes it is awarded a certificate."""

    name = "certificateDesigns"
    fields = CertificateDesign
    audited = True
    unrecorded = frozenset({"signature"})

    def of_course(self, course_id: ObjectId) -> CertificateDesign:
        """The design of a course; what it is until somebody writes one."""
        found = self.get({"_id": course_id})
        return found or {**UNWRITTEN, "_id": course_id, "revision": 0, "updatedAt": now()}

    def enabled(self, course_id: ObjectId) -> CertificateDesign | None:
        return self.get({"_id": course_id, "enabled": True})

    def write(self, course_id: ObjectId, seen: int, fields: Mapping[str, Any]) -> bool:
        """Replace these fields; false when the design has another revision than `seen`."""
        before = self.of_course(course_id)
        if before["revision"] != seen:
            return False
        moment = now()
        change = {**before, **fields, "revision": seen + 1, "updatedAt": moment}
        if change["enabled"] and not (before["enabled"] and "enabledAt" in before):
            change["enabledAt"] = moment
        del change["_id"]
        return self.update({"_id": course_id}, {"$set": change}, upsert=True)


certificate_designs = CertificateDesigns()
