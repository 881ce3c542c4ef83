"""/certificates: learners' own, those of a course, and whether one holds."""

from typing import Any

from bson import ObjectId

from lms.controllers.certificates import decisions, own, verification
from lms.errors import (
    CertificateNotFound,
    CertificateNotReady,
    CertificateRevoked,
    CertificatesOff,
    CertificateStateRefused,
    ChangedMeanwhile,
    CourseIncomplete,
)
from lms.http.api import Api
from lms.http.arguments import PathText
from lms.middlewares.auth import admin, anyone, enrolled, owner, user
from lms.middlewares.limits import per_address, per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.certificates.certificates import (
    CertificateOut,
    ComparedOut,
    CourseCertificatesQuery,
    CredentialIn,
    DecisionIn,
    HeldCertificateOut,
    ReissueIn,
    VerifiedCertificateOut,
    VisibilityIn,
)
from lms.schemas.fields import PageQuery

api = Api("certificates", "/certificates")

GUESSES = per_address("30 per minute", "certificate codes")
DECIDED = (CertificateNotFound, CertificateStateRefused, ChangedMeanwhile)
FILES = (CertificateNotFound, CertificateNotReady, CertificateRevoked)


@api.get("/", allow=user, returns=list[CertificateOut])
def list_own(caller: Caller, query: PageQuery) -> Any:
    """One's own certificates, the newest first."""
    return own.list_own(caller, query)


@api.get("/course/<id:course_id>", allow=owner, returns=list[HeldCertificateOut])
def list_of_course(course_id: ObjectId, query: CourseCertificatesQuery) -> Any:
    """Who holds a certificate of the course; `q` is any part of a name, or a code."""
    return own.list_of_course(course_id, query)


@api.post(
    "/claim/<id:course_id>",
    allow=enrolled,
    returns=CertificateOut,
    status=201,
    also_status=(200, 202),
    message="Your certificate is on its way.",
    refusals=(CourseIncomplete, CertificatesOff),
    limits=(per_caller("60 per hour", "claims"),),
)
def claim(caller: Caller, course_id: ObjectId) -> Any:
    """The certificate of a course that one has completed: 201 made now, 202 still being signed, 200 ready."""
    return own.claim(caller, course_id)


@api.get("/<id:certificate_id>/pdf", allow=user, refusals=FILES, media_type="application/pdf")
def pdf(caller: Caller, certificate_id: ObjectId) -> Any:
    """One's own certificate, to print; the signed document is inside."""
    return own.pdf(caller, certificate_id)


@api.get(
    "/<id:certificate_id>/credential",
    allow=user,
    refusals=(CertificateNotFound, CertificateNotReady),
    media_type=own.CREDENTIAL,
)
def credential(caller: Caller, certificate_id: ObjectId) -> Any:
    """The signed document (Open Badges 3.0), byte for byte as it was signed."""
    return own.credential(caller, certificate_id)


@api.get("/<id:certificate_id>/badge", allow=user, refusals=FILES, media_type="image/png")
def badge(caller: Caller, certificate_id: ObjectId) -> Any:
    """A picture that carries the signed document, for wallets of badges."""
    return own.badge(caller, certificate_id)


@api.put("/<id:certificate_id>/visibility", allow=user, returns=CertificateOut, refusals=(CertificateNotFound,))
def show(caller: Caller, certificate_id: ObjectId, body: VisibilityIn) -> Any:
    """Whether the signed document itself is for everybody who has its address."""
    return own.show(caller, certificate_id, body.listed)


@api.get(
    "/verify/<code>",
    allow=anyone,
    returns=VerifiedCertificateOut,
    cached=True,
    refusals=(CertificateNotFound,),
    limits=(GUESSES,),
)
def verify(code: PathText) -> Any:
    """Whether a certificate holds, by its code; dashes, blanks and small letters are no matter."""
    return verification.by_code(code)


@api.post(
    "/verify",
    allow=anyone,
    returns=ComparedOut,
    limits=(per_address("20 per hour", "certificate documents"),),
)
def compare(body: CredentialIn) -> Any:
    """Whether a signed document is ours and word for word as we signed it, and whether it holds."""
    return verification.compare(body.document)


@api.post("/<id:certificate_id>/revoke", allow=admin, refusals=DECIDED, message="The certificate is revoked.")
def revoke(certificate_id: ObjectId, body: DecisionIn) -> Any:
    """End a certificate for good, and tell its holder."""
    decisions.revoke(certificate_id, body.kind, body.text, body.revision)


@api.post("/<id:certificate_id>/suspend", allow=admin, refusals=DECIDED, message="The certificate is suspended.")
def suspend(certificate_id: ObjectId, body: DecisionIn) -> Any:
    """Let a certificate not hold until it is decided on."""
    decisions.suspend(certificate_id, body.kind, body.text, body.revision)


@api.post("/<id:certificate_id>/restore", allow=admin, refusals=DECIDED, message="The certificate holds again.")
def restore(certificate_id: ObjectId, body: DecisionIn) -> Any:
    """Let a suspended certificate hold again."""
    decisions.restore(certificate_id, body.kind, body.text, body.revision)


@api.post(
    "/<id:certificate_id>/reissue",
    allow=admin,
    status=201,
    returns=HeldCertificateOut,
    refusals=(CertificateNotFound, CertificateStateRefused),
    message="The certificate is replaced.",
)
def reissue(certificate_id: ObjectId, body: ReissueIn) -> Any:
    """Replace a certificate, with a corrected name where one is given; the old one is revoked."""
    return own.held(decisions.reissue(certificate_id, body.text, body.recipient_name))
