from typing import Any

import pytest
from bson import ObjectId
from werkzeug.test import TestResponse

from lms.models.authoring.media import media
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, faults, refused, served

ADD = "/courses/addSubsection"
EDIT = "/courses/updateSubsection"
DELETE = "/courses/deleteSubsection"


def form(world: World, author: Person, **fields: Any) -> dict[str, Any]:
    return {"title": "Knots", "description": "Two\nlines.", "videoPublicId": world.video(author), **fields}


def public_lessons(world: World, course: MadeCourse) -> list[dict[str, Any]]:
    data = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]
    lessons: list[dict[str, Any]] = data["sections"][0]["subsections"]
    return lessons


def shown_video(lesson: ObjectId) -> str | None:
    stored = subsections.get({"_id": lesson})
    assert stored is not None
    return stored["videoPublicId"]


def counters(world: World) -> tuple[int, int]:
    card = world.get("/courses/getAllCourses").json["data"][0]
    return card["lessonsCount"], card["totalDuration"]


def test_a_lesson_is_added_at_the_end_and_seen_at_once(world: World, teacher: Person, course: MadeCourse) -> None:
    assert (len(public_lessons(world, course)), counters(world)) == (3, (3, 180))
    answer = world.post(f"{ADD}/{course.section}", form(world, teacher), by=teacher)
    assert answer.status_code == 201
    added = answer.json["data"][0]["subsections"][-1]
    shown = {"title": "Knots", "description": "Two\nlines.", "duration": 95, "preview": False}
    as_any = {"kind": "video", "required": True, "opens": None, "assessmentId": None}
    assert added == {"id": added["id"], **shown, **as_any}
    assert public_lessons(world, course)[-1] == added
    assert counters(world) == (4, 275)
    assert world.get(f"/courses/playback/{added['id']}", by=teacher).status_code == 200


def test_only_title_and_video_are_needed(world: World, teacher: Person, course: MadeCourse) -> None:
    body = {"title": "Knots", "videoPublicId": world.video(teacher)}
    added = world.post(f"{ADD}/{course.section}", body, by=teacher).json["data"][0]["subsections"][-1]
    assert (added["description"], added["duration"], added["preview"]) == ("", 95, False)


def test_a_lesson_needs_a_video(world: World, teacher: Person, course: MadeCourse) -> None:
    for nothing in ({}, {"videoPublicId": None}, {"videoPublicId": ""}):
        assert faults(world.post(f"{ADD}/{course.section}", {"title": "Knots", **nothing}, by=teacher)) == {"video"}
    assert counters(world) == (3, 180)


def test_a_video_once_shown_cannot_be_taken_from_its_lesson(world: World, teacher: Person, course: MadeCourse) -> None:
    for nothing in (None, ""):
        lesson = course.lessons[0].id
        assert world.put(f"{EDIT}/{lesson}", {"videoPublicId": nothing}, by=teacher).status_code == 200
        assert shown_video(lesson) == f"demo/{course.id}"


def test_a_lesson_is_added_at_the_end_also_after_deletions(world: World, teacher: Person) -> None:
    course = world.course(teacher, lessons=5)
    for lesson in course.lessons[:3]:
        world.delete(f"{DELETE}/{lesson.id}", by=teacher)
    answer = world.post(f"{ADD}/{course.section}", form(world, teacher), by=teacher)
    assert [each["title"] for each in answer.json["data"][0]["subsections"]] == ["A lesson", "A lesson", "Knots"]


def test_lessons_added_at_once_are_all_counted(world: World, teacher: Person, course: MadeCourse) -> None:
    path = f"{ADD}/{course.section}"
    calls = [("POST", path, form(world, teacher, title=f"L{number}"), teacher) for number in range(8)]
    assert {answer.status_code for answer in world.together(*calls)} == {201}
    assert counters(world) == (11, 180 + 8 * 95)
    stored = courses.get({"_id": course.id})
    assert stored is not None
    assert [str(each) for each in stored["lessons"]] == [lesson["id"] for lesson in public_lessons(world, course)]


@pytest.mark.parametrize(("field", "value"), [("title", "Bends"), ("description", ""), ("preview", True)])
def test_one_field_is_changed_and_the_others_are_left(
    world: World, teacher: Person, course: MadeCourse, field: str, value: Any
) -> None:
    before = public_lessons(world, course)[1]
    answer = world.put(f"{EDIT}/{before['id']}", {field: value}, by=teacher)
    assert answer.status_code == 200
    assert public_lessons(world, course)[1] == {**before, field: value}
    assert counters(world) == (3, 180)


def test_a_lesson_made_a_preview_plays_for_anyone_until_it_is_none(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    lesson = course.lessons[1].id
    for preview, status in ((True, 200), (False, 401)):
        world.put(f"{EDIT}/{lesson}", {"preview": preview}, by=teacher)
        assert world.get(f"/courses/playback/{lesson}").status_code == status


def test_a_new_video_is_the_one_that_plays(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson, video = course.lessons[0].id, world.video(teacher, 100)
    answer = world.put(f"{EDIT}/{lesson}", {"videoPublicId": video}, by=teacher)
    assert answer.json["data"][0]["subsections"][0]["duration"] == 100
    assert counters(world) == (3, 220)
    address = world.get(f"/courses/playback/{lesson}").json["data"]["url"]
    assert video.replace("/", "%2F") in world.get(address[address.index("/api") :]).headers["Location"]


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
            world.post(f"{ADD}/{course.section}", form(world, teacher), by=teacher),
            world.put(f"{EDIT}/{lesson}", {"videoPublicId": world.video(teacher, 1)}, by=teacher),
            world.delete(f"{DELETE}/{lesson}", by=teacher),
            world.delete(f"/courses/deleteSection/{course.section}", by=teacher),
        ):
            assert refused(answer) == (500, "internal_error")
    assert [each["duration"] for each in subsections.of_course(course.id)] == [60, 60, 60]


def test_lessons_deleted_at_once_are_counted_once(world: World, teacher: Person) -> None:
    course = world.draft(teacher, lessons=3)
    calls = [("DELETE", f"{DELETE}/{lesson.id}", None, teacher) for lesson in course.lessons]
    assert {answer.status_code for answer in world.together(*calls)} == {200}
    stored = courses.get({"_id": course.id})
    assert stored is not None
    assert (stored["lessons"], stored["totalDuration"]) == ([], 0)


def test_of_all_lessons_of_a_published_course_deleted_at_once_one_stays(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    calls = [("DELETE", f"{DELETE}/{lesson.id}", None, teacher) for lesson in course.lessons]
    answers = world.together(*calls)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    assert [refused(answer)[1] for answer in answers if answer.status_code == 409] == ["course_incomplete"]
    assert (len(public_lessons(world, course)), counters(world)) == (1, (1, 60))


BAD_VALUES = [
    ("title", ""),
    ("title", "t" * 121),
    ("description", "d" * 5001),
    ("description", "\u0007"),
    ("videoPublicId", "a b"),
    ("videoPublicId", "lms/../other"),
    ("videoPublicId", "lms//other"),
    ("videoPublicId", "/lms"),
    ("videoPublicId", "lms/other.mp4"),
    ("videoPublicId", "https://evil.example/x"),
    ("videoPublicId", "v" * 201),
    ("duration", 95),
    ("course", "65f1c0ffee65f1c0ffee65f1"),
    ("preview", "perhaps"),
    ("id", "x"),
    ("section", "65f1c0ffee65f1c0ffee65f1"),
]


@pytest.mark.parametrize(("field", "value"), BAD_VALUES)
def test_bad_values_are_refused(world: World, teacher: Person, course: MadeCourse, field: str, value: Any) -> None:
    body = form(world, teacher, **{field: value})
    assert faults(world.post(f"{ADD}/{course.section}", body, by=teacher)) == {field}
    assert faults(world.put(f"{EDIT}/{course.lessons[0].id}", {field: value}, by=teacher)) == {field}
    assert counters(world) == (3, 180)


def test_a_title_is_required(world: World, teacher: Person, course: MadeCourse) -> None:
    assert faults(world.post(f"{ADD}/{course.section}", {}, by=teacher)) == {"title"}


def test_the_longest_values_are_kept(world: World, teacher: Person, course: MadeCourse) -> None:
    video = world.video(teacher, public_id="v" * 200)
    longest = {"title": "t" * 120, "description": "d" * 5000, "videoPublicId": video}
    assert world.post(f"{ADD}/{course.section}", longest, by=teacher).status_code == 201


def every_call(section: ObjectId, lesson: ObjectId, video: str = "lms/any") -> list[tuple[str, str, Any, str]]:
    return [
        ("POST", f"{ADD}/{section}", {"title": "Mine", "videoPublicId": video}, "section_not_found"),
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
    for method, path, body, _ in every_call(course.section, course.lessons[0].id, world.video(admin)):
        assert world.request(method, path, body, by=admin).status_code < 300, path


def test_absent_things_and_bad_ids_are_refused(world: World, teacher: Person) -> None:
    for method, path, body, code in every_call(ObjectId(), ObjectId()):
        assert refused(world.request(method, path, body, by=teacher)) == (404, code)
        assert refused(world.request(method, f"{path}0", body, by=teacher)) == (400, "invalid_id")


def test_nothing_is_added_to_a_deleted_section(world: World, teacher: Person, course: MadeCourse) -> None:
    sections.remove({"_id": course.section}, teacher.id, now())
    answer = world.post(f"{ADD}/{course.section}", form(world, teacher), by=teacher)
    assert refused(answer) == (404, "section_not_found")


def both_ways(world: World, course: MadeCourse, by: Person, video: str) -> list[TestResponse]:
    body = {"title": "Knots", "videoPublicId": video}
    return [
        world.post(f"{ADD}/{course.section}", body, by=by),
        world.put(f"{EDIT}/{course.lessons[0].id}", body, by=by),
    ]


def test_anothers_video_cannot_be_shown(world: World, teacher: Person, course: MadeCourse) -> None:
    theirs = world.video(world.person("instructor"))
    for answer in both_ways(world, course, teacher, theirs):
        assert refused(answer) == (403, "not_your_upload")
    assert counters(world) == (3, 180)
    assert (
        world.post(
            f"{ADD}/{course.section}", form(world, teacher, videoPublicId=theirs), by=world.person("admin")
        ).status_code
        == 201
    )


def test_what_was_never_promised_cannot_be_shown(world: World, teacher: Person, course: MadeCourse) -> None:
    picture = f"lms/{teacher.id}/picture"
    media.promise(picture, teacher.id, "image", 10)
    media.settle(picture, {"format": "png"})
    for video in (f"lms/{teacher.id}/guessed", "elsewhere/reel", picture):
        for answer in both_ways(world, course, teacher, video):
            assert refused(answer) == (403, "not_your_upload")


def test_a_video_that_has_not_arrived_or_is_on_its_way_out_cannot_be_shown(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    leaving, awaited = world.video(teacher), f"lms/{teacher.id}/awaited"
    media.give_up(leaving)
    media.promise(awaited, teacher.id, "video", 10)
    with served(world.app):
        for video in (leaving, awaited):
            for answer in both_ways(world, course, teacher, video):
                assert refused(answer) == (409, "upload_missing")


def test_a_video_of_ones_own_can_be_shown_again(world: World, teacher: Person, course: MadeCourse) -> None:
    video = world.video(teacher)
    assert [answer.status_code for answer in both_ways(world, course, teacher, video)] == [201, 200]


def test_a_lesson_sent_back_with_the_video_it_has_is_taken(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = course.lessons[0].id
    body = {"title": "Bends", "videoPublicId": f"demo/{course.id}"}
    assert world.put(f"{EDIT}/{lesson}", body, by=teacher).status_code == 200
    assert public_lessons(world, course)[0]["duration"] == 60
