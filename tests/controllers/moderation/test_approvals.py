from copy import deepcopy
from typing import Any

import pytest
from bson import ObjectId

from lms.admin.formats import NOTHING
from lms.admin.moderation import approvals as pages
from lms.controllers.catalogue.purge import purge_deleted
from lms.controllers.moderation import approvals
from lms.controllers.moderation import courses as moderation
from lms.controllers.moderation.approvals import Change, compare
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import LessonContent
from lms.models.base import now
from lms.models.catalogue.courses import CourseContent, courses
from lms.models.fields import Declared, Label, fields_of
from lms.models.moderation.approvals import Content, course_approvals
from tests.documents import example
from tests.world import MadeCourse, Person, World

BASICS, END = ObjectId(), ObjectId()
ONE, TWO, THREE, FOUR = (ObjectId() for _ in range(4))


def lesson(lesson_id: ObjectId, title: str) -> Any:
    return {
        "id": lesson_id,
        "title": title,
        "description": "",
        "duration": 60,
        "preview": False,
        "videoPublicId": f"v/{title}",
    }


@pytest.fixture
def before() -> Content:
    return {
        "fields": {"title": "Knots", "amount": 100, "tags": ["rope"]},
        "sections": [
            {
                "id": BASICS,
                "name": "Basics",
                "lessons": [lesson(ONE, "One"), lesson(TWO, "Two"), lesson(THREE, "Three")],
            },
            {"id": END, "name": "End", "lessons": [lesson(FOUR, "Four")]},
        ],
    }


@pytest.fixture
def after(before: Content) -> Content:
    return deepcopy(before)


def other(hint: Any) -> Any:
    """A value that is there."""
    value = example(hint)
    return {bool: True, str: "other", list: ["other"]}.get(type(value), value)


DECLARED = [
    *(("course", field) for field in fields_of(CourseContent).values()),
    *(("lesson", field) for field in fields_of(LessonContent).values()),
]


@pytest.mark.parametrize(("part", "field"), DECLARED, ids=lambda each: getattr(each, "name", each))
def test_every_declared_field_is_compared_and_shown_under_its_label(
    before: Content, after: Content, part: str, field: Declared
) -> None:
    changed: Any = after["fields"] if part == "course" else after["sections"][0]["lessons"][0]
    unchanged: Any = before["fields"] if part == "course" else before["sections"][0]["lessons"][0]
    changed[field.name], unchanged[field.name] = other(field.hint), None
    changes = compare(before, after)
    assert [(each.part, each.field, each.before) for each in changes] == [(part, field.name, None)]
    [line] = pages.told(changes, {})
    label = field.mark(Label)
    assert label is not None
    assert line.what.lower().endswith(label.text.lower())
    assert (line.before, line.after != line.before) == (NOTHING, True)


class TestComparing:
    def test_what_is_the_same_differs_in_nothing(self, before: Content, after: Content) -> None:
        assert compare(before, after) == []

    def test_a_field_that_was_declared_since_was_at_its_default(self, before: Content, after: Content) -> None:
        after["fields"] |= {"level": "all", "language": "Hindi"}
        assert compare(before, after) == [Change("course", "changed", "language", "language", "English", "Hindi")]

    def test_fields_are_told_with_both_values(self, before: Content, after: Content) -> None:
        after["fields"] |= {"title": "Bends", "tags": ["rope", "sea"]}
        assert compare(before, after) == [
            Change("course", "changed", "title", "title", "Knots", "Bends"),
            Change("course", "changed", "tags", "tags", ["rope"], ["rope", "sea"]),
        ]

    def test_a_new_lesson_before_others_moves_none_of_them(self, before: Content, after: Content) -> None:
        after["sections"][0]["lessons"].insert(0, lesson(ObjectId(), "Zero"))
        assert compare(before, after) == [Change("lesson", "added", "Zero", None, None, "Basics, 1")]

    def test_a_lesson_that_is_gone_moves_none_of_the_others(self, before: Content, after: Content) -> None:
        del after["sections"][0]["lessons"][0]
        assert compare(before, after) == [Change("lesson", "removed", "One", None, "Basics, 1", None)]

    def test_a_lesson_put_elsewhere_is_the_only_one_that_moved(self, before: Content, after: Content) -> None:
        lessons = after["sections"][0]["lessons"]
        lessons.append(lessons.pop(0))
        assert compare(before, after) == [Change("lesson", "moved", "One", None, "Basics, 1", "Basics, 3")]

    def test_a_lesson_put_into_another_section_has_moved(self, before: Content, after: Content) -> None:
        after["sections"][1]["lessons"].insert(0, after["sections"][0]["lessons"].pop())
        assert compare(before, after) == [Change("lesson", "moved", "Three", None, "Basics, 3", "End, 1")]

    def test_another_video_and_its_length_are_told(self, before: Content, after: Content) -> None:
        after["sections"][1]["lessons"][0] |= {"videoPublicId": "v/new", "duration": 61}  # type: ignore[typeddict-item]
        assert compare(before, after) == [
            Change("lesson", "changed", "Four", "duration", 60, 61),
            Change("lesson", "changed", "Four", "videoPublicId", "v/Four", "v/new"),
        ]

    def test_sections_are_added_removed_renamed_and_moved(self, before: Content, after: Content) -> None:
        after["sections"].reverse()
        after["sections"][0]["name"] = "Start"
        after["sections"].append({"id": ObjectId(), "name": "More", "lessons": []})
        assert compare(before, after) == [
            Change("section", "changed", "Start", "name", "End", "Start"),
            Change("section", "moved", "Start", None, 2, 1),
            Change("section", "added", "More"),
        ]
        assert compare(after, before)[-1] == Change("section", "removed", "More")


class TestTelling:
    def test_every_difference_has_a_name_of_its_own(self, before: Content, after: Content) -> None:
        new = [lesson(ObjectId(), "1.2 $plice"), lesson(ObjectId(), "1.2 $plice")]
        after["fields"]["title"] = "Bends"
        after["sections"][0]["lessons"] = [*after["sections"][0]["lessons"][:2], *new]
        after["sections"][1]["lessons"][0]["duration"] = 61
        after["sections"].append({"id": ObjectId(), "name": "More", "lessons": []})
        was, became = approvals.told(compare(before, after))
        assert {name: (was[name], became[name]) for name in became} == {
            "title": ("Knots", "Bends"),
            "section More": (None, "More"),
            "lesson 1.2 $plice": (None, "Basics, 3"),
            "lesson 1.2 $plice (2)": (None, "Basics, 4"),
            "lesson Four: duration": (60, 61),
            "lesson Three": ("Basics, 3", None),
        }


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    """A course that staff have approved."""
    made = world.draft(teacher, lessons=2, title="Knots")
    world.post(f"/courses/submitCourse/{made.id}", by=teacher)
    moderation.approve(made.id, seen=None)
    return made


def told(course: MadeCourse) -> list[tuple[str, str, str]]:
    """What staff are told has changed, and whether the course is in their list of such."""
    stored, approved = courses.get({"_id": course.id}), approvals.last_approval(course.id)
    assert stored is not None
    assert approved is not None
    changes = compare(approved, approvals.content(stored))
    assert ("changedAt" in stored) == (moderation.waiting()["changed"] == 1)
    assert ("changedAt" in stored) == bool(changes)
    return [(each.part, each.kind, each.label) for each in changes]


def edit(world: World, course: MadeCourse, teacher: Person, **fields: Any) -> None:
    assert world.put(f"/courses/editCourse/{course.id}", fields, by=teacher).status_code == 200


def test_an_approved_course_differs_in_nothing_until_it_is_edited(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    assert told(course) == []
    edit(world, course, teacher, title="Bends")
    assert told(course) == [("course", "changed", "title")]


def test_every_way_to_edit_a_course_is_noticed(world: World, teacher: Person, course: MadeCourse) -> None:
    first, second = (str(each.id) for each in course.lessons)
    other = str(sections.add(course.id, "End"))
    outline = [{"id": str(course.section), "subsections": [second, first]}, {"id": other, "subsections": []}]
    revision = 0
    for method, path, body, expected in (
        ("PUT", f"updateSection/{course.section}", {"sectionName": "Start"}, ("section", "changed", "Start")),
        ("PUT", f"updateSubsection/{first}", {"title": "First"}, ("lesson", "changed", "First")),
        ("PUT", f"reorder/{course.id}", {"sections": outline}, ("lesson", "moved", "A lesson")),
        ("DELETE", f"deleteSubsection/{second}", None, ("lesson", "removed", "A lesson")),
        ("POST", f"addSectionToACourse/{course.id}", {"sectionName": "More"}, ("section", "added", "More")),
        ("DELETE", f"deleteSection/{other}", None, ("section", "removed", "End")),
    ):
        moderation.accept(course.id, seen=None)
        stored = courses.get({"_id": course.id})
        assert stored is not None
        assert "changedAt" not in stored
        assert stored["revision"] > revision
        revision = stored["revision"]
        assert world.request(method, f"/courses/{path}", body, by=teacher).status_code in (200, 201), path
        assert expected in told(course)
        stored = courses.get({"_id": course.id})
        assert stored is not None
        assert stored["revision"] > revision


def test_where_nobody_moderates_what_is_published_counts_as_approved(
    world: World, teacher: Person, settings: Any
) -> None:
    settings(moderation="off")
    made = world.draft(teacher)
    world.post(f"/courses/submitCourse/{made.id}", by=teacher)
    assert told(made) == []
    edit(world, made, teacher, description="Another.")
    assert told(made) == [("course", "changed", "description")]


def test_the_age_is_that_of_the_first_change(world: World, teacher: Person, course: MadeCourse) -> None:
    edit(world, course, teacher, title="Bends")
    first = courses.get({"_id": course.id})
    edit(world, course, teacher, title="Hitches")
    second = courses.get({"_id": course.id})
    assert first is not None
    assert second is not None
    assert second["changedAt"] == first["changedAt"] < second["updatedAt"]


def test_the_approval_ends_with_the_course(world: World, teacher: Person, course: MadeCourse) -> None:
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now().replace(year=2020)}})
    assert course_approvals.count({}) == 1
    purge_deleted()
    assert course_approvals.count({}) == 0
