"""The lessons of a course, each of a kind: a video, a text, a file, an embedded page, a quiz or an assignment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, cast

from bson import ObjectId
from pymongo import ASCENDING, IndexModel, UpdateOne

from lms.models.base import Collection, Filter, now
from lms.models.fields import Bounds, Default, Label, Ref, defaults
from lms.models.freshness import Shown

Kind = Literal["video", "text", "file", "embed", "quiz", "assignment"]

PLACED = ("course", "title", "duration", "required", "opens")


class Opening(TypedDict):
    """When something opens for a learner: once all of it that is not none holds."""

    afterLesson: Annotated[ObjectId | None, Ref("subsections")]
    afterSection: Annotated[ObjectId | None, Ref("sections")]
    days: Annotated[int | None, Bounds(0)]
    at: datetime | None


class LessonContent(TypedDict):
    """What an author makes a lesson of: what staff approve, and are shown the changes of."""

    title: Annotated[str, Label("Title")]
    kind: Annotated[Kind, Default("video"), Label("Kind")]
    description: Annotated[str, Label("Description")]
    duration: Annotated[int, Bounds(0), Label("Length", "seconds")]
    preview: Annotated[bool, Label("Can be watched by everyone")]
    required: Annotated[bool, Default(True), Label("Counts for completing the course")]
    videoPublicId: Annotated[str | None, Default(None), Label("Video", "medium")]
    videoUrl: Annotated[str | None, Default(None), Label("Video elsewhere", "medium")]
    text: Annotated[str | None, Default(None), Label("Text")]
    filePublicId: Annotated[str | None, Default(None), Label("File", "medium")]
    embedUrl: Annotated[str | None, Default(None), Label("Embedded page")]


class Subsection(LessonContent):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    section: Annotated[ObjectId, Ref("sections")]
    position: Annotated[int, Bounds(0)]
    opens: Annotated[Opening | None, Default(None)]
    assessment: Annotated[ObjectId | None, Default(None)]
    searchText: Annotated[str | None, Default(None)]
    createdAt: datetime
    updatedAt: datetime
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]


class Subsections(Collection[Subsection]):
    """`duration` is in whole seconds: of a video its length, of a text about what reading it takes.

    `videoUrl` is the https address of a video that is not at our media store: nobody is told it, whoever may watch is
    led there. A video has either that or a `videoPublicId`.

    `assessment` is the id of its quiz or assignment, `searchText` what can be found of its text or brief. What a
    lesson of another kind has is none.
    """

    name = "subsections"
    fields = Subsection
    soft_delete = True
    seen = (Shown("course/{course}"),)
    audited = True
    unrecorded = frozenset({"searchText"})
    indexes = (
        IndexModel([("course", ASCENDING), ("position", ASCENDING)]),
        IndexModel([("section", ASCENDING), ("position", ASCENDING)]),
        IndexModel("videoPublicId"),
        IndexModel([("filePublicId", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("videoUrl", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("assessment", ASCENDING), ("_id", ASCENDING)]),
        IndexModel("deletedAt", partialFilterExpression={"deletedAt": {"$exists": True}}),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["title"])

    def of_course(self, course_id: ObjectId) -> list[Subsection]:
        return self.find({"course": course_id}, sort=[("position", ASCENDING), ("_id", ASCENDING)])

    def of_assessment(self, assessment_id: ObjectId) -> Subsection | None:
        """The lesson that a quiz or an assignment is, unless it is deleted."""
        return self.get({"assessment": assessment_id})

    def in_playing_order(self, where: Filter) -> list[dict[str, Any]]:
        """The lessons of live sections, in the order they are played.

        Each as `{_id, course, title, duration, required, opens, section: {_id, opens}}`.
        """
        section = [{"$match": {"deletedAt": None}}, {"$project": {"position": 1, "opens": 1}}]
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
                {"$project": {**dict.fromkeys(PLACED, 1), "section._id": 1, "section.opens": 1}},
            ],
        )

    def played(self, lesson_ids: Iterable[str]) -> dict[str, Subsection]:
        """What has to be known of lessons to tell how far somebody has come in them, by their ids."""
        ids = [ObjectId(each) for each in set(lesson_ids)]
        return {str(row["_id"]): row for row in self.find({"_id": {"$in": ids}}, {"duration": 1, "kind": 1})}

    def elsewhere(self, after: str = "") -> str | None:
        """The first address of a video elsewhere behind that one, in the order of addresses; deleted lessons count."""
        found = self.raw.find_one({"videoUrl": {"$gt": after}}, {"videoUrl": 1}, sort=[("videoUrl", ASCENDING)])
        return found["videoUrl"] if found else None

    def watched_at(self, address: str) -> list[Subsection]:
        """The lessons whose video is at the address, deleted or not."""
        return list(self.raw.find({"videoUrl": address}).sort("_id", ASCENDING))

    def bring_in(self, address: str, public_id: str, duration: int) -> None:
        """Have the lessons whose video is at the address show one of ours, as long as that is."""
        found = {"videoPublicId": public_id, "videoUrl": None, "duration": duration, "updatedAt": now()}
        self.update_many({"videoUrl": address}, {"$set": found}, deleted_too=True)

    def add(self, course_id: ObjectId, section_id: ObjectId, content: Mapping[str, Any]) -> ObjectId:
        """Put a lesson with this content at the end of a section; what it does not name is at its default."""
        moment = now()
        return self.insert(
            {
                **cast(Subsection, {**defaults(Subsection), **content}),
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
