"""The pictures, videos and files kept at the media store: what was promised a place there, and what has arrived."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection, Filter, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import Follows

MediaKind = Literal["image", "video", "file"]
MediaState = Literal["promised", "stored", "removing"]


NAMED_IN = (
    ("subsections", "videoPublicId"),
    ("subsections", "filePublicId"),
    ("submissions", "files.media"),
    ("grades", "files.media"),
)
"""Where what is no public picture is referred to by its id."""


class Medium(TypedDict):
    _id: str
    user: Annotated[ObjectId, Ref("users")]
    kind: MediaKind
    state: MediaState
    bytes: Annotated[int, Bounds(0)]
    format: str | None
    duration: Annotated[int, Bounds(0)]
    url: str | None
    name: NotRequired[str]
    sha256: NotRequired[str]
    createdAt: datetime
    heldAt: NotRequired[datetime]
    givenUpAt: NotRequired[datetime]


class Media(Collection[Medium]):
    """`_id` is the store's public id, `duration` in whole seconds; only server-made pictures have a public `url`.

    A file has the `name` that it was uploaded under, and its `sha256` where it was small enough to be read whole.

    `createdAt` is when its place was promised, the last time that was.
    """

    name = "media"
    fields = Medium
    on_merge = {"user": Follows()}
    indexes = (
        IndexModel([("state", ASCENDING), ("createdAt", ASCENDING)]),
        IndexModel("url", sparse=True),
        IndexModel("user"),
    )

    def promise(self, public_id: str, user_id: ObjectId, kind: MediaKind, size: int, name: str | None = None) -> None:
        """Write down that something is about to arrive, so that whatever becomes of it can be found."""
        medium: Medium = {
            "_id": public_id,
            "user": user_id,
            "kind": kind,
            "state": "promised",
            "bytes": size,
            "format": None,
            "duration": 0,
            "url": None,
            "createdAt": now(),
        }
        self.insert(medium if name is None else {**medium, "name": name})

    def promise_again(self, public_id: str, size: int) -> bool:
        """Keep a place that is promised for as long as if it were promised now; false when it is no longer."""
        change = {"createdAt": now(), "bytes": size}
        return self.update({"_id": public_id, "state": "promised"}, {"$set": change})

    def settle(self, public_id: str, facts: dict[str, Any]) -> Medium | None:
        """Write down what has arrived; none when it is being removed."""
        return self.change({"_id": public_id, "state": {"$ne": "removing"}}, {"$set": {**facts, "state": "stored"}})

    def bring_in(self, public_id: str, user_id: ObjectId, facts: Mapping[str, Any]) -> None:
        """Write down what was at the store before anything was promised there, unless that is known already."""
        new = {"user": user_id, "kind": "video", "state": "stored", "url": None, "createdAt": now(), **facts}
        self.update({"_id": public_id}, {"$setOnInsert": new}, upsert=True)

    def hold(self, public_id: str) -> bool:
        """Keep it from being removed by another transaction while this one refers to it; false when it is gone."""
        return self.update({"_id": public_id, "state": "stored"}, {"$set": {"heldAt": now()}})

    def give_up(self, public_id: str) -> bool:
        """Mark it as on its way out; false when it is not there or marked already."""
        change = {"state": "removing", "givenUpAt": now()}
        return self.update({"_id": public_id, "state": {"$ne": "removing"}}, {"$set": change})

    def ids_at(self, url: str | None) -> list[str]:
        """What is shown at a public address."""
        return [medium["_id"] for medium in self.find({"url": url}, {"_id": 1})] if url else []

    def unreferenced(self, where: Filter) -> list[str]:
        """The ids of those that no lesson, course, user or piece of work shows, soft-deleted ones included."""
        kept = {**where, "state": {"$ne": "removing"}}
        shown_by_id = self.aggregate(
            {**kept, "url": None}, [stage for their in NAMED_IN for stage in _shown_by(their[0], "_id", their[1])]
        )
        shown_by_address = self.aggregate(
            {**kept, "url": {"$ne": None}},
            [*_shown_by("courses", "url", "thumbnail"), *_shown_by("users", "url", "image")],
        )
        return [row["_id"] for row in (*shown_by_id, *shown_by_address)]


def _shown_by(collection: str, own_field: str, their_field: str) -> list[dict[str, Any]]:
    """Stages that drop what a document of the collection refers to."""
    return [
        {
            "$lookup": {
                "from": collection,
                "localField": own_field,
                "foreignField": their_field,
                "pipeline": [{"$limit": 1}, {"$project": {"_id": 1}}],
                "as": "showing",
            }
        },
        {"$match": {"showing": []}},
    ]


media = Media()
