"""What waits for demo moderators: approvals, courses in review, one changed since, reported reviews, one deleted."""

from datetime import datetime, timedelta
from typing import Any

from lms.demo.activity import Activity
from lms.demo.catalogue import COURSES_A_SCALE, Outlined
from lms.demo.ids import demo_id
from lms.models.authoring.sections import Section
from lms.models.authoring.subsections import Subsection
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import new_course
from lms.models.fields import defaults
from lms.models.moderation.approvals import content_of

Document = dict[str, Any]

FEATURED = (0, 9, 23, 41)
CHANGED = 5
"""Numbers of courses on the front, and of the one that its author changed after its approval."""

REPORTED_EVERY = 8
REASONS = (
    "It insults the teacher.",
    "This is about another course.",
    "Advertising for a shop.",
    "Not true, the lesson is there.",
    "Rude, and no help to anybody.",
)
ADDED = " New: a chapter on what goes wrong in practice."
DELETED = 16_500_000
"""The number of the deleted course, beyond those of any scale."""


def stage(outlined: Outlined, learned: Activity, midnight: datetime) -> list[Document]:
    """Let the course have a part in what staff see, and give its approval, if it has one."""
    course = outlined.course
    approvals = [_approval(outlined)] if course["publishedAt"] else []
    if course["status"] == "in_review":
        course["submittedAt"] = midnight - timedelta(days=1 + outlined.number % 6, hours=outlined.number % 5)
    if outlined.number in FEATURED:
        course["featuredAt"] = midnight - timedelta(days=20 + outlined.number)
    if outlined.number == CHANGED:
        _change(outlined, midnight - timedelta(days=2, hours=7))
    if outlined.number < COURSES_A_SCALE and outlined.number % REPORTED_EVERY == 0:
        _report(outlined.number, learned, midnight)
    return approvals


def _approval(outlined: Outlined) -> Document:
    content = content_of(outlined.course, outlined.sections, outlined.lessons)
    return {
        "_id": outlined.course["_id"],
        "at": outlined.course["publishedAt"],
        "by": demo_id("admin", 0),
        **content,
    }


def _change(outlined: Outlined, moment: datetime) -> None:
    """What its author did: more text, another name for a section, another video."""
    course, lesson = outlined.course, outlined.lessons[1]
    course |= searchable(course["title"], course["description"] + ADDED, course["tags"])
    course |= {"changedAt": moment, "updatedAt": moment + timedelta(minutes=40), "revision": 3}
    outlined.sections[0]["sectionName"] += " and How to Begin"
    lesson |= {"title": f"{lesson['title']}, Again", "videoPublicId": f"{lesson['videoPublicId']}-again"}


def _report(number: int, learned: Activity, midnight: datetime) -> None:
    """Have the worst review reported, by as many as its place in the catalogue says."""
    if not learned.reviews:
        return
    review = min(learned.reviews, key=lambda each: (each["rating"], each["_id"]))
    times = 1 + number // REPORTED_EVERY % 3
    first = max(review["createdAt"], midnight - timedelta(days=1 + number % 9, hours=number % 7))
    review["reports"] = [
        {
            "user": demo_id("instructor", (number + each) % 12),
            "reason": REASONS[(number // REPORTED_EVERY + each) % len(REASONS)],
            "at": first + (midnight - first) * each / 4,
        }
        for each in range(times)
    ]
    review |= {"openReports": times, "reportedAt": first, "revision": times}


def deleted(midnight: datetime) -> Outlined:
    """A draft that its author has deleted, with its section and its lesson."""
    moment, by = midnight - timedelta(days=6, hours=3), demo_id("instructor", 0)
    mark = {"deletedAt": moment, "deletedBy": by}
    dates = {"createdAt": moment - timedelta(days=40), "updatedAt": moment - timedelta(days=30)}
    course_id, section_id = demo_id("course", DELETED), demo_id("section", DELETED)
    lesson_id = demo_id("lesson", DELETED)
    words = searchable("Web Pages Before the Web", "A history that was never finished.", ())
    fields: Document = {
        "_id": course_id,
        **words,
        **dates,
        **mark,
        "lessons": [lesson_id],
        "requiredLessons": [lesson_id],
        "totalDuration": 300,
    }
    course: Document = {**new_course(by, fields)}
    placed = {"course": course_id, "position": 0, **dates, **mark}
    section = {**defaults(Section), "_id": section_id, "sectionName": "Beginnings", **placed}
    lesson = {
        **defaults(Subsection),
        "_id": lesson_id,
        "section": section_id,
        "title": "Paper",
        "description": "",
        "duration": 300,
        "preview": False,
        "videoPublicId": "demo/web-pages-before-the-web/1",
        **placed,
    }
    return Outlined(DELETED, course, [section], [lesson])
