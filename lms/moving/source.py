"""Their database, which is read and never written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pymongo
from pymongo import ReadPreference
from pymongo.change_stream import ChangeStream
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from lms.errors import NoChangeStream, NotStudyNotion, SourceIsTarget, SourceUnreachable
from lms.models.system.studynotion import is_studynotion
from lms.moving.aliases import COLLECTIONS, LEFT_BEHIND

Document = Mapping[str, Any]

SECONDARY_PREFERRED = ReadPreference.SECONDARY_PREFERRED
BATCH = 1000
COURSES = 100
"""Documents of courses name all their learners."""
SECONDS = 600
PATIENCE_MILLISECONDS = 5000
USUAL_NAME = "test"
"""What Mongoose calls a database that its address does not name."""

NOT_A_REPLICA_SET = 40573
OWN = frozenset({"system.views", "system.profile", "system.buckets"})


class Source:
    """One database of theirs, by its address; reads spare the primary where there is another."""

    def __init__(self, url: str) -> None:
        with _answering():
            self._client: pymongo.MongoClient[Document] = pymongo.MongoClient(
                url,
                serverSelectionTimeoutMS=PATIENCE_MILLISECONDS,
                appname="lms-import",
                tz_aware=False,
                # Times that no datetime can be and texts that are no UTF-8 are read as what they are, and not refused.
                datetime_conversion="DATETIME_AUTO",
                unicode_decode_error_handler="replace",
            )
        name = self._client.get_default_database(USUAL_NAME).name
        self.db: Database[Document] = self._client.get_database(name, read_preference=SECONDARY_PREFERRED)
        with _answering(self._client):
            self._present = set(self.db.list_collection_names())
        self._names = {kind: self._name(aliases) for kind, aliases in COLLECTIONS.items()}

    def _name(self, aliases: tuple[str, ...]) -> str:
        """The collection that holds something of those that it may be; theirs copy one another's names."""
        present = [name for name in aliases if name in self._present]
        return next((name for name in present if self.db[name].find_one({}, {"_id": 1})), (*present, *aliases)[0])

    def close(self) -> None:
        self._client.close()

    @property
    def label(self) -> str:
        """Its hosts and its name, without a password."""
        hosts = sorted(f"{host}:{port}" for host, port in self._client.nodes)
        return f"{','.join(hosts)}/{self.db.name}"

    def require_other_than(self, target: Database[Any]) -> None:
        """Raise SourceIsTarget where both are one database, whatever their addresses say; NotStudyNotion otherwise.

        Two addresses can lead to one server, so the ids that MongoDB gives collections are compared as well.
        """
        target.client.admin.command("ping")
        if self.db.name == target.name and self._client.nodes & target.client.nodes:
            raise SourceIsTarget
        if _uuids(self.db) & _uuids(target):
            raise SourceIsTarget
        if not is_studynotion(self.db):
            raise NotStudyNotion

    def count(self, kind: str) -> int:
        return self.db[self._names[kind]].estimated_document_count()

    def batches(self, kind: str, fields: Mapping[str, int] | None = None) -> Iterator[list[Document]]:
        """Every document whose _id is an ObjectId, in the order of these: a query a batch, so no cursor grows old."""
        beyond: dict[str, Any] = {"$type": "objectId"}
        most = min(COURSES, BATCH) if kind == "courses" else BATCH
        while True:
            with pymongo.timeout(SECONDS):
                found = self.db[self._names[kind]].find({"_id": beyond}, fields).sort("_id", 1).limit(most)
                batch = list(found.batch_size(most + 1))
            if batch:
                yield batch
            if len(batch) < most:
                return
            beyond = {"$type": "objectId", "$gt": batch[-1]["_id"]}

    def strange_ids(self, kind: str) -> list[Any]:
        """The ids that are no ObjectIds."""
        with pymongo.timeout(SECONDS):
            found = self.db[self._names[kind]].find({"_id": {"$not": {"$type": "objectId"}}}, {"_id": 1})
            return [each["_id"] for each in found]

    def accounts_of(self, address: str) -> list[Any]:
        """The ids of the accounts that have this e-mail address, in any case and with any blanks around it."""
        pattern = re.compile(rf"^\s*{re.escape(address)}\s*$", re.IGNORECASE)
        with pymongo.timeout(SECONDS):
            return [each["_id"] for each in self.db[self._names["users"]].find({"email": pattern}, {"_id": 1})]

    def by_ids(self, kind: str, ids: Iterable[Any], fields: Mapping[str, int] | None = None) -> dict[Any, Document]:
        """The documents of these ids that there are."""
        wanted = list(ids)
        found: dict[Any, Document] = {}
        with pymongo.timeout(SECONDS):
            for start in range(0, len(wanted), BATCH):
                part = {"_id": {"$in": wanted[start : start + BATCH]}}
                found |= {each["_id"]: each for each in self.db[self._names[kind]].find(part, fields)}
        return found

    def holds(self, kind: str, where: Mapping[str, Any]) -> bool:
        with pymongo.timeout(SECONDS):
            return self.db[self._names[kind]].find_one(where, {"_id": 1}) is not None

    def beside(self) -> dict[str, tuple[int, str]]:
        """The collections that are not taken over: how much is in them, and why they stay."""
        rest = sorted(self._present - set(self._names.values()) - OWN)
        counts = {name: self.db[name].estimated_document_count() for name in rest}
        reason = "nothing here corresponds to them"
        return {name: (count, LEFT_BEHIND.get(name.lower(), reason)) for name, count in counts.items() if count}

    @contextmanager
    def changes(self) -> Iterator[ChangeStream[Any]]:
        """What is being changed there from now on; raises NoChangeStream where MongoDB does not tell."""
        try:
            with self.db.watch(max_await_time_ms=500) as stream:
                yield stream
        except OperationFailure as error:
            if error.code == NOT_A_REPLICA_SET:
                raise NoChangeStream from error
            raise


@contextmanager
def _answering(client: "pymongo.MongoClient[Document] | None" = None) -> Iterator[None]:
    """Raises SourceUnreachable, and closes the client, where what is done within it finds no server that answers."""
    try:
        yield
    except PyMongoError as error:
        if client is not None:
            client.close()
        raise SourceUnreachable(f"{SourceUnreachable.message} ({str(error).split(',')[0][:200]})") from error


def _uuids(db: Database[Any]) -> set[Any]:
    """What MongoDB itself tells collections by."""
    return {each["info"]["uuid"] for each in db.list_collections() if "uuid" in each.get("info", {})}
