"""The bytes of uploaded tables, in pieces, as they came."""

from collections.abc import Iterator
from typing import TypedDict

from bson import ObjectId

from lms.models.base import Collection

PIECE = 1024 * 1024


class ImportPiece(TypedDict):
    """`_id` is that of the import with the number of the piece, from 0."""

    _id: str
    bytes: bytes


class ImportFiles(Collection[ImportPiece]):
    name = "importFiles"
    fields = ImportPiece

    def keep(self, import_id: ObjectId, content: bytes) -> None:
        pieces = range(0, max(len(content), 1), PIECE)
        self.insert_many(
            {"_id": _id(import_id, n), "bytes": content[start : start + PIECE]} for n, start in enumerate(pieces)
        )

    def content(self, import_id: ObjectId) -> bytes:
        """The whole file; empty when it is gone."""
        return b"".join(self._pieces(import_id))

    def _pieces(self, import_id: ObjectId) -> Iterator[bytes]:
        n = 0
        while piece := self.get({"_id": _id(import_id, n)}):
            yield piece["bytes"]
            n += 1

    def drop(self, import_id: ObjectId) -> None:
        prefix = str(import_id)
        self.delete_many({"_id": {"$gte": f"{prefix}:", "$lt": f"{prefix};"}})


def _id(import_id: ObjectId, n: int) -> str:
    return f"{import_id}:{n:03}"


import_files = ImportFiles()
