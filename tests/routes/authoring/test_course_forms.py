"""Courses written by an HTML form, with their thumbnail."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from lms.models.authoring.media import media
from lms.models.catalogue.courses import courses
from tests.database import only_accepting
from tests.sandbox.media import SVG, picture
from tests.world import MadeCourse, Person, World, faults, refused, served

CREATE = "/courses/createCourse"
EDIT = "/courses/editCourse"


@pytest.fixture
def store(app: Flask, settings: Callable[..., None], tmp_path: Path) -> Iterator[Path]:
    """The stand-in for the media store, and where it keeps what it is given."""
    settings(instance_dir=tmp_path)
    with served(app):
        yield tmp_path / "media"


def send(
    world: World,
    by: Person,
    *fields: tuple[str, Any],
    thumbnail: bytes | None = None,
    course: MadeCourse | None = None,
) -> TestResponse:
    """A course's form, as browsers send it."""
    file = [("thumbnail", (io.BytesIO(thumbnail), "../thumb nail.php"))] if thumbnail is not None else []
    form: MultiDict[str, Any] = MultiDict([*fields, *file])
    method, path = ("PUT", f"{EDIT}/{course.id}") if course else ("POST", CREATE)
    return world.request(method, path, by=by, data=form, content_type="multipart/form-data")


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file() and path.name != "lock"]


@pytest.mark.usefixtures("store")
def test_a_thumbnail_is_kept_small_and_shown_at_once(world: World, teacher: Person) -> None:
    answer = send(world, teacher, ("title", "Knots"), ("price", "499.50"), thumbnail=picture("JPEG", (2000, 1000)))
    assert answer.status_code == 201, answer.json
    assert (answer.json["data"]["title"], answer.json["data"]["price"]) == ("Knots", 499.5)
    address = answer.json["data"]["thumbnail"]
    shown = world.get(address[address.index("/sandbox") :], buffered=True)
    with Image.open(io.BytesIO(shown.data)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (1280, 640))
    own = world.get("/courses/getInstructorCourses", by=teacher).json["data"][0]
    assert own["thumbnail"] == address


@pytest.mark.parametrize(
    "fields",
    [
        [("tags", "rope"), ("tags", "sea")],
        [("tags[]", "rope"), ("tags[]", "sea")],
        [("tags", '["rope", "sea"]')],
        [("tags[]", ""), ("tags[]", "Rope"), ("tags[]", "rope"), ("tags[]", "sea")],
    ],
)
def test_lists_come_in_any_of_the_ways_that_forms_have(
    world: World, teacher: Person, fields: list[tuple[str, str]]
) -> None:
    answer = send(world, teacher, ("title", "Knots"), *fields)
    assert answer.json["data"]["tags"] == ["rope", "sea"]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ('["rope", null]', "tags.1"),
        ("[5]", "tags.0"),
        ('[["rope"]]', "tags.0"),
        ('[{"$ne": 1}]', "tags.0"),
        (r'["\ud800"]', "tags.0"),
        ("[NaN]", "tags.0"),
        ("[" * 100_000, "tags"),
        ("[" + "1" * 9000 + "]", "tags"),
        ("[rope", "tags"),
    ],
)
def test_lists_of_anything_but_text_are_refused(world: World, teacher: Person, value: str, field: str) -> None:
    answer = send(world, teacher, ("title", "Knots"), ("tags", value))
    assert faults(answer) == {field}
    assert "codec" not in answer.text


def test_files_that_are_not_known_are_refused(world: World, teacher: Person) -> None:
    form = {"title": "Knots", "thumbnailImage": (io.BytesIO(b"x"), "a.png")}
    assert faults(world.post("/courses/createCourse", data=form, by=teacher)) == {"thumbnailImage"}
    assert faults(send(world, teacher, ("title", "Knots"), ("thumbnail", "undefined"))) == {"thumbnail"}


def test_fields_left_untouched_count_as_not_given(world: World, teacher: Person) -> None:
    course = world.draft(teacher, amount=500)
    untouched = [("price", ""), ("category", ""), ("thumbnail", ""), ("thumbnailPublicId", "")]
    shown = send(world, teacher, *untouched, ("title", "Bends"), course=course).json["data"]
    assert (shown["title"], shown["price"], shown["category"] is None, shown["thumbnail"] is None) == (
        "Bends",
        5,
        False,
        False,
    )


def test_an_emptied_list_is_emptied(world: World, teacher: Person) -> None:
    course = world.draft(teacher)
    assert send(world, teacher, ("tags", ""), course=course).json["data"]["tags"] == []


@pytest.mark.parametrize("field", ["status", "instructor", "amount", "video"])
def test_fields_that_authors_do_not_write_are_refused(world: World, teacher: Person, field: str) -> None:
    assert faults(send(world, teacher, ("title", "Knots"), (field, "1"))) == {field}


@pytest.mark.parametrize("content", [b"", SVG, b"GIF89a", b"<?php ?>", picture()[:60]])
def test_what_is_no_picture_is_refused_and_nothing_is_kept(
    world: World, teacher: Person, store: Path, content: bytes
) -> None:
    assert refused(send(world, teacher, ("title", "Knots"), thumbnail=content)) == (415, "not_an_image")
    assert (courses.count({}), media.count({}), files(store)) == (0, 0, [])


def test_a_picture_of_a_course_that_is_not_kept_is_removed(world: World, teacher: Person, store: Path) -> None:
    course = world.draft(teacher, status="published")
    with only_accepting("courses", {"title": "Other"}):
        assert refused(send(world, teacher, ("title", "Knots"), thumbnail=picture())) == (500, "internal_error")
    answer = send(world, teacher, ("description", ""), thumbnail=picture(), course=course)
    assert refused(answer) == (409, "course_incomplete")
    world.run_jobs()
    assert (media.count({"state": "stored"}), files(store)) == (0, [])


def test_a_picture_for_anothers_course_is_not_stored(world: World, teacher: Person, store: Path) -> None:
    course = world.draft(world.person("instructor"))
    assert refused(send(world, teacher, thumbnail=picture(), course=course)) == (404, "course_not_found")
    unknown = ("category", "65f1c0ffee65f1c0ffee65f1")
    answer = send(world, teacher, ("title", "Knots"), unknown, thumbnail=picture())
    assert refused(answer) == (404, "category_not_found")
    assert (media.count({"state": "stored"}), files(store)) == (0, [])


@pytest.mark.usefixtures("store")
def test_a_new_thumbnail_replaces_the_old_at_the_next_read(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    send(world, teacher, thumbnail=picture(), course=course)
    first = world.get("/courses/getAllCourses").json["data"][0]["thumbnail"]
    send(world, teacher, thumbnail=picture(colour="blue"), course=course)
    second = world.get("/courses/getAllCourses").json["data"][0]["thumbnail"]
    assert first != second
    assert len(media.unreferenced({})) == 1


def test_a_picture_may_not_be_text_and_text_may_not_be_a_picture(world: World, teacher: Person) -> None:
    assert faults(send(world, teacher, ("title", "Knots"), ("thumbnail", "https://evil.example/x.png"))) == {
        "thumbnail"
    }
    assert faults(world.post(CREATE, {"title": "Knots", "thumbnail": "https://evil.example"}, by=teacher)) == {
        "thumbnail"
    }


def test_anothers_upload_cannot_be_a_thumbnail(world: World, teacher: Person) -> None:
    other = world.person("instructor")
    media.promise("lms/theirs/picture", other.id, "image", 10)
    for public_id in ("lms/theirs/picture", "lms/nobodys/picture", world.video(teacher)):
        answer = world.post(CREATE, {"title": "Knots", "thumbnailPublicId": public_id}, by=teacher)
        assert refused(answer) == (403, "not_your_upload")
    assert courses.count({}) == 0


@pytest.mark.usefixtures("store")
def test_an_upload_that_has_not_arrived_cannot_be_a_thumbnail(world: World, teacher: Person) -> None:
    media.promise("lms/mine/picture", teacher.id, "image", 10)
    answer = world.post(CREATE, {"title": "Knots", "thumbnailPublicId": "lms/mine/picture"}, by=teacher)
    assert refused(answer) == (409, "upload_missing")
