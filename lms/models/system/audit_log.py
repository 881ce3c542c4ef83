"""What staff did: who, what, to whom, before and after, when, from where.

Rows are only ever added; at the erasure of a person they lose what tells of them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, NoReturn, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms import redaction, request_id
from lms.models import actors, transactions
from lms.models.actors import ActorRole
from lms.models.base import COLLECTIONS, Collection, Subject, now
from lms.models.fields import Ref
from lms.models.merging import WHO_DID_IT
from lms.models.system.folding import folded
from lms.models.transactions import Unit

Fields = Mapping[str, Any]


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
    on_merge = {"actor": WHO_DID_IT}
    indexes = (
        IndexModel([("at", DESCENDING), ("_id", DESCENDING)]),
        *(IndexModel([(field, ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]) for field in NARROWED_BY),
        IndexModel([("collection", ASCENDING), ("subject", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("searchText", ASCENDING), ("at", DESCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["label"])

    def subject(self, document: Mapping[str, Any]) -> Subject:
        """What the row tells of."""
        id = document["subject"]
        return Subject(document["collection"], ObjectId(id) if ObjectId.is_valid(id) else id, self.label(document))

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("The audit log is only ever added to.")

    update = update_many = change = put = delete = delete_many = _refuse

    def record(
        self,
        action: str,
        subject: Subject,
        before: Fields | None = None,
        after: Fields | None = None,
        reason: str | None = None,
    ) -> ObjectId:
        """Add a row on what whoever acts is doing, in the transaction that does it; `action` reads `<thing>.<verb>`.

        Of `before` and `after` only what differs is kept.
        """
        actor, (was, became) = actors.actor(), _changed(before or {}, after or {})
        if unit := transactions.present():
            unit.recorded = True
        return self.insert(
            {
                "_id": ObjectId(),
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
                "searchText": _found_by(actor.name, subject.label, str(subject.id), reason),
                "address": actor.address,
                "device": actor.device[:200],
                "requestId": request_id.current.get(),
            }
        )

    def forget(self, person: ObjectId, email: str, facts: Sequence[str]) -> None:
        """Take what tells of an erased person out of the rows; who did what to whom stays, by their ids."""
        own_session = {"collection": "sessions", "$or": [{"before.user": person}, {"after.user": person}]}
        named = {"searchText": {"$regex": re.escape(folded(email))}}
        about = {"collection": "users", "subject": str(person)}
        for row in self.raw.find({"$or": [about, {"actor": person}, own_session, named]}):
            self.raw.replace_one({"_id": row["_id"]}, _forgetting(row, person, facts))

    def history(self, collection: str, subject: ObjectId | str, limit: int = 50) -> list[AuditEntry]:
        """What was done to one document, the newest first."""
        return self.find({"collection": collection, "subject": str(subject)}, sort=[("at", DESCENDING)], limit=limit)


audit_log = AuditLog()

FORMER = "Former member"
PERSONAL = {
    "users": ("firstName", "lastName", "email", "image", "profile."),
    "sessions": ("address", "device"),
}
"""The fields that tell of a person, by their beginnings."""


def _forgetting(row: dict[str, Any], person: ObjectId, facts: Sequence[str]) -> dict[str, Any]:
    told = ("label", "reason", "before", "after")
    row = {**row, **{name: redaction.without_facts(row[name], facts) for name in told}}
    if row["actor"] == person:
        row |= {"actorName": FORMER, "address": "", "device": ""}
    is_user = (row["collection"], row["subject"]) == ("users", str(person))
    if is_user:
        row["label"] = FORMER
    if is_user or person in (row["before"].get("user"), row["after"].get("user")):
        personal = PERSONAL.get(row["collection"], ())
        row |= {side: _impersonal(row[side], personal) for side in ("before", "after")}
    return {**row, "searchText": _found_by(row["actorName"], row["label"], row["subject"], row["reason"])}


def _impersonal(fields: Fields, personal: tuple[str, ...]) -> dict[str, Any]:
    return {name: redaction.ERASED if name.startswith(personal) else value for name, value in fields.items()}


def _found_by(actor: str, label: str, subject: str, reason: str | None) -> str:
    return folded(" ".join((actor, label, subject, reason or "")))


def _changed(before: Fields, after: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two without what is the same in both."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _record_by_itself(unit: Unit) -> None:
    """Tell what a transaction changed where everything goes on record and its controller has not told it better."""
    acting = actors.on_record()
    if acting is None or acting.action is None or unit.recorded or not unit.before:
        return
    name, subject_id = _subject(unit, acting.about)
    before, after = unit.before[name, subject_id], _now(name, subject_id)
    label = COLLECTIONS[name]().label(before or after or {"_id": subject_id})
    was, became = _shown(name, before), _shown(name, after)
    for part, part_before in unit.before.items():
        whole = COLLECTIONS[part[0]].part_of
        document = part_before or _now(*part)
        if whole and document and (whole[0], document[whole[1]]) == (name, subject_id):
            was |= _prefixed(part[0], part_before)
            became |= _prefixed(part[0], _now(*part))
    audit_log.record(acting.action, Subject(name, subject_id, label), was, became)


def _subject(unit: Unit, about: frozenset[ObjectId]) -> tuple[str, Any]:
    """What the change is about: what is new, else what the call names, else what was touched first."""
    wholes = [touched for touched in unit.before if COLLECTIONS[touched[0]].part_of is None] or list(unit.before)
    new = [touched for touched in wholes if unit.before[touched] is None]
    named = [touched for touched in wholes if touched[1] in about]
    return (*new, *named, *wholes)[0]


def _now(name: str, id: Any) -> Fields | None:
    found: Fields | None = COLLECTIONS[name]().raw.find_one({"_id": id})
    return found


def _shown(name: str, document: Fields | None) -> dict[str, Any]:
    """The fields that are any reader's business."""
    hidden = COLLECTIONS[name].unrecorded
    return {field: value for field, value in (document or {}).items() if field not in hidden}


def _prefixed(name: str, document: Fields | None) -> dict[str, Any]:
    whole = COLLECTIONS[name].part_of
    assert whole is not None
    own = {field: value for field, value in _shown(name, document).items() if field not in ("_id", whole[1])}
    return {f"{whole[2]}.{field}": value for field, value in own.items()}


transactions.before_commit.append(_record_by_itself)
