"""What people say of themselves."""

from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.base import Collection
from lms.models.fields import Ref
from lms.models.freshness import Shown
from lms.models.merging import OneOf


class Profile(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    bio: str | None
    gender: str | None
    dateOfBirth: str | None
    contactNumber: str | None
    pendingUntil: NotRequired[datetime]


class Profiles(Collection[Profile]):
    name = "profiles"
    fields = Profile
    personal = "user"
    on_merge = {"user": OneOf()}
    seen = (Shown("user/{user}"),)
    audited = True
    part_of = ("users", "user", "profile")
    indexes = (IndexModel("user", unique=True), IndexModel("pendingUntil", expireAfterSeconds=0))

    def set(self, user_id: ObjectId, fields: dict[str, Any]) -> None:
        empty = dict.fromkeys({"bio", "gender", "dateOfBirth", "contactNumber"} - fields.keys())
        self.update({"user": user_id}, {"$set": {**fields}, "$setOnInsert": empty}, upsert=True)

    def keep(self, user_id: ObjectId) -> None:
        """Let the profile outlive the sign-up it came with."""
        self.set(user_id, {"user": user_id})
        self.update({"user": user_id}, {"$unset": {"pendingUntil": ""}})


profiles = Profiles()
