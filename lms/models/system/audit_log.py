"""What staff did: who, what, to whom, before and after, when, from where. Rows are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NoReturn, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms import request_id
from lms.models.accounts.users import StaffRole
from lms.models.base import Collection, Ref, now
from lms.models.system.finding import findable

ActorRole = StaffRole | Literal["operator"]
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts as staff, and from where; `id` is none for an operator at the command line."""

    id: ObjectId | None
    name: str
    role: ActorRole
    address: str = ""
    device: str = ""


OPERATOR = Actor(None, "command line", "operator")


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted upon: a document by its collection and id, and what people call it."""

    collection: str
    id: ObjectId | str
    label: str


NARROWED_BY = ("actor", "action", "collection")


class AuditEntry(TypedDict):
    """`before` and `after` hold the fields that changed, under their stored names; `searchText` what finds the row."""

    _id: ObjectId
    at: datetime
    actor: Annotated[ObjectId | None, Ref("users")]
    actorName: str
    actorRole: ActorRole
    action: str
    collection: str
    subject: str
    label: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None
    searchText: str
    address: str
    device: str
    requestId: str | None


class AuditLog(Collection[AuditEntry]):
    name = "auditLog"
    fields = AuditEntry
    indexes = (
        IndexModel([("at", DESCENDING), ("_id", DESCENDING)]),
        *(IndexModel([(field, ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]) for field in NARROWED_BY),
        IndexModel([("collection", ASCENDING), ("subject", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("searchText", ASCENDING), ("at", DESCENDING)]),
    )

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("The audit log is only ever added to.")

    update = update_many = change = put = delete = delete_many = _refuse

    def record(
        self,
        actor: Actor,
        action: str,
        subject: Subject,
        before: Fields | None = None,
        after: Fields | None = None,
        reason: str | None = None,
    ) -> ObjectId:
        """Add a row, best in the transaction that does what it tells; `action` reads `<thing>.<verb>`.

        Of `before` and `after` only what differs is kept.
        """
        was, became = _changed(before or {}, after or {})
        return self.insert(
            {
                "at": now(),
                "actor": actor.id,
                "actorName": actor.name,
                "actorRole": actor.role,
                "action": action,
                "collection": subject.collection,
                "subject": str(subject.id),
                "label": subject.label,
                "before": was,
                "after": became,
                "reason": reason,
                **findable(actor.name, subject.label, str(subject.id), reason or ""),
                "address": actor.address,
                "device": actor.device[:200],
                "requestId": request_id.current.get(),
            }
        )

    def history(self, collection: str, subject: ObjectId | str, limit: int = 50) -> list[AuditEntry]:
        """What was done to one document, the newest first."""
        return self.find({"collection": collection, "subject": str(subject)}, sort=[("at", DESCENDING)], limit=limit)


audit_log = AuditLog()


def _changed(before: Fields, after: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two without what is the same in both."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
