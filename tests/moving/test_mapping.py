"""What values of theirs become, one at a time."""

from datetime import datetime
from typing import Any

import pytest
from bson import Decimal128, ObjectId
from hypothesis import given
from hypothesis import strategies as st

from lms.moving import courses, enrollments, outline, profiles, reviews, texts, users
from lms.moving.aliases import read, unknown
from lms.moving.became import Options, made
from lms.moving.losses import Losses
from lms.moving.school import School
from tests.moving.their_server import VIDEO, hashed
from tests.world import World

OLD = ObjectId("65f1c0ffee65f1c0ffee65f1")
ADDRESS = "https://example.com/{}"


def codes(losses: Losses) -> list[str]:
    return [loss.code for loss in losses.all()]


@pytest.mark.parametrize(
    ("stored", "tags"),
    [
        (['["a","b"]'], ["a", "b"]),
        ('["A", "b"]', ["a", "b"]),
        (["Python", "python "], ["python"]),
        (["x,y", "z"], ["x", "y", "z"]),
        (['["deep", "[\\"deeper\\"]"]'], ["deep", "deeper"]),
        (["[not json"], ["[not json"]),
        (["[" * 900 + "]" * 900, "a"], ["a"]),
        ([None, 7, "", " , "], ["7"]),
        (None, []),
        ("one", ["one"]),
    ],
)
def test_tags_are_unfolded(stored: Any, tags: list[str]) -> None:
    assert texts.tags(stored, Losses()) == tags


def test_tags_that_do_not_fit_are_told_of() -> None:
    losses = Losses()
    assert texts.tags([*map(str, range(20)), "x" * 41], losses) == [str(number) for number in range(15)]
    assert codes(losses) == ["tags_dropped"]


@pytest.mark.parametrize(
    ("stored", "lines"),
    [
        ("- one\n* two\n• three\n4. four\n\n", ["one", "two", "three", "four"]),
        ("- 1.5 hours of it", ["1.5 hours of it"]),
        (["a", "b"], ["a", "b"]),
        ("1999 was a year", ["1999 was a year"]),
        (None, []),
    ],
)
def test_what_is_learnt_comes_line_by_line(stored: Any, lines: list[str]) -> None:
    assert texts.learnt(stored, Losses()) == lines


@given(st.text(max_size=2000))
def test_a_long_text_is_split_and_nothing_of_it_lost(long: str) -> None:
    pieces = texts.pieces_of(long, 50)
    assert "".join("".join(pieces).split()) == "".join(long.split())
    assert all(len(piece) <= 50 for piece in pieces)


@given(st.text(alphabet="<>&\"'/abc \n\x00\u0301", max_size=400), st.integers(10, 60))
def test_rich_text_shows_what_was_typed_and_fits(typed: str, most: int) -> None:
    shown = texts.rich(typed, most, Losses(), "description")
    assert len(shown) <= most
    assert "<" not in shown.replace("<br>", "")


def test_a_text_of_very_many_lines_keeps_its_words() -> None:
    assert texts.rich("\n".join(["a"] * 3000), 20_000, Losses(), "description").count("a") == 3000


def test_accents_without_end_are_taken_off() -> None:
    assert texts.plain("e" + "\u0301" * 100, 100, Losses(), "about") == "e"


@pytest.mark.parametrize(
    ("price", "paise"),
    [
        (499, 49900),
        (499.5, 49950),
        (0.1 + 0.2, 30),
        ("499", 49900),
        (Decimal128("19.995"), 2000),
        (0, 0),
        (-1, None),
        (float("inf"), None),
        (float("nan"), None),
        ("free", None),
        (None, None),
        (True, None),
        ([1], None),
    ],
)
def test_prices_are_paise(price: Any, paise: int | None) -> None:
    assert courses.paise(price) == paise


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("  https://example.com/a.png ", "https://example.com/a.png"),
        ("http://res.cloudinary.com/x/a.png", "https://res.cloudinary.com/x/a.png"),
        ("http://example.com/a.png", None),
        ("javascript:alert(1)", None),
        ('https://example.com/"onload="', None),
        ("https://example.com/a b", None),
        ("https:///a", None),
        (7, None),
    ],
)
def test_addresses_are_https(value: Any, address: str | None) -> None:
    assert texts.https_address(value) == address


@pytest.mark.parametrize(
    ("value", "seconds", "told"),
    [
        ("125.32", 125, []),
        (0.2, 1, []),
        (None, 0, ["duration_unknown"]),
        ("NaN", 0, ["duration_unknown"]),
        ("3:20", 0, ["duration_unknown"]),
        ({}, 0, ["duration_unknown"]),
        (1e12, 0, ["duration_unknown"]),
    ],
)
def test_durations_are_whole_seconds(world: World, value: Any, seconds: int, told: list[str]) -> None:
    school = outlined()
    became = outline.lesson_became(OLD, {"title": "One", "videoUrl": VIDEO.format("a"), "timeDuration": value}, school)
    assert became.document is not None
    assert became.document["duration"] == seconds
    assert [loss.code for loss in became.losses] == told


def outlined() -> School:
    section, course = ObjectId(), ObjectId()
    return School(lessons={OLD: section}, lessons_of={section: [OLD]}, sections={section: course})


@pytest.mark.parametrize(
    ("address", "fields", "told"),
    [
        (VIDEO.format("a"), {"kind": "video", "videoUrl": VIDEO.format("a"), "embedUrl": None}, ["duration_unknown"]),
        ("https://youtu.be/dQw4w9WgXcQ", {"kind": "embed", "videoUrl": None}, ["video_embedded"]),
        ("ftp://example.com/a.mp4", {"kind": "video", "videoUrl": None, "embedUrl": None}, ["video_unusable"]),
        (None, {"kind": "video", "videoUrl": None}, []),
    ],
)
def test_videos_play_from_where_they_are(world: World, address: Any, fields: dict[str, Any], told: list[str]) -> None:
    became = outline.lesson_became(OLD, {"title": "One", "videoUrl": address}, outlined())
    assert became.document is not None
    assert {name: became.document[name] for name in fields} == fields
    assert [loss.code for loss in became.losses] == told


@pytest.mark.parametrize(
    ("stored", "stars", "told"),
    [
        (5, 5, []),
        ("4", 4, []),
        (4.5, 5, ["rating_rounded"]),
        (3.4, 3, ["rating_rounded"]),
        (0, 1, ["rating_clamped"]),
        (100, 5, ["rating_clamped"]),
        ("many", None, ["rating_unusable"]),
        (None, None, ["rating_unusable"]),
        (float("nan"), None, ["rating_unusable"]),
    ],
)
def test_ratings_are_one_to_five(stored: Any, stars: int | None, told: list[str]) -> None:
    school, course, user = School(), ObjectId(), ObjectId()
    school.courses[course.binary] = 0
    school.add_person(user)
    school.gone_learners.add((course.binary, user.binary))
    school.people.clear()
    became = reviews.became(OLD, {"user": user, "course": course, "rating": stored, "review": "Good"}, school)
    assert became is not None
    assert (became.document["rating"] if became.document else None) == stars
    assert [loss.code for loss in became.losses if loss.code != "author_unknown"] == told


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        ({"contactNumber": 9876543210}, "9876543210"),
        ({"contactNumber": 9876543210.0}, "9876543210"),
        ({"contactNumber": 9876543210, "countryCode": "+91"}, "+91 9876543210"),
        ({"contactNumber": "+91 98765 43210", "countryCode": "+91"}, "+91 98765 43210"),
        ({"contactNumber": 42}, None),
        ({"contactNumber": None}, None),
    ],
)
def test_contact_numbers(stored: dict[str, Any], number: str | None) -> None:
    assert profile(stored)["contactNumber"] == number


@pytest.mark.parametrize(
    ("stored", "born"),
    [
        ("1999-05-17", "1999-05-17"),
        ("1999-05-17T00:00:00.000Z", "1999-05-17"),
        (datetime(1999, 5, 17), "1999-05-17"),
        ("", None),
        ("1899-12-31", None),
        ("2999-01-01", None),
        ("17.5.1999", None),
    ],
)
def test_dates_of_birth(stored: Any, born: str | None) -> None:
    assert profile({"dateOfBirth": stored})["dateOfBirth"] == born


def profile(stored: dict[str, Any]) -> Any:
    school = School()
    school.profile_owners[OLD.binary] = school.add_person(ObjectId())
    became = profiles.became(OLD, stored, school)
    assert became.document is not None
    return became.document


def user(options: Options | None = None, school: School | None = None, **stored: Any) -> Any:
    school = school or School()
    school.add_person(OLD)
    given = {
        "firstName": "Asha",
        "lastName": "Rao",
        "email": "a@b.example",
        "password": hashed("x"),
        "accountType": "Student",
    }
    became = users.became(OLD, {**given, **stored}, school, options or Options())
    assert became.document is not None
    return became.document, [loss.code for loss in became.losses]


@pytest.mark.parametrize(
    ("stored", "field", "value", "told"),
    [
        ({"accountType": "INSTRUCTOR"}, "role", "instructor", []),
        ({"accountType": "Admin"}, "role", "student", ["admin_not_taken_over"]),
        ({"accountType": "Owner"}, "role", "student", ["account_type_unknown"]),
        ({"email": " A@B.Example "}, "email", "a@b.example", []),
        ({"email": None}, "emailVerifiedAt", None, ["address_unusable"]),
        ({"active": False}, "status", "suspended", ["suspended"]),
        ({"firstName": "A@B/C"}, "firstName", "A B C", ["name_changed"]),
        ({"firstName": ""}, "firstName", "Learner", []),
        ({"firstName": ["x"]}, "firstName", "Learner", ["text_of_another_type"]),
        ({"image": "https://api.dicebear.com/5.x/initials/svg?seed=A"}, "image", None, []),
        ({"image": ADDRESS.format("a.png")}, "image", ADDRESS.format("a.png"), []),
        ({"image": "a.png"}, "image", None, ["image_not_taken"]),
        ({"createdAt": "yesterday"}, "createdAt", made(OLD), []),
        ({"token": "reset", "socials": ["x"]}, "role", "student", ["field_not_taken"]),
    ],
)
def test_accounts(stored: dict[str, Any], field: str, value: Any, told: list[str]) -> None:
    document, losses = user(**stored)
    assert (document[field], losses) == (value, told)


@pytest.mark.parametrize("stored", ["", None, "hunter22", "$2b$10$short", "$2b$10$" + "x" * 54, 7])
def test_what_is_no_hash_is_no_password(stored: Any) -> None:
    document, losses = user(password=stored)
    assert ("passwordHash" in document, losses) == (False, ["password_unusable"])


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
def test_hashes_are_kept(prefix: str) -> None:
    assert user(password=hashed("x", prefix))[0]["passwordHash"].startswith(prefix)


def test_who_has_courses_is_an_instructor_and_waits_where_they_were_not_approved() -> None:
    assert user(school=School(authors={OLD.binary}))[1] == ["made_instructor"]
    teacher = {"accountType": "Instructor"}
    assert "appliedAt" not in user(**teacher)[0]
    assert "appliedAt" in user(**teacher, approved=False)[0]
    assert "appliedAt" in user(Options(instructors_wait=True), **teacher)[0]
    assert "appliedAt" not in user(Options(instructors_wait=True), School(selling={OLD.binary}), **teacher)[0]


def test_fields_are_known_by_any_of_their_names() -> None:
    document = {"_id": OLD, "studentEnrolled": [OLD], "studentsEnrolled": None, "__v": 0, "quiz": [1], "empty": []}
    assert read("courses", document)["students"] == [OLD]
    assert unknown("courses", document) == ["quiz"]


def test_an_enrolment_has_the_same_id_whenever_it_is_asked_for() -> None:
    later = ObjectId()
    assert enrollments.enrollment_id(OLD, later) == enrollments.enrollment_id(OLD, later)
    assert enrollments.enrollment_id(OLD, later) != enrollments.enrollment_id(later, OLD)
    assert enrollments.enrollment_id(OLD, later).generation_time == later.generation_time


def test_reasons_are_counted_and_the_first_things_named() -> None:
    losses = Losses()
    losses.add_all("learner_unknown", range(50))
    losses.add_all("learner_unknown", [])
    [loss] = losses.all()
    assert (loss.count, len(loss.about)) == (50, 20)
