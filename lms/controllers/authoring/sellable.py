"""What a course needs before it can be sold."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.catalogue.courses import Course

Missing = dict[str, str]


def lacking(course: Course) -> Missing:
    """What is missing, by field, in sentences for its author; empty when it can be sold."""
    chapters, lessons = sections.of_course(course["_id"]), subsections.of_course(course["_id"])
    return {**lacking_in_course(course), **lacking_in_outline(chapters, lessons)}


def lacking_in_course(course: Mapping[str, Any]) -> Missing:
    wanted = {
        "title": (course["title"], "Give the course a title."),
        "description": (course["descriptionText"], "Describe the course."),
        "thumbnail": (course["thumbnail"], "Add a thumbnail."),
        "category": (course["category"], "Choose a category."),
        "price": (course["amount"] is not None, "Set a price; 0 is free."),
    }
    return {field: sentence for field, (given, sentence) in wanted.items() if not given}


def lacking_in_outline(chapters: Sequence[Mapping[str, Any]], lessons: Sequence[Mapping[str, Any]]) -> Missing:
    if not chapters:
        return {"sections": "Add at least one section."}
    filled = {lesson["section"] for lesson in lessons}
    empty = {
        f"sections.{chapter['_id']}": f"Add a lesson to “{chapter['sectionName']}”, or delete the section."
        for chapter in chapters
        if chapter["_id"] not in filled
    }
    unfinished = {
        f"subsections.{lesson['_id']}": kind_of(lesson).lacking(cast(Subsection, lesson)) for lesson in lessons
    }
    return {**empty, **{field: sentence for field, sentence in unfinished.items() if sentence}}
