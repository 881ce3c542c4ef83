"""Who was awarded what, as it was signed, and whether it still holds."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Filter, now
from lms.models.fields import Bounds, Ref
from lms.models.freshness import Shown
from lms.models.merging import WHO_DID_IT, OneOf

CertificateState = Literal["pending", "issued", "suspended", "revoked", "erased"]
STATES: tuple[CertificateState, ...] = get_args(CertificateState)
ReasonKind = Literal["superseded", "issued_in_error", "misconduct", "refunded", "holder_asked"]
REASONS: tuple[ReasonKind, ...] = get_args(ReasonKind)

TRIES = 16
"""Places that are looked at for a free one, at once; where none is free, most of the list is taken."""


WITHOUT_FILES = {"pdf": 0, "credential": 0}
"""What is read of a certificate where its files are not wanted."""


class CertificateFacts(TypedDict, total=False):
    """What was so when the course was completed; of an erased holder only the course and the day are left."""

    recipientName: str
    emailHash: str
    emailSalt: str
    courseTitle: str
    courseDescription: str
    title: str
    criteria: str
    instructorName: str
    signatoryName: str
    signatoryTitle: str
    issuerName: str
    seconds: int
    completedAt: datetime
    designRevision: int


class Reason(TypedDict):
    kind: ReasonKind
    text: str


class Certificate(TypedDict):
    _id: ObjectId
    code: str
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    state: CertificateState
    current: NotRequired[bool]
    facts: CertificateFacts
    list: Annotated[int, Bounds(1)]
    index: Annotated[int, Bounds(0)]
    keyId: NotRequired[Annotated[str, Ref("credentialKeys")]]
    credential: NotRequired[bytes]
    digest: NotRequired[str]
    pdf: NotRequired[bytes]
    listed: bool
    createdAt: datetime
    issuedAt: NotRequired[datetime]
    validUntil: NotRequired[datetime]
    changedAt: NotRequired[datetime]
    changedBy: NotRequired[Annotated[ObjectId | None, Ref("users")]]
    reason: NotRequired[Reason]
    replaces: NotRequired[Annotated[ObjectId, Ref("certificates")]]
    revision: Annotated[int, Bounds(0)]


KEPT_OF_THE_ERASED = ("courseTitle", "completedAt")


class Certificates(Collection[Certificate]):
    """`index` is the place in the list of states number `list`; `credential` are the bytes as they were signed.

    `changedAt` and `changedBy` are of the last decision on its state.
    """

    name = "certificates"
    fields = Certificate
    personal = "user"
    on_merge = {"user": OneOf(("course",)), "changedBy": WHO_DID_IT}
    withheld = frozenset({"credential", "pdf", "changedBy", "reason"})
    audited = True
    unrecorded = frozenset({"facts", "credential", "pdf", "digest"})
    seen = (Shown("certificate/{code}"),)
    indexes = (
        IndexModel(
            [("user", ASCENDING), ("course", ASCENDING)], unique=True, partialFilterExpression={"current": True}
        ),
        IndexModel("code", unique=True),
        IndexModel([("list", ASCENDING), ("index", ASCENDING)], unique=True),
        IndexModel([("course", ASCENDING), ("issuedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("user", ASCENDING), ("issuedAt", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("issuedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("issuedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel("replaces", sparse=True),
        IndexModel([("keyId", ASCENDING), ("_id", ASCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return f"Certificate {document['code']}"

    def current(self, user_id: ObjectId, course_id: ObjectId) -> Certificate | None:
        return self.get({"user": user_id, "course": course_id, "current": True})

    def free_index(self, number: int, size: int) -> int | None:
        """A place in a list, at random so that it tells nothing; none when most of the list is taken."""
        chosen = [secrets.randbelow(size) for _ in range(TRIES)]
        taken = {each["index"] for each in self.find({"list": number, "index": {"$in": chosen}}, {"index": 1})}
        return next((each for each in chosen if each not in taken), None)

    def revoked_indices(self, number: int) -> list[int]:
        """The places in a list of those that are revoked."""
        return [each["index"] for each in self.find({"list": number, "state": "revoked"}, {"_id": 0, "index": 1})]

    def store(self, where: Filter, fields: Mapping[str, Any]) -> Certificate | None:
        """Keep what was signed, unless that has been done or undone meanwhile."""
        return self.change(where, {"$set": dict(fields), "$inc": {"revision": 1}})

    def move(self, where: Filter, state: CertificateState, reason: Reason, by: ObjectId | None) -> Certificate | None:
        """Decide on the state of one; none when it is not, or no longer, as `where` says."""
        decided = {"state": state, "reason": reason, "changedAt": now(), "changedBy": by}
        return self.change(where, {"$set": decided, "$inc": {"revision": 1}})

    def erase(self, user_id: ObjectId) -> None:
        """Leave of a person's certificates only that there were some: of which course, and of what day."""
        kept = {"$mergeObjects": [{name: f"$facts.{name}" for name in KEPT_OF_THE_ERASED}]}
        gone = dict.fromkeys(("credential", "digest", "pdf", "reason", "changedBy"), "$$REMOVE")
        live = {"user": user_id, "state": {"$ne": "revoked"}}
        self.update_many(live, [{"$set": {"state": "erased"}}])
        self.update_many({"user": user_id}, [{"$set": {"facts": kept, "listed": False, **gone}}])


certificates = Certificates()
