"""The chapters of a course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel, UpdateOne

from lms.models.authoring.subsections import Opening
from lms.models.base import Collection, Filter, now
from lms.models.fields import Bounds, Default, Ref
from lms.models.freshness import Shown


class Section(TypedDict):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    sectionName: str
    opens: Annotated[Opening | None, Default(None)]
    position: Annotated[int, Bounds(0)]
    createdAt: datetime
    updatedAt: datetime
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]


class Sections(Collection[Section]):
    name = "sections"
    fields = Section
    soft_delete = True
    seen = (Shown("course/{course}"),)
    audited = True
    indexes = (
        IndexModel([("course", ASCENDING), ("position", ASCENDING)]),
        IndexModel("deletedAt", partialFilterExpression={"deletedAt": {"$exists": True}}),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["sectionName"])

    def of_course(self, course_id: ObjectId) -> list[Section]:
        return self.find({"course": course_id}, sort=[("position", ASCENDING), ("_id", ASCENDING)])

    def add(self, course_id: ObjectId, name: str, opens: Opening | None = None) -> ObjectId:
        moment = now()
        return self.insert(
            {
                "_id": ObjectId(),
                "course": course_id,
                "sectionName": name,
                "opens": opens,
                "position": self.next_position({"course": course_id}),
                "createdAt": moment,
                "updatedAt": moment,
            }
        )

    def touch(self, section_id: ObjectId) -> bool:
        """Hold the section against being deleted by another transaction; false when there is none."""
        return self.update({"_id": section_id}, {"$set": {"updatedAt": now()}})

    def edit(self, section_id: ObjectId, fields: dict[str, Any]) -> None:
        self.update({"_id": section_id}, {"$set": {**fields, "updatedAt": now()}})

    def remove(self, where: Filter, by: ObjectId, moment: datetime) -> None:
        self.update_many(where, {"$set": {"deletedAt": moment, "deletedBy": by}})

    def restore(self, where: Filter) -> None:
        self.update_many(where, {"$unset": {"deletedAt": "", "deletedBy": ""}})

    def arrange(self, course_id: ObjectId, section_ids: list[ObjectId]) -> None:
        """Put the sections in this order."""
        moves = [UpdateOne({"_id": each}, {"$set": {"position": place}}) for place, each in enumerate(section_ids)]
        self.bulk(moves, {"course": course_id})


sections = Sections()
