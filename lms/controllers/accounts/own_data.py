"""What is kept about somebody, for them to take along (GDPR, article 20)."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.authoring import exports
from lms.errors import UserNotFound
from lms.json_provider import to_bytes
from lms.models.accounts import merged_accounts
from lms.models.accounts.users import users
from lms.models.base import COLLECTIONS, Collection, now
from lms.results import File

ABOUT = (
    "All that is kept about you, by the kinds of document it is kept in. Secrets such as the hash of your password are "
    "left out, and what players report second by second, which courseProgress sums up. Invoices as PDF: "
    "/payments/invoices/<id>; certificates: /certificates/<id>/pdf and /certificates/<id>/credential."
)


def download(user_id: ObjectId) -> File:
    """One JSON file: `{about, exportedAt, users: […], outlines: […], …}`, times in UTC, money in paise."""
    if users.by_id(user_id) is None:
        raise UserNotFound
    moment = now()
    own = {name: _documents(collection(), user_id) for name, collection in sorted(COLLECTIONS.items())}
    own["outlines"] = exports.written(user_id)
    own["mergedAccounts"] = [{"id": each["_id"], **each["mergedAs"]} for each in merged_accounts.of(user_id)]
    content = {"about": ABOUT, "exportedAt": moment, **{name: found for name, found in own.items() if found}}
    return File(f"my-data-{moment:%Y-%m-%d}.json", "application/octet-stream", to_bytes(content), to_save=True)


def _documents(collection: Collection[Any], user_id: ObjectId) -> list[dict[str, Any]]:
    if collection.personal is None:
        return []
    hidden = dict.fromkeys(collection.withheld, 0) or None
    own = {**collection.given_out_where, collection.personal: user_id}
    return [_named(each) for each in collection.raw.find(own, hidden).sort("_id", 1)]


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """As everywhere in the API an id is called `id`."""
    return {"id": document["_id"], **{name: value for name, value in document.items() if name != "_id"}}
