from typing import Any

import pytest
from bson import ObjectId

from lms.models.courses import courses
from lms.models.subsections import subsections
from tests.world import MadeCourse, Person, World, faults, only_accepting, refused

ADD = "/courses/addSubsection"
EDIT = "/courses/updateSubsection"
DELETE = "/courses/deleteSubsection"
TEACHER = ObjectId("65f1c0ffee65f1c0ffee65f1")
FOLDER = f"lms/{TEACHER}"
FORM = {"title": "Knots", "description": "Two\nlines.", "videoPublicId": f"{FOLDER}/knots-1", "duration": 95}


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor", _id=TEACHER)


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher)


def public_lessons(world: World, course: MadeCourse) -> list[dict[str, Any]]:
    data = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]
    lessons: list[dict[str, Any]] = data["sections"][0]["subsections"]
    return lessons


def counters(world: World) -> tuple[int, int]:
    card = world.get("/courses/getAllCourses").json["data"][0]
    return card["lessonsCount"], card["totalDuration"]


def test_a_lesson_is_added_at_the_end_and_seen_at_once(world: World, teacher: Person, course: MadeCourse) -> None:
    assert (len(public_lessons(world, course)), counters(world)) == (3, (3, 180))
    answer = world.post(f"{ADD}/{course.section}", FORM, by=teacher)
    assert answer.status_code == 201
    added = answer.json["data"][0]["subsections"][-1]
    shown = {"title": "Knots", "description": "Two\nlines.", "duration": 95, "preview": False}
    assert added == {"id": added["id"], **shown}
    assert public_lessons(world, course)[-1] == added
    assert counters(world) == (4, 275)
    assert world.get(f"/courses/playback/{added['id']}", by=teacher).status_code == 200


def test_only_title_and_video_are_needed(world: World, teacher: Person, course: MadeCourse) -> None:
    body = {"title": "Knots", "videoPublicId": f"{FOLDER}/knots"}
    added = world.post(f"{ADD}/{course.section}", body, by=teacher).json["data"][0]["subsections"][-1]
    assert (added["description"], added["duration"], added["preview"]) == ("", 0, False)


def test_a_lesson_is_added_at_the_end_also_after_deletions(world: World, teacher: Person) -> None:
    course = world.course(teacher, lessons=5)
    for lesson in course.lessons[:3]:
        world.delete(f"{DELETE}/{lesson.id}", by=teacher)
    answer = world.post(f"{ADD}/{course.section}", FORM, by=teacher)
    assert [each["title"] for each in answer.json["data"][0]["subsections"]] == ["A lesson", "A lesson", "Knots"]


def test_lessons_added_at_once_are_all_counted(world: World, teacher: Person, course: MadeCourse) -> None:
    calls = [("POST", f"{ADD}/{course.section}", {**FORM, "title": f"L{number}"}, teacher) for number in range(8)]
    assert {answer.status_code for answer in world.together(*calls)} == {201}
    assert counters(world) == (11, 180 + 8 * 95)
    stored = courses.get({"_id": course.id})
    assert stored is not None
    assert [str(each) for each in stored["lessons"]] == [lesson["id"] for lesson in public_lessons(world, course)]


@pytest.mark.parametrize(
    ("field", "value"), [("title", "Bends"), ("description", ""), ("duration", 0), ("preview", True)]
)
def test_one_field_is_changed_and_the_others_are_left(
    world: World, teacher: Person, course: MadeCourse, field: str, value: Any
) -> None:
    before = public_lessons(world, course)[1]
    answer = world.put(f"{EDIT}/{before['id']}", {field: value}, by=teacher)
    assert answer.status_code == 200
    assert public_lessons(world, course)[1] == {**before, field: value}
    assert counters(world) == (3, 120 if field == "duration" else 180)


def test_a_lesson_made_a_preview_plays_for_anyone_until_it_is_none(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    lesson = course.lessons[1].id
    for preview, status in ((True, 200), (False, 401)):
        world.put(f"{EDIT}/{lesson}", {"preview": preview}, by=teacher)
        assert world.get(f"/courses/playback/{lesson}").status_code == status


def test_a_new_video_is_the_one_that_plays(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = course.lessons[0].id
    world.put(f"{EDIT}/{lesson}", {"videoPublicId": f"{FOLDER}/other"}, by=teacher)
    assert f"{TEACHER}%2Fother" in world.get(f"/courses/playback/{lesson}").json["data"]["url"]


def test_an_empty_change_leaves_everything(world: World, teacher: Person, course: MadeCourse) -> None:
    before = public_lessons(world, course)
    assert world.put(f"{EDIT}/{course.lessons[0].id}", {}, by=teacher).status_code == 200
    assert public_lessons(world, course) == before


def test_a_deleted_lesson_is_gone_from_every_count(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = course.lessons[0].id
    counters(world)
    answer = world.delete(f"{DELETE}/{lesson}", by=teacher)
    assert answer.status_code == 200
    assert len(answer.json["data"][0]["subsections"]) == len(public_lessons(world, course)) == 2
    assert counters(world) == (2, 120)
    for again in (world.delete(f"{DELETE}/{lesson}", by=teacher), world.put(f"{EDIT}/{lesson}", {}, by=teacher)):
        assert refused(again) == (404, "lesson_not_found")
    kept = subsections.raw.find_one({"_id": lesson})
    assert kept is not None
    assert kept["deletedBy"] == teacher.id


def test_a_change_that_cannot_be_counted_is_not_kept(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = course.lessons[0].id
    with only_accepting("courses", {"totalDuration": 180}):
        for answer in (
            world.post(f"{ADD}/{course.section}", FORM, by=teacher),
            world.put(f"{EDIT}/{lesson}", {"duration": 1}, by=teacher),
            world.delete(f"{DELETE}/{lesson}", by=teacher),
            world.delete(f"/courses/deleteSection/{course.section}", by=teacher),
        ):
            assert refused(answer) == (500, "internal_error")
    assert [each["duration"] for each in subsections.of_course(course.id)] == [60, 60, 60]


def test_lessons_deleted_at_once_are_counted_once(world: World, teacher: Person, course: MadeCourse) -> None:
    calls = [("DELETE", f"{DELETE}/{lesson.id}", None, teacher) for lesson in course.lessons]
    assert {answer.status_code for answer in world.together(*calls)} == {200}
    assert counters(world) == (0, 0)


BAD_VALUES = [
    ("title", ""),
    ("title", "t" * 121),
    ("description", "d" * 5001),
    ("description", "\u0007"),
    ("videoPublicId", ""),
    ("videoPublicId", "a b"),
    ("videoPublicId", "lms/../other"),
    ("videoPublicId", "lms//other"),
    ("videoPublicId", "/lms"),
    ("videoPublicId", "lms/other.mp4"),
    ("videoPublicId", "https://evil.example/x"),
    ("videoPublicId", "v" * 201),
    ("duration", -1),
    ("duration", 86_401),
    ("duration", 1.5),
    ("duration", 2**63),
    ("preview", "perhaps"),
    ("id", "x"),
    ("section", "65f1c0ffee65f1c0ffee65f1"),
]


@pytest.mark.parametrize(("field", "value"), BAD_VALUES)
def test_bad_values_are_refused(world: World, teacher: Person, course: MadeCourse, field: str, value: Any) -> None:
    assert faults(world.post(f"{ADD}/{course.section}", {**FORM, field: value}, by=teacher)) == {field}
    assert faults(world.put(f"{EDIT}/{course.lessons[0].id}", {field: value}, by=teacher)) == {field}
    assert counters(world) == (3, 180)


def test_title_and_video_are_required(world: World, teacher: Person, course: MadeCourse) -> None:
    assert faults(world.post(f"{ADD}/{course.section}", {}, by=teacher)) == {"title", "videoPublicId"}


def test_the_longest_values_are_kept(world: World, teacher: Person, course: MadeCourse) -> None:
    longest = {
        "title": "t" * 120,
        "description": "d" * 5000,
        "videoPublicId": f"{FOLDER}/".ljust(200, "v"),
        "duration": 86_400,
    }
    assert world.post(f"{ADD}/{course.section}", longest, by=teacher).status_code == 201


def every_call(section: ObjectId, lesson: ObjectId) -> list[tuple[str, str, Any, str]]:
    return [
        ("POST", f"{ADD}/{section}", FORM, "section_not_found"),
        ("PUT", f"{EDIT}/{lesson}", {"title": "Mine"}, "lesson_not_found"),
        ("DELETE", f"{DELETE}/{lesson}", None, "lesson_not_found"),
    ]


def test_only_the_owner_changes_lessons(world: World, course: MadeCourse) -> None:
    other, student = world.person("instructor"), world.person()
    before = public_lessons(world, course)
    for method, path, body, code in every_call(course.section, course.lessons[0].id):
        assert refused(world.request(method, path, body)) == (401, "not_signed_in")
        assert refused(world.request(method, path, body, by=student)) == (403, "forbidden")
        assert refused(world.request(method, path, body, by=other)) == (404, code)
    assert public_lessons(world, course) == before


def test_an_administrator_may_do_what_the_owner_may(world: World, course: MadeCourse) -> None:
    admin = world.person("admin")
    for method, path, body, _ in every_call(course.section, course.lessons[0].id):
        assert world.request(method, path, body, by=admin).status_code < 300, path


def test_absent_things_and_bad_ids_are_refused(world: World, teacher: Person) -> None:
    for method, path, body, code in every_call(ObjectId(), ObjectId()):
        assert refused(world.request(method, path, body, by=teacher)) == (404, code)
        assert refused(world.request(method, f"{path}0", body, by=teacher)) == (400, "invalid_id")


def test_nothing_is_added_to_a_deleted_section(world: World, teacher: Person, course: MadeCourse) -> None:
    world.delete(f"/courses/deleteSection/{course.section}", by=teacher)
    assert refused(world.post(f"{ADD}/{course.section}", FORM, by=teacher)) == (404, "section_not_found")


def test_anothers_video_cannot_be_shown(world: World) -> None:
    theirs, mine = world.course(world.person("instructor")), world.course(me := world.person("instructor"))
    subsections.edit(theirs.lessons[0].id, {"videoPublicId": "theirs/paid"})
    body = {"title": "Taken", "videoPublicId": "theirs/paid"}
    for answer in (
        world.post(f"/courses/addSubsection/{mine.section}", body, by=me),
        world.put(f"/courses/updateSubsection/{mine.lessons[0].id}", body, by=me),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "not_your_video")
    assert world.post(f"/courses/addSubsection/{mine.section}", body, by=world.person("admin")).status_code == 201


@pytest.mark.parametrize("video", ["elsewhere/reel", "lms", "lms/65f1c0ffee65f1c0ffee65f2/reel"])
def test_a_video_outside_the_own_folder_cannot_be_shown(
    world: World, teacher: Person, course: MadeCourse, video: str
) -> None:
    answer = world.post(f"{ADD}/{course.section}", {**FORM, "videoPublicId": video}, by=teacher)
    assert refused(answer) == (403, "not_your_video")


def test_a_video_of_ones_own_courses_can_be_shown_again(world: World, teacher: Person, course: MadeCourse) -> None:
    again = {**FORM, "videoPublicId": f"demo/{course.id}"}
    assert world.post(f"{ADD}/{course.section}", again, by=teacher).status_code == 201
