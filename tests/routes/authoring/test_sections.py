from typing import Any

import pytest
from bson import ObjectId

from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from tests.world import MadeCourse, Person, World, faults, refused

ADD = "/courses/addSectionToACourse"
RENAME = "/courses/updateSection"
DELETE = "/courses/deleteSection"
REORDER = "/courses/reorder"


def names(outline: list[dict[str, Any]]) -> list[str]:
    return [section["sectionName"] for section in outline]


def shape(outline: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(section["id"], [lesson["id"] for lesson in section["subsections"]]) for section in outline]


def public_outline(world: World, course: MadeCourse) -> list[dict[str, Any]]:
    outline: list[dict[str, Any]] = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"]
    return outline


def test_a_section_is_added_at_the_end_and_seen_at_once(world: World, teacher: Person, course: MadeCourse) -> None:
    assert names(public_outline(world, course)) == ["Beginning"]
    answer = world.post(f"{ADD}/{course.id}", {"sectionName": "  The\tend "}, by=teacher)
    assert answer.status_code == 201
    assert names(answer.json["data"]) == ["Beginning", "The end"]
    assert answer.json["data"][1]["subsections"] == []
    assert public_outline(world, course) == answer.json["data"]


def test_a_section_is_added_at_the_end_also_after_deletions(world: World, teacher: Person) -> None:
    course = world.draft(teacher, lessons=0)
    made = [sections.add(course.id, f"S{number}") for number in range(4)]
    for gone in (course.section, *made[:2]):
        world.delete(f"{DELETE}/{gone}", by=teacher)
    answer = world.post(f"{ADD}/{course.id}", {"sectionName": "Last"}, by=teacher)
    assert names(answer.json["data"]) == ["S2", "S3", "Last"]


def test_sections_added_at_once_are_all_kept(world: World, teacher: Person, course: MadeCourse) -> None:
    calls = [("POST", f"{ADD}/{course.id}", {"sectionName": f"S{number}"}, teacher) for number in range(8)]
    assert {answer.status_code for answer in world.together(*calls)} == {201}
    assert set(names(public_outline(world, course))) == {"Beginning", *(f"S{number}" for number in range(8))}


def test_a_section_is_renamed(world: World, teacher: Person, course: MadeCourse) -> None:
    public_outline(world, course)
    answer = world.put(f"{RENAME}/{course.section}", {"sectionName": "Start"}, by=teacher)
    assert answer.status_code == 200
    assert names(answer.json["data"]) == names(public_outline(world, course)) == ["Start"]


def test_a_deleted_section_takes_its_lessons_and_their_length_with_it(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    kept_section = sections.add(course.id, "Rest")
    left = world.lesson(course.id, kept_section)
    public_outline(world, course)
    answer = world.delete(f"{DELETE}/{course.section}", by=teacher)
    assert answer.status_code == 200
    assert shape(answer.json["data"]) == [(str(kept_section), [str(left.id)])]
    card = world.get("/courses/getAllCourses").json["data"][0]
    assert (card["lessonsCount"], card["totalDuration"]) == (1, 60)
    assert subsections.count({"course": course.id}) == 1
    kept = subsections.raw.find_one({"_id": course.lessons[0].id})
    assert kept is not None
    assert kept["deletedBy"] == teacher.id
    assert refused(world.get(f"/courses/playback/{course.lessons[0].id}")) == (404, "lesson_not_found")


def test_a_published_course_keeps_its_last_lesson(world: World, teacher: Person, course: MadeCourse) -> None:
    before = public_outline(world, course)
    answer = world.delete(f"{DELETE}/{course.section}", by=teacher)
    assert refused(answer) == (409, "course_incomplete")
    assert set(answer.json["errors"]) == {"lessons"}
    assert public_outline(world, course) == before
    world.post(f"/courses/unpublishCourse/{course.id}", by=teacher)
    assert world.delete(f"{DELETE}/{course.section}", by=teacher).status_code == 200


def test_a_section_without_lessons_may_leave_a_published_course(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    empty = sections.add(course.id, "Empty")
    assert world.delete(f"{DELETE}/{empty}", by=teacher).status_code == 200
    assert names(public_outline(world, course)) == ["Beginning"]


def test_a_deleted_section_is_gone_for_every_call(world: World, teacher: Person) -> None:
    course = world.draft(teacher)
    world.delete(f"{DELETE}/{course.section}", by=teacher)
    for answer in (
        world.delete(f"{DELETE}/{course.section}", by=teacher),
        world.put(f"{RENAME}/{course.section}", {"sectionName": "X"}, by=teacher),
    ):
        assert refused(answer) == (404, "section_not_found")


def test_reordering_moves_sections_and_lessons_between_them(world: World, teacher: Person, course: MadeCourse) -> None:
    second = str(sections.add(course.id, "Second"))
    first, (a, b, c) = str(course.section), [str(lesson.id) for lesson in course.lessons]
    wanted = [{"id": second, "subsections": [c, a]}, {"id": first, "subsections": [b]}]
    answer = world.put(f"{REORDER}/{course.id}", {"sections": wanted}, by=teacher)
    assert answer.status_code == 200
    assert shape(answer.json["data"]) == shape(public_outline(world, course)) == [(second, [c, a]), (first, [b])]
    stored = courses.get({"_id": course.id})
    assert stored is not None
    assert stored["lessons"] == [ObjectId(each) for each in (c, a, b)]


def test_reordering_changes_nothing_but_the_order(world: World, teacher: Person, course: MadeCourse) -> None:
    lessons = [str(lesson.id) for lesson in reversed(course.lessons)]
    order = {"sections": [{"id": str(course.section), "subsections": lessons}]}
    world.put(f"{REORDER}/{course.id}", order, by=teacher)
    card = world.get("/courses/getAllCourses").json["data"][0]
    assert (card["lessonsCount"], card["totalDuration"]) == (3, 180)


def test_reordering_a_course_without_sections_is_possible(world: World, teacher: Person) -> None:
    course = world.draft(teacher)
    world.delete(f"{DELETE}/{course.section}", by=teacher)
    answer = world.put(f"{REORDER}/{course.id}", {"sections": []}, by=teacher)
    assert (answer.status_code, answer.json["data"]) == (200, [])


@pytest.mark.parametrize(
    "fault", ["missing lesson", "missing section", "lesson twice", "section twice", "foreign lesson"]
)
def test_an_order_that_does_not_name_exactly_the_courses_own_is_refused(
    world: World, teacher: Person, course: MadeCourse, fault: str
) -> None:
    lessons = [str(lesson.id) for lesson in course.lessons]
    whole = {"id": str(course.section), "subsections": lessons}
    foreign = str(world.course(teacher).lessons[0].id)
    orders = {
        "missing lesson": [{**whole, "subsections": lessons[1:]}],
        "missing section": [],
        "lesson twice": [{**whole, "subsections": [*lessons, lessons[0]]}],
        "section twice": [whole, {**whole, "subsections": []}],
        "foreign lesson": [{**whole, "subsections": [*lessons[1:], foreign]}],
    }
    answer = world.put(f"{REORDER}/{course.id}", {"sections": orders[fault]}, by=teacher)
    assert refused(answer) == (400, "outline_mismatch")
    assert shape(public_outline(world, course)) == [(str(course.section), lessons)]


def test_reordering_many_times_at_once_ends_in_one_of_the_orders(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    lessons = [str(lesson.id) for lesson in course.lessons]
    orders = [lessons, lessons[::-1], [lessons[1], lessons[0], lessons[2]]] * 2
    section = str(course.section)
    calls = [
        ("PUT", f"{REORDER}/{course.id}", {"sections": [{"id": section, "subsections": order}]}, teacher)
        for order in orders
    ]
    assert {answer.status_code for answer in world.together(*calls)} == {200}
    assert shape(public_outline(world, course))[0][1] in orders
    stored = courses.get({"_id": course.id})
    assert stored is not None
    assert [str(each) for each in stored["lessons"]] == shape(public_outline(world, course))[0][1]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"sectionName"}),
        ({"sectionName": " "}, {"sectionName"}),
        ({"sectionName": "s" * 121}, {"sectionName"}),
        ({"sectionName": None}, {"sectionName"}),
        ({"sectionName": "S", "course": "x"}, {"course"}),
    ],
)
def test_bad_names_are_refused(
    world: World, teacher: Person, course: MadeCourse, body: dict[str, Any], fields: set[str]
) -> None:
    assert faults(world.post(f"{ADD}/{course.id}", body, by=teacher)) == fields
    assert faults(world.put(f"{RENAME}/{course.section}", body, by=teacher)) == fields
    assert names(public_outline(world, course)) == ["Beginning"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"sections"}),
        ({"sections": {}}, {"sections"}),
        ({"sections": [{"id": "one", "subsections": []}]}, {"sections.0.id"}),
        ({"sections": [{"id": "65f1c0ffee65f1c0ffee65f1"}]}, {"sections.0.subsections"}),
        ({"sections": [], "extra": 1}, {"extra"}),
    ],
)
def test_bad_orders_are_refused(
    world: World, teacher: Person, course: MadeCourse, body: dict[str, Any], fields: set[str]
) -> None:
    assert faults(world.put(f"{REORDER}/{course.id}", body, by=teacher)) == fields


def every_call(course: MadeCourse) -> list[tuple[str, str, Any, str]]:
    order = [{"id": str(course.section), "subsections": [str(lesson.id) for lesson in course.lessons]}]
    return [
        ("POST", f"{ADD}/{course.id}", {"sectionName": "S"}, "course_not_found"),
        ("PUT", f"{RENAME}/{course.section}", {"sectionName": "S"}, "section_not_found"),
        ("PUT", f"{REORDER}/{course.id}", {"sections": order}, "course_not_found"),
        ("DELETE", f"{DELETE}/{course.section}", None, "section_not_found"),
    ]


def test_only_the_owner_changes_a_course(world: World, course: MadeCourse) -> None:
    other, student = world.person("instructor"), world.person()
    for method, path, body, code in every_call(course):
        assert refused(world.request(method, path, body)) == (401, "not_signed_in")
        assert refused(world.request(method, path, body, by=student)) == (403, "forbidden")
        assert refused(world.request(method, path, body, by=other)) == (404, code)
    assert names(public_outline(world, course)) == ["Beginning"]


def test_an_administrator_may_do_what_the_owner_may(world: World, teacher: Person) -> None:
    admin, course = world.person("admin"), world.draft(teacher)
    for method, path, body, _ in every_call(course)[::-1][1:]:
        assert world.request(method, path, body, by=admin).status_code < 300, path
    assert world.delete(f"{DELETE}/{course.section}", by=admin).status_code == 200


def test_absent_things_and_bad_ids_are_refused(world: World, teacher: Person) -> None:
    absent = MadeCourse(ObjectId(), ObjectId(), [])
    for method, path, body, code in every_call(absent):
        assert refused(world.request(method, path, body, by=teacher)) == (404, code)
        assert refused(world.request(method, path[:-1], body, by=teacher)) == (400, "invalid_id")


def test_a_deleted_course_cannot_be_changed(world: World, teacher: Person, course: MadeCourse) -> None:
    courses.update({"_id": course.id}, [{"$set": {"deletedAt": "$$NOW"}}])
    for method, path, body, code in every_call(course):
        assert refused(world.request(method, path, body, by=teacher)) == (404, code)
