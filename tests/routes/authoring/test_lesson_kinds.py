"""Lessons of every kind: written, sold, opened, completed and ended."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.authoring.lesson_kinds.text import reading_seconds
from lms.controllers.authoring.unused_media import sweep
from lms.controllers.catalogue.purge import DELETED_KEPT, purge_deleted
from lms.models.authoring.media import media
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from tests.services.authoring.files import DOCX, HTML, PDF
from tests.uploads import Store, http, put_file
from tests.world import MadeCourse, Person, World, faults, refused

ADD = "/courses/addSubsection"
EDIT = "/courses/updateSubsection"
OPEN = "/courses/lesson"
UPDATE = "/profile/updateCourseProgress"

TEXT = {"title": "Knots", "kind": "text", "text": "<p>Over, under, through.</p>"}
EMBED = {"title": "Film", "kind": "embed", "embedUrl": "https://youtu.be/dQw4w9WgXcQ"}
PLAYER = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


def added(world: World, teacher: Person, course: MadeCourse, body: dict[str, Any]) -> dict[str, Any]:
    answer = world.post(f"{ADD}/{course.section}", body, by=teacher)
    assert answer.status_code == 201, answer.text
    lesson: dict[str, Any] = answer.json["data"][0]["subsections"][-1]
    return lesson


def opened(world: World, lesson: Any, by: Person | None = None) -> dict[str, Any]:
    answer = world.get(f"{OPEN}/{lesson}", by=by)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def test_a_text_stands_in_the_outline_without_its_words_and_is_opened_by_those_who_attend(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    lesson = added(world, teacher, course, TEXT)
    assert (lesson["kind"], lesson["required"], "text" in lesson) == ("text", True, False)
    assert "through" not in world.get(f"/courses/getCourseDetails/{course.id}").text
    for by in (teacher, attending):
        data = opened(world, lesson["id"], by)
        assert data["text"] == TEXT["text"]
        assert (data["embedUrl"], data["file"], data["assessmentId"]) == (None, None, None)
    assert refused(world.get(f"{OPEN}/{lesson['id']}")) == (401, "not_signed_in")
    assert refused(world.get(f"{OPEN}/{lesson['id']}", by=world.person())) == (403, "not_enrolled")
    assert refused(world.get(f"{OPEN}/{ObjectId()}", by=teacher)) == (404, "lesson_not_found")
    assert refused(world.get(f"/courses/playback/{lesson['id']}", by=teacher)) == (404, "lesson_not_found")


def test_a_text_that_is_a_preview_is_read_by_anyone(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = added(world, teacher, course, {**TEXT, "preview": True})
    assert opened(world, lesson["id"])["text"] == TEXT["text"]


def test_an_embedded_page_is_opened_at_its_player(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = added(world, teacher, course, EMBED)
    assert opened(world, lesson["id"], teacher)["embedUrl"] == PLAYER
    changed = {"embedUrl": "https://vimeo.com/76979871"}
    assert world.put(f"{EDIT}/{lesson['id']}", changed, by=teacher).status_code == 200
    assert opened(world, lesson["id"], teacher)["embedUrl"] == "https://player.vimeo.com/video/76979871?dnt=1"


def test_a_page_of_another_host_is_refused_and_nothing_is_added(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    answer = world.post(f"{ADD}/{course.section}", {**EMBED, "embedUrl": "https://evil.example/x"}, by=teacher)
    assert refused(answer) == (403, "embed_refused")
    assert "player.vimeo.com" in answer.json["message"]
    assert len(subsections.of_course(course.id)) == 3


def test_a_video_is_opened_without_anything_of_other_kinds(world: World, teacher: Person, course: MadeCourse) -> None:
    data = opened(world, course.lessons[1].id, teacher)
    assert (data["kind"], data["text"], data["embedUrl"], data["file"]) == ("video", None, None, None)


@pytest.mark.parametrize("kind", ["text", "embed", "file"])
def test_a_lesson_needs_what_it_is_made_of(world: World, teacher: Person, course: MadeCourse, kind: str) -> None:
    answer = world.post(f"{ADD}/{course.section}", {"title": "Empty", "kind": kind}, by=teacher)
    assert faults(answer) == {{"text": "text", "embed": "embedUrl", "file": "filePublicId"}[kind]}


def test_what_belongs_to_another_kind_is_refused(world: World, teacher: Person, course: MadeCourse) -> None:
    text, embed = added(world, teacher, course, TEXT)["id"], added(world, teacher, course, EMBED)["id"]
    video = course.lessons[0].id
    wrong = [(text, "embedUrl", EMBED["embedUrl"]), (embed, "text", "<p>x</p>"), (video, "text", "<p>x</p>")]
    for lesson, field, value in (*wrong, (text, "videoPublicId", "lms/any")):
        answer = world.put(f"{EDIT}/{lesson}", {field: value}, by=teacher)
        assert (refused(answer), set(answer.json["errors"])) == ((409, "other_kind"), {field})
    answer = world.post(f"{ADD}/{course.section}", {**TEXT, "embedUrl": "https://x.example"}, by=teacher)
    assert answer.json["errors"] == {"embedUrl": "This lesson is a text."}


@pytest.mark.parametrize("kind", ["quiz", "assignment", "song", None])
def test_a_kind_that_is_made_elsewhere_or_not_at_all_is_refused(
    world: World, teacher: Person, course: MadeCourse, kind: str | None
) -> None:
    assert faults(world.post(f"{ADD}/{course.section}", {"title": "A", "kind": kind}, by=teacher)) == {"kind"}


def test_a_form_says_when_a_lesson_opens_in_json(world: World, teacher: Person, course: MadeCourse) -> None:
    path, form = f"{EDIT}/{course.lessons[1].id}", {"data": {}, "content_type": "multipart/form-data"}
    for value, days in (('{"days": 3}', 3), ("", 3)):
        answer = world.put(path, by=teacher, **{**form, "data": {"opens": value}})
        assert answer.json["data"][0]["subsections"][1]["opens"]["days"] == days
    assert faults(world.put(path, by=teacher, **{**form, "data": {"opens": "{3"}})) == {"opens"}
    answer = world.put(path, by=teacher, **{**form, "data": {"opens": "{}"}})
    assert answer.json["data"][0]["subsections"][1]["opens"] is None


def test_a_lesson_keeps_its_kind(world: World, teacher: Person, course: MadeCourse) -> None:
    assert faults(world.put(f"{EDIT}/{course.lessons[0].id}", {"kind": "text"}, by=teacher)) == {"kind"}


def test_an_edited_text_is_as_long_as_it_takes_to_read(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson = added(world, teacher, course, {**TEXT, "text": f"<p>{'word ' * 400}</p>"})
    assert lesson["duration"] == 120
    assert courses.raw.find_one({"_id": course.id})["totalDuration"] == 180 + 120
    world.put(f"{EDIT}/{lesson['id']}", {"text": "<p>One.</p>"}, by=teacher)
    assert opened(world, lesson["id"], teacher)["duration"] == 1


def test_scripts_without_blanks_take_time_to_read_too() -> None:
    assert reading_seconds(f"<p>{'学' * 800}</p>") == 120
    assert reading_seconds(f"<p>{'ภาษา' * 100}</p>") == 60
    assert reading_seconds("<p>one <b>two</b></p>") == 1


def test_a_text_is_completed_by_reaching_its_end_or_by_saying_so(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    long, short = (added(world, teacher, course, {**TEXT, "text": f"<p>{'word ' * 400}</p>"})["id"] for _ in range(2))
    for position, done in ((119, []), (120, [long])):
        body = {"subsectionId": long, "position": position}
        answer = world.post(f"{UPDATE}/{course.id}", body, by=attending)
        assert answer.json["data"]["completedVideos"] == done
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": short, "completed": True}, by=attending)
    assert answer.json["data"]["completedVideos"] == [long, short]


def test_an_embedded_page_is_completed_by_saying_so_only(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    lesson = added(world, teacher, course, EMBED)["id"]
    for body, done in (({"position": 9000}, []), ({"completed": True}, [lesson])):
        answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": lesson, **body}, by=attending)
        assert answer.json["data"]["completedVideos"] == done


def test_optional_lessons_are_kept_and_do_not_count(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    optional = added(world, teacher, course, {**TEXT, "required": False})["id"]
    said = {"subsectionId": optional, "completed": True}
    data = world.post(f"{UPDATE}/{course.id}", said, by=attending).json["data"]
    assert (data["completedVideos"], data["progressPercentage"]) == ([optional], 0)
    for lesson in course.lessons:
        said = {"subsectionId": str(lesson.id), "completed": True}
        data = world.post(f"{UPDATE}/{course.id}", said, by=attending).json["data"]
    assert (data["progressPercentage"], data["completedAt"] is not None) == (100, True)
    attended = world.get("/profile/getEnrolledCourses/me", by=attending).json["data"][0]
    assert (attended["progressPercentage"], attended["lessonsCount"]) == (100, 4)


def test_the_last_required_lesson_completes_the_course_whatever_is_optional(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, *others = course.lessons
    for lesson in others:
        world.put(f"{EDIT}/{lesson.id}", {"required": False}, by=teacher)
    said = {"subsectionId": str(first.id), "completed": True}
    assert world.post(f"{UPDATE}/{course.id}", said, by=attending).json["data"]["completedAt"] is not None


def test_where_all_is_optional_the_course_takes_all_of_it(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    for lesson in course.lessons:
        world.put(f"{EDIT}/{lesson.id}", {"required": False}, by=teacher)
    shown = []
    for lesson in course.lessons:
        said = {"subsectionId": str(lesson.id), "completed": True}
        data = world.post(f"{UPDATE}/{course.id}", said, by=attending).json["data"]
        shown.append((data["progressPercentage"], data["completedAt"] is not None))
    assert shown == [(33, False), (66, False), (100, True)]


def test_a_course_of_texts_and_pages_can_be_sold(world: World, teacher: Person) -> None:
    course = world.draft(teacher, lessons=0)
    for body in (TEXT, EMBED):
        added(world, teacher, course, body)
    assert world.post(f"/courses/submitCourse/{course.id}", by=teacher).status_code == 200


def test_what_a_lesson_lacks_keeps_its_course_from_being_sold(world: World, teacher: Person) -> None:
    course = world.draft(teacher, lessons=0)
    lessons = [added(world, teacher, course, body)["id"] for body in (TEXT, EMBED)]
    subsections.raw.update_many({"course": course.id}, {"$set": {"text": None, "embedUrl": None}})
    answer = world.post(f"/courses/submitCourse/{course.id}", by=teacher)
    assert refused(answer) == (409, "course_incomplete")
    assert set(answer.json["errors"]) == {f"subsections.{lesson}" for lesson in lessons}


def test_lessons_of_every_kind_end_thirty_days_after_they_were_deleted(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    lessons = [ObjectId(added(world, teacher, course, body)["id"]) for body in (TEXT, EMBED)]
    subsections.remove({"_id": {"$in": lessons}}, teacher.id, now() - DELETED_KEPT - timedelta(seconds=1))
    purge_deleted()
    assert subsections.raw.count_documents({"_id": {"$in": lessons}}) == 0


def test_a_file_is_saved_by_those_who_attend_and_by_nobody_else(
    world: World, teacher: Person, course: MadeCourse, attending: Person, store: Store
) -> None:
    file = put_file(world, teacher, PDF, "Knots of the sea.pdf")
    lesson = added(world, teacher, course, {"title": "Sheet", "kind": "file", "filePublicId": file})
    assert file not in world.get(f"/courses/getCourseDetails/{course.id}").text
    assert refused(world.get(f"{OPEN}/{lesson['id']}", by=world.person())) == (403, "not_enrolled")
    saved = opened(world, lesson["id"], attending)["file"]
    assert (saved["name"], saved["bytes"]) == ("Knots of the sea.pdf", len(PDF))
    answer = http.request("GET", saved["url"])
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_is_exchanged_and_one_that_lies_leaves_it(
    world: World, teacher: Person, course: MadeCourse, store: Store
) -> None:
    first = put_file(world, teacher, PDF)
    lesson = added(world, teacher, course, {"title": "Sheet", "kind": "file", "filePublicId": first})["id"]
    lie = put_file(world, teacher, HTML)
    answer = world.put(f"{EDIT}/{lesson}", {"filePublicId": lie}, by=teacher)
    assert refused(answer) == (415, "file_mismatch")
    theirs = put_file(world, world.person("instructor"), PDF)
    assert refused(world.put(f"{EDIT}/{lesson}", {"filePublicId": theirs}, by=teacher)) == (403, "not_your_upload")
    assert opened(world, lesson, teacher)["file"]["bytes"] == len(PDF)
    second = put_file(world, teacher, DOCX, "sheet.docx")
    assert world.put(f"{EDIT}/{lesson}", {"filePublicId": second, "title": "Sheet"}, by=teacher).status_code == 200
    assert opened(world, lesson, teacher)["file"]["name"] == "sheet.docx"
    assert world.put(f"{EDIT}/{lesson}", {"filePublicId": second}, by=teacher).status_code == 200


def test_a_file_is_kept_as_long_as_its_lesson(world: World, teacher: Person, course: MadeCourse, store: Store) -> None:
    file = put_file(world, teacher, PDF)
    lesson = ObjectId(added(world, teacher, course, {"title": "Sheet", "kind": "file", "filePublicId": file})["id"])
    media.update({"_id": file}, {"$set": {"createdAt": now() - timedelta(days=30)}})
    sweep()
    assert media.get({"_id": file, "state": "stored"}) is not None
    subsections.remove({"_id": lesson}, teacher.id, now() - DELETED_KEPT - timedelta(seconds=1))
    purge_deleted()
    assert media.get({"_id": file, "state": "removing"}) is not None
