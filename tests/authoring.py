"""Courses to attend: written as they are after their authors and staff have done with them."""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from bson import ObjectId

from lms.models.authoring.media import media
from lms.models.authoring.sections import Section, sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import Course, courses, new_course
from lms.models.fields import defaults

if TYPE_CHECKING:
    from tests.world import Person


@dataclass
class Lesson:
    id: ObjectId
    preview: bool


@dataclass
class MadeCourse:
    id: ObjectId
    section: ObjectId
    lessons: list[Lesson]


def _section(course: Course) -> Section:
    times: Any = {name: course[name] for name in ("createdAt", "updatedAt")}  # type: ignore[literal-required]
    own = {"_id": ObjectId(), "course": course["_id"], "sectionName": "Beginning", "position": 0}
    return cast(Section, {**defaults(Section), **times, **own})


def _lesson(section: Section, place: int) -> Subsection:
    """A minute long; the first of a section is a preview."""
    own = {
        "_id": ObjectId(),
        "course": section["course"],
        "section": section["_id"],
        "position": place,
        "title": "A lesson",
        "description": "",
        "duration": 60,
        "preview": place == 0,
        "videoPublicId": f"demo/{section['course']}",
        "createdAt": section["createdAt"],
        "updatedAt": section["updatedAt"],
    }
    return cast(Subsection, {**defaults(Subsection), **own})


class Authoring:
    """The part of the world that has to do with courses."""

    _numbers: "itertools.count[int]"

    def category(self, name: str | None = None) -> ObjectId:
        created: ObjectId = categories.create(name or f"Category {next(self._numbers)}", "All about it.")["id"]
        return created

    def course(self, instructor: "Person", lessons: int = 3, **fields: Any) -> MadeCourse:
        """A published free course of one section, unless `fields` say otherwise; the first lesson is a preview."""
        text = searchable(
            fields.pop("title", f"Course {next(self._numbers)}"),
            fields.pop("description", "What it is about."),
            fields.pop("tags", ["python"]),
        )
        shown = {
            **text,
            "amount": 0,
            "level": "beginner",
            "category": fields.pop("category", None) or self.category(),
            "whatYouWillLearn": ["Something"],
            "status": "published",
            "publishedAt": now(),
        }
        document = new_course(instructor.id, {**shown, **fields})
        section = _section(document)
        made = [_lesson(section, place) for place in range(lessons)]
        if made:
            document["lessons"] = document["requiredLessons"] = [each["_id"] for each in made]
            document["totalDuration"] = sum(each["duration"] for each in made)
            document["revision"] = 1
            document.setdefault("changedAt", document["updatedAt"])
        courses.insert(document)
        sections.insert(section)
        subsections.insert_many(made)
        return MadeCourse(document["_id"], section["_id"], [Lesson(each["_id"], each["preview"]) for each in made])

    def draft(self, instructor: "Person", lessons: int = 1, **fields: Any) -> MadeCourse:
        """A course that can be handed in as it is."""
        complete = {"status": "draft", "publishedAt": None, "thumbnail": "/sandbox/thumbnails/demo.webp"}
        return self.course(instructor, lessons, **{**complete, **fields})

    def lesson(self, course_id: ObjectId, section_id: ObjectId, preview: bool = False) -> Lesson:
        """One more at the end of a section, of which the course's own list does not know yet."""
        section: Any = {"_id": section_id, "course": course_id, **dict.fromkeys(("createdAt", "updatedAt"), now())}
        document = {**_lesson(section, 0), "position": subsections.next_position({"section": section_id})}
        return Lesson(subsections.insert({**document, "preview": preview}), preview)

    def video(self, person: "Person", seconds: int = 95, public_id: str | None = None) -> str:
        """The id of a video that the person has uploaded."""
        public_id = public_id or f"lms/{person.id}/{next(self._numbers)}"
        media.promise(public_id, person.id, "video", 1000)
        media.settle(public_id, {"format": "mp4", "duration": seconds})
        return public_id
