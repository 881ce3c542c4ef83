"""The audit log as it is read."""

from bson import ObjectId

from lms.errors import AuditRowNotFound
from lms.models.system.audit_log import AuditEntry, audit_log


def row(row_id: ObjectId) -> AuditEntry:
    found = audit_log.get({"_id": row_id})
    if found is None:
        raise AuditRowNotFound
    return found


def values(field: str) -> list[str]:
    """What an indexed field has held so far, by the alphabet."""
    return sorted(
        each["_id"] for each in audit_log.aggregate({}, [{"$sort": {field: 1}}, {"$group": {"_id": f"${field}"}}])
    )


def actors() -> list[tuple[str, str]]:
    """Everybody who has acted, as pairs of id and name."""
    newest = {"_id": "$actor", "name": {"$first": "$actorName"}}
    found = audit_log.aggregate({"actor": {"$ne": None}}, [{"$sort": {"actor": 1, "at": -1}}, {"$group": newest}])
    return sorted(((str(each["_id"]), each["name"]) for each in found), key=lambda pair: pair[1])
