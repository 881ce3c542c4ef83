"""/course: the sections and lessons of a course.

The course builders put what they are answered in the place of what they had: the whole course, or of lessons the
section that was changed, which the main line asks for by not naming the course.
"""

from dataclasses import replace
from typing import Any

from bson import ObjectId

from lms.errors import SectionNotFound
from lms.routes.authoring.subsections import FORM_VIDEO_BYTES
from lms.studynotion import courses, taught
from lms.studynotion.asking import Ask
from lms.studynotion.calls.learning import LESSON
from lms.studynotion.door import Answer, call

COURSE = ("courseId", "course")
"""What the id of a course is called, by branch."""

SECTION_FIELDS = {"sectionName": "sectionName"}
LESSON_FIELDS = {"title": "title", "description": "description"}

WHOLE = {
    "A": ("updatedCourse",),
    "B": ("updatedCourse", "courseDetails", "courseDetail", "updatedCourseDetails", "course"),
}
"""Where branches look for the course beside `data`, by their dialect."""

Outline = list[dict[str, Any]]


@call("POST", "/course/addsection", "/course/createsection", onto=("sections.add", "studynotion.written_course"))
def add_section(ask: Ask) -> Answer:
    """Add a section at the end of a course."""
    course_id = ask.id(*COURSE)
    ask.perform("sections.add", ask.fields(SECTION_FIELDS), SECTION_FIELDS, course_id=course_id)
    return _course(ask, course_id, "The section is added.", 201)


@call(
    "POST PUT",
    "/course/updatesection",
    onto=("studynotion.place_of_section", "sections.edit", "studynotion.written_course"),
)
def update_section(ask: Ask) -> Answer:
    """Rename a section. The branch that reads courses as `data` itself reads a section there now."""
    place = ask.perform("studynotion.place_of_section", section_id=ask.id("sectionId"))
    outline = ask.perform("sections.edit", ask.fields(SECTION_FIELDS), SECTION_FIELDS, section_id=place["section"])
    answer = _course(ask, place["course"], "The section is changed.")
    return replace(answer, data=_section(ask, place, outline)) if courses.spread(answer.data) else answer


@call(
    "POST DELETE",
    "/course/deletesection",
    onto=("studynotion.place_of_section", "sections.delete", "studynotion.written_course"),
)
def delete_section(ask: Ask) -> Answer:
    """Delete a section with its lessons."""
    place = ask.perform("studynotion.place_of_section", section_id=ask.id("sectionId"))
    ask.perform("sections.delete", section_id=place["section"])
    return _course(ask, place["course"], "The section is deleted.")


@call(
    "POST",
    "/course/addsubsection",
    "/course/createsubsection",
    onto=("studynotion.place_of_section", "lessons.add", "studynotion.written_course"),
    upload_bytes=FORM_VIDEO_BYTES,
)
def add_subsection(ask: Ask) -> Answer:
    """Add a lesson at the end of a section, with its video under any name."""
    place = ask.perform("studynotion.place_of_section", section_id=ask.id("sectionId"))
    outline = ask.perform("lessons.add", _lesson(ask), LESSON_FIELDS, section_id=place["section"], video=ask.sent.file)
    return _course_or_section(ask, place, outline, "The lesson is added.", 201)


@call(
    "POST PUT",
    "/course/updatesubsection",
    onto=("studynotion.place_of_lesson", "lessons.edit", "studynotion.written_course"),
    upload_bytes=FORM_VIDEO_BYTES,
)
def update_subsection(ask: Ask) -> Answer:
    """Change what was sent of a lesson."""
    lesson_id = ask.id(*LESSON)
    place = ask.perform("studynotion.place_of_lesson", subsection_id=lesson_id)
    outline = ask.perform("lessons.edit", _lesson(ask), LESSON_FIELDS, subsection_id=lesson_id, video=ask.sent.file)
    return _course_or_section(ask, place, outline, "The lesson is changed.")


@call(
    "POST DELETE",
    "/course/deletesubsection",
    onto=("studynotion.place_of_lesson", "lessons.delete", "studynotion.written_course"),
)
def delete_subsection(ask: Ask) -> Answer:
    """Delete a lesson."""
    lesson_id = ask.id(*LESSON)
    place = ask.perform("studynotion.place_of_lesson", subsection_id=lesson_id)
    outline = ask.perform("lessons.delete", subsection_id=lesson_id)
    return _course_or_section(ask, place, outline, "The lesson is deleted.")


def _lesson(ask: Ask) -> dict[str, Any]:
    given = ask.fields(LESSON_FIELDS)
    return {**given, "description": taught.rich(given["description"])} if "description" in given else given


def _course_or_section(
    ask: Ask, place: dict[str, ObjectId], outline: Outline, sentence: str, status: int = 200
) -> Answer:
    """The course to who named it, else the section the lesson is in; a few look for the course all the same."""
    answer = _course(ask, place["course"], sentence, status)
    if ask.given("courseId") is not None:
        return answer
    shown = _section(ask, place, outline)
    return replace(answer, data=shown, beside={**answer.beside, "updatedSection": shown})


def _section(ask: Ask, place: dict[str, ObjectId], outline: Outline) -> dict[str, Any]:
    section = next((each for each in outline if each["id"] == place["section"]), None)
    if section is None:
        raise SectionNotFound
    return taught.section(ask, section)


def _course(ask: Ask, course_id: ObjectId, sentence: str, status: int = 200) -> Answer:
    shown = taught.course(ask, ask.perform("studynotion.written_course", course_id=course_id))
    return Answer(shown, sentence, beside=dict.fromkeys(WHOLE[ask.dialect], shown), status=status)
