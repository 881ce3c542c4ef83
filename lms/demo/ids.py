"""Ids of demo documents: the same in every run, and recognisable as demo data by their first bytes."""

from typing import Literal, get_args

from bson import ObjectId

Kind = Literal[
    "admin",
    "instructor",
    "student",
    "profile",
    "category",
    "course",
    "section",
    "lesson",
    "enrollment",
    "progress",
    "review",
    "order",
    "refund",
    "otp",
    "staff",
    "decision",
    "job",
    "certificate",
    "question",
    "quiz",
    "attempt",
    "assignment",
    "submission",
    "grade",
    "import",
]

_PREFIX = bytes.fromhex("65f1c0de") + b"demo"
_CODES = {kind: bytes([code]) for code, kind in enumerate(get_args(Kind))}

ANY_DEMO_ID = {"$gte": ObjectId(_PREFIX + bytes(4)), "$lte": ObjectId(_PREFIX + b"\xff" * 4)}
"""The condition on an id that only demo documents meet."""


def demo_id(kind: Kind, number: int) -> ObjectId:
    """The id of the demo document with this number (below 2**24) of its kind."""
    return ObjectId(_PREFIX + _CODES[kind] + number.to_bytes(3, "big"))
