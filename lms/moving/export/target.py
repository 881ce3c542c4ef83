"""The database that their server is going to run on."""

from collections.abc import Mapping, Sequence
from typing import Any

import pymongo
from bson import ObjectId
from pymongo import ReplaceOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from lms.errors import AnotherExportBegan, ExportToOwnDatabase, TargetNotEmpty, TargetUnreachable
from lms.moving.source import USUAL_NAME

MARK = "lmsExport"
"""The collection that says how far an export has come, until it is done."""
SECONDS, MOST_MILLISECONDS = 600, 5000
"""What a batch may take, and how long a server is looked for."""


class Target:
    """One database, empty or with an export that was ended; `options` are how this one writes."""

    def __init__(self, url: str, ours: Database[Any], options: Mapping[str, Any]) -> None:
        try:
            self._client: pymongo.MongoClient[Any] = pymongo.MongoClient(
                url, serverSelectionTimeoutMS=MOST_MILLISECONDS, appname="lms-export", tz_aware=False
            )
        except (PyMongoError, ValueError) as error:
            raise _unreachable(error) from error
        self.db: Database[Any] = self._client.get_database(self._client.get_default_database(USUAL_NAME).name)
        try:
            self._require_usable(ours, {**options, "from": ours.name})
        except Exception as error:
            self.close()
            raise (_unreachable(error) if isinstance(error, PyMongoError) else error) from error

    def close(self) -> None:
        self._client.close()

    def _require_usable(self, ours: Database[Any], options: Mapping[str, Any]) -> None:
        present = [name for name in self.db.list_collection_names() if not name.startswith("system.")]
        ours.client.admin.command("ping")
        if self.db.name == ours.name and self._client.nodes & ours.client.nodes:
            raise ExportToOwnDatabase
        mark = self.db[MARK].find_one({"_id": "options"})
        if mark is None and any(self.db[name].find_one({}, {"_id": 1}) for name in present):
            raise TargetNotEmpty
        if mark is not None and mark != {"_id": "options", **options}:
            raise AnotherExportBegan
        self.db[MARK].replace_one({"_id": "options"}, {**options}, upsert=True)

    def reached(self, stage: str) -> ObjectId:
        """The id behind which a stage goes on."""
        mark = self.db[MARK].find_one({"_id": stage})
        return mark["after"] if mark else ObjectId(bytes(12))

    def write(self, stage: str, documents: Mapping[str, Sequence[Mapping[str, Any]]], after: ObjectId) -> None:
        """Write documents by their collections, then note how far that was; written again they are the same."""
        with pymongo.timeout(SECONDS):
            for name, batch in documents.items():
                if batch:
                    writes = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in batch]
                    self.db[name].bulk_write(writes, ordered=False)
            self.db[MARK].replace_one({"_id": stage}, {"after": after}, upsert=True)

    def finish(self) -> dict[str, int]:
        """Take the mark away; how many documents each collection has."""
        self.db[MARK].drop()
        return {name: self.db[name].count_documents({}) for name in sorted(self.db.list_collection_names())}


def _unreachable(error: Exception) -> TargetUnreachable:
    return TargetUnreachable(f"{TargetUnreachable.message} ({str(error).split(',')[0][:200]})")
