"""Writes what documents of theirs became, and a row of each that says so; what is as it should be stays untouched."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from bson import ObjectId
from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError

from lms.models.base import now
from lms.models.system.move_runs import move_runs
from lms.models.system.moves import Move, MoveState, moves
from lms.moving.became import Became, Beside
from lms.moving.pending import Pending
from lms.moving.profiles import empty
from lms.moving.shelves import BESIDE, PROFILES, SHARED_FATE, USERS, Shelf, digest, in_use
from lms.moving.sign_ins import end_where_rights_move
from lms.moving.taken import taken
from lms.moving.tally import Tally

log = structlog.get_logger("moving")

DUPLICATE = 11000
AT_ONCE = 1000

Here = Literal["unchanged", "changed", "used", "gone"]


@dataclass
class Writer:
    """Counts in `tally`; without a `run` whose writes they are it writes nothing, and counts as if it had."""

    tally: Tally
    run: ObjectId | None = None
    _reached: dict[str, str] = field(default_factory=dict)

    @property
    def dry(self) -> bool:
        return self.run is None

    def put(self, shelf: Shelf, present: Iterable[ObjectId], became: Sequence[Became], last: bool) -> None:
        """Write a batch: `present` are all ids behind those of the batch before; behind the `last` there are none."""
        ids = list(present)
        until = shelf.last if last else shelf.key(ids[-1])
        rows = moves.between(self._reached.get(shelf.kind, shelf.first), until)
        self._reached[shelf.kind] = until
        known = {shelf.key(old) for old in ids}
        self._forget(shelf, [row for key, row in rows.items() if key not in known])
        self.write(shelf, became, rows)

    def fill_profiles(self, user_ids: list[ObjectId]) -> None:
        """Give those of these who are here and have no profile an empty one, once nobody's profiles are gone."""
        for start in range(0, 0 if self.dry else len(user_ids), AT_ONCE):
            some = user_ids[start : start + AT_ONCE]
            have = set(PROFILES.collection.raw.distinct("user", {"user": {"$in": some}}))
            here = _ids_here(USERS, [each for each in some if each not in have])
            self._bulk(PROFILES, [InsertOne(empty(each)) for each in some if each in here])

    def rows_of(self, shelf: Shelf, ids: Iterable[Any]) -> dict[str, Move]:
        """The rows of these that there are."""
        keys = [shelf.key(old) for old in ids]
        return {row["_id"]: row for row in moves.raw.find({"_id": {"$in": keys}})} if keys else {}

    def write(self, shelf: Shelf, became: Sequence[Became], rows: dict[str, Move]) -> None:
        """Write what is not as its row says."""
        every = [self._pending(shelf, each, rows.get(shelf.key(each.old))) for each in became]
        new = [each for each in every if each.is_news]
        self._insert(shelf, [each for each in new if each.became.document and not each.is_here])
        self._change(shelf, [each for each in new if each.became.document and each.is_here])
        self._take_away(shelf, [each for each in new if not each.became.document and each.is_here])
        if not self.dry:
            self._write_rows([each for each in new if each.is_news])
        for each in every:
            self.tally.became(shelf.kind, each.row["_id"], each.row["state"], each.row["losses"])

    def _pending(self, shelf: Shelf, became: Became, before: Move | None) -> Pending:
        state: MoveState = "written" if became.document else "merged" if became.merged else "refused"
        beside = [(each.collection, each.id, each.upkeep) for each in became.beside]
        hashed = shelf.hash(became.document) + (digest(beside) if beside else b"") if became.document else b""
        row: Move = {
            "_id": shelf.key(became.old),
            "state": state,
            "new": became.document["_id"] if became.document else became.into,
            "hash": hashed,
            "losses": [loss.stored() for loss in became.losses],
            "at": now(),
        }
        return Pending(became, before, row)

    def _insert(self, shelf: Shelf, pending: list[Pending]) -> None:
        if self.run is None:
            # What was refused before will be again.
            due = [each for each in pending if not each.before or each.before["hash"] != each.row["hash"]]
            self.tally.counts[shelf.kind].made += len(due)
            return
        here = _ids_here(shelf, [each.row["new"] for each in pending])
        move_runs.begin_writing(self.run, [each.row["_id"] for each in pending if each.row["new"] not in here])
        refused = self._bulk(shelf, [InsertOne(dict(each.became.document or {})) for each in pending])
        again = []
        for place, each in enumerate(pending):
            if place not in refused:
                self.tally.counts[shelf.kind].made += 1
            elif refused[place] == "here":
                again.append(each)
            else:
                each.refuse(refused[place])
        taken_ids = taken(shelf, [each.row["new"] for each in again])
        for each in again:
            if each.row["new"] in taken_ids:
                each.refuse("taken_here")
        # Written by a run that was killed before it could say so, or somebody's who was taken for gone.
        self._update(shelf, [each for each in again if each.row["new"] is not None])
        self._write_beside(
            [beside for each in pending if each.row["state"] == "written" for beside in each.became.beside]
        )

    def _change(self, shelf: Shelf, pending: list[Pending]) -> None:
        due = [each for each in pending if each.before and each.before["hash"] != each.row["hash"]]
        here = _here(shelf, [each.before for each in due if each.before])
        for each in due:
            if here[each.row["_id"]] != "unchanged":
                each.leave()
        due = [each for each in due if here[each.row["_id"]] == "unchanged"]
        if self.dry:
            self.tally.counts[shelf.kind].changed += len(due)
            return
        self._update(shelf, due)
        self._write_beside([beside for each in due for beside in each.became.beside])

    def _update(self, shelf: Shelf, pending: list[Pending]) -> None:
        if shelf is USERS:
            end_where_rights_move(each.became.document for each in pending if each.became.document)
        writes = [UpdateOne({"_id": each.row["new"]}, shelf.update(each.became.document or {})) for each in pending]
        refused = self._bulk(shelf, writes)
        for place, each in enumerate(pending):
            if place in refused:
                each.refuse("taken_here" if refused[place] == "here" else refused[place], is_here=True)
        self.tally.counts[shelf.kind].changed += len(pending) - len(refused)

    def _take_away(self, shelf: Shelf, pending: list[Pending]) -> None:
        """Take away what became something and now is part of another document, or nothing."""
        rows = [each.before for each in pending if each.before]
        here = _free(shelf, _here(shelf, rows), rows)
        for each in pending:
            if here[each.row["_id"]] in ("changed", "used"):
                each.leave()
        self._delete(shelf, [row for row in rows if here[row["_id"]] == "unchanged"])

    def _forget(self, shelf: Shelf, rows: list[Move]) -> None:
        """Take away what is gone from their database, unless it was changed or is used here."""
        written = [row for row in rows if row["state"] == "written"]
        here = _free(shelf, _here(shelf, written), written)
        self._delete(shelf, [row for row in written if here[row["_id"]] == "unchanged"])
        gone = [row["_id"] for row in rows if here.get(row["_id"], "gone") in ("unchanged", "gone")]
        if gone and not self.dry:
            moves.raw.delete_many({"_id": {"$in": gone}})

    def _delete(self, shelf: Shelf, rows: Sequence[Move]) -> None:
        self.tally.counts[shelf.kind].removed += len(rows)
        if not rows or self.dry:
            return
        ids = [row["new"] for row in rows]
        shelf.collection.raw.delete_many({"_id": {"$in": ids}})
        for collection, reference in SHARED_FATE.get(shelf.kind, ()):
            collection.raw.delete_many({reference: {"$in": ids}})

    def _bulk(self, shelf: Shelf, writes: list[Any]) -> dict[int, str]:
        """Make the writes; those that were refused, by their places, with the reason, or `here` for an id that is."""
        if not writes:
            return {}
        try:
            shelf.collection.raw.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            return {each["index"]: _reason(each) for each in error.details["writeErrors"]}
        return {}

    def _write_beside(self, beside: list[Beside]) -> None:
        by_collection: defaultdict[str, list[UpdateOne]] = defaultdict(list)
        for each in beside:
            by_collection[each.collection].append(UpdateOne({"_id": each.id}, each.upkeep, upsert=True))
        for name, writes in by_collection.items():
            BESIDE[name].raw.bulk_write(writes, ordered=False)

    def _write_rows(self, pending: list[Pending]) -> None:
        writes = [
            ReplaceOne({"_id": each.row["_id"]}, each.row, upsert=True) if each.before else InsertOne(each.row)
            for each in pending
        ]
        if writes:
            moves.raw.bulk_write(writes, ordered=False)


def _ids_here(shelf: Shelf, ids: list[Any]) -> set[Any]:
    return {each["_id"] for each in shelf.collection.raw.find({"_id": {"$in": ids}}, {"_id": 1})} if ids else set()


def _here(shelf: Shelf, rows: Sequence[Move]) -> dict[str, Here]:
    """Whether the documents of these rows are as they were written, by the ids of the rows."""
    ids = [row["new"] for row in rows]
    hashes = {each["_id"]: shelf.hash(each) for each in shelf.collection.raw.find({"_id": {"$in": ids}})} if ids else {}

    def state(row: Move) -> Here:
        if row["new"] not in hashes:
            return "gone"
        return "unchanged" if row["hash"].startswith(hashes[row["new"]]) else "changed"

    return {row["_id"]: state(row) for row in rows}


def _free(shelf: Shelf, here: dict[str, Here], rows: Sequence[Move]) -> dict[str, Here]:
    """The same, where what is unchanged may be used here: somebody who has signed in, a course that was bought."""
    unchanged = [row for row in rows if here[row["_id"]] == "unchanged"]
    used = in_use(shelf, [row["new"] for row in unchanged]) if unchanged else set()
    return {**here, **{row["_id"]: "used" for row in unchanged if row["new"] in used}}


def _reason(error: dict[str, Any]) -> str:
    """Why MongoDB did not take a document, as a reason of the report; `here` where its id is there already."""
    if error["code"] == DUPLICATE:
        return "here" if list(error.get("keyPattern", ())) == ["_id"] else "taken_here"
    log.error("document_refused", code=error["code"])
    return "not_accepted"
