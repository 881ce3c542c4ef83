"""The lessons of a course: one video each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel, UpdateOne

from lms.models.base import Collection, Filter, now
from lms.models.fields import Bounds, Label, Ref
from lms.models.freshness import Shown


class LessonContent(TypedDict):
    """What an author makes a lesson of: what staff approve, and are shown the changes of."""

    title: Annotated[str, Label("Title")]
    description: Annotated[str, Label("Description")]
    duration: Annotated[int, Bounds(0), Label("Length", "seconds")]
    preview: Annotated[bool, Label("Can be watched by everyone")]
    videoPublicId: Annotated[str | None, Label("Video", "video")]


class Subsection(LessonContent):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    section: Annotated[ObjectId, Ref("sections")]
    position: Annotated[int, Bounds(0)]
    createdAt: datetime
    updatedAt: datetime
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]


class Subsections(Collection[Subsection]):
    """`duration` is in whole seconds."""

    name = "subsections"
    fields = Subsection
    soft_delete = True
    seen = (Shown("course/{course}"),)
    audited = True
    indexes = (
        IndexModel([("course", ASCENDING), ("position", ASCENDING)]),
        IndexModel([("section", ASCENDING), ("position", ASCENDING)]),
        IndexModel("videoPublicId"),
        IndexModel("deletedAt", partialFilterExpression={"deletedAt": {"$exists": True}}),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["title"])

    def of_course(self, course_id: ObjectId) -> list[Subsection]:
        return self.find({"course": course_id}, sort=[("position", ASCENDING), ("_id", ASCENDING)])

    def in_playing_order(self, where: Filter) -> list[dict[str, Any]]:
        """The lessons of live sections as `{_id, course, duration}`, in the order they are played."""
        section = [{"$match": {"deletedAt": None}}, {"$project": {"position": 1}}]
        return self.aggregate(
            where,
            [
                {
                    "$lookup": {
                        "from": "sections",
                        "localField": "section",
                        "foreignField": "_id",
                        "pipeline": section,
                        "as": "section",
                    }
                },
                {"$unwind": "$section"},
                {"$sort": {"section.position": 1, "section._id": 1, "position": 1, "_id": 1}},
                {"$project": {"course": 1, "duration": 1}},
            ],
        )

    def durations(self, lesson_ids: Iterable[ObjectId]) -> dict[ObjectId, int]:
        rows = self.find({"_id": {"$in": list(lesson_ids)}}, {"duration": 1})
        return {row["_id"]: row["duration"] for row in rows}

    def add(self, course_id: ObjectId, section_id: ObjectId, content: LessonContent) -> ObjectId:
        moment = now()
        return self.insert(
            {
                **content,
                "_id": ObjectId(),
                "course": course_id,
                "section": section_id,
                "position": self.next_position({"section": section_id}),
                "createdAt": moment,
                "updatedAt": moment,
            }
        )

    def edit(self, subsection_id: ObjectId, fields: dict[str, Any]) -> bool:
        """Change a lesson; false when there is none."""
        return self.update({"_id": subsection_id}, {"$set": {**fields, "updatedAt": now()}})

    def remove(self, where: Filter, by: ObjectId, moment: datetime) -> None:
        self.update_many(where, {"$set": {"deletedAt": moment, "deletedBy": by}})

    def restore(self, where: Filter) -> None:
        self.update_many(where, {"$unset": {"deletedAt": "", "deletedBy": ""}})

    def arrange(self, course_id: ObjectId, outline: list[tuple[ObjectId, list[ObjectId]]]) -> None:
        """Put the lessons under these sections, in this order."""
        moves = [
            UpdateOne({"_id": lesson}, {"$set": {"section": section, "position": place}})
            for section, lessons in outline
            for place, lesson in enumerate(lessons)
        ]
        self.bulk(moves, {"course": course_id})


subsections = Subsections()
