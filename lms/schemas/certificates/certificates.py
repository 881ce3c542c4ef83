"""Certificates as their holders, authors, strangers and staff see them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from lms.models.certificates.certificates import CertificateState, ReasonKind
from lms.schemas.fields import Filled, In, Line, Moment, Out, OutId, PageQuery, Text, Whole

StaffText = Filled[Annotated[Text, Field(max_length=2000)]]
Seen = Annotated[int, Field(ge=0, strict=True), Whole]


class CertificateOut(Out):
    id: OutId
    code: str
    state: CertificateState
    courseId: OutId
    courseTitle: str
    issuedAt: Moment | None
    validUntil: Moment | None
    listed: bool
    verifyUrl: str
    pdfUrl: str
    credentialUrl: str
    badgeUrl: str
    linkedInUrl: str


class CourseCertificatesQuery(PageQuery):
    state: CertificateState | None = None
    q: Annotated[Line, Field(max_length=100)] | None = None


class HeldCertificateOut(Out):
    id: OutId
    code: str
    state: CertificateState
    recipientName: str | None
    issuedAt: Moment | None
    validUntil: Moment | None
    verifyUrl: str


class VisibilityIn(In):
    listed: bool


class VerifiedCertificateOut(Out):
    """`expired` is one that held until `validUntil`; of one whose holder had it erased only the course is left."""

    code: str
    state: Literal[CertificateState, "expired"]
    recipientName: str | None
    courseTitle: str
    issuerName: str | None
    hours: float | None
    completedAt: Moment
    issuedAt: Moment | None
    validUntil: Moment | None
    revokedOn: date | None
    reasonKind: ReasonKind | None
    replacedBy: str | None
    listed: bool


class CredentialIn(In):
    """A signed document, as somebody was given it."""

    model_config = ConfigDict(extra="allow")

    id: Annotated[str, Field(max_length=500)]

    @property
    def document(self) -> dict[str, Any]:
        return {"id": self.id, **(self.model_extra or {})}


class ComparedOut(Out):
    """`ours` by its id, `intact` where it says word for word what was signed."""

    ours: bool
    intact: bool
    state: Literal[CertificateState, "expired"] | None


class DecisionIn(In):
    """`text` is for staff alone, `kind` for everybody; `revision` is the one that was seen."""

    kind: ReasonKind
    text: StaffText
    revision: Seen


class ReissueIn(In):
    recipient_name: Filled[Annotated[Line, Field(max_length=120)]] | None = None
    text: StaffText


class StaffDecisionIn(In):
    """On a staff page: `seen` is the revision that it showed."""

    kind: ReasonKind
    text: StaffText
    seen: int


class StaffReissueIn(ReissueIn):
    seen: int
