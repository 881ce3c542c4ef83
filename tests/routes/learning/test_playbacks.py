"""Watching: who may, for how long, how many at a time, and what an address opens."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from bson import ObjectId
from flask import Flask
from werkzeug.test import TestResponse

from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.playbacks import playbacks
from lms.services.accounts import tokens
from lms.services.accounts.tokens import PlaybackClaims
from tests.sandbox.media import VIDEO, padded_video
from tests.uploads import Store, http, new_lesson, standing_in
from tests.waiting import eventually
from tests.world import API, MadeCourse, Person, World, refused

ENDED = (403, "playback_ended")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    """Of four lessons, the first a preview."""
    return world.course(teacher, lessons=4)


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def ask(world: World, by: Person | None, course: MadeCourse, place: int = 1) -> TestResponse:
    return world.get(f"/courses/playback/{course.lessons[place].id}", by=by)


def begin(world: World, by: Person | None, course: MadeCourse, place: int = 1) -> str:
    """The path and query of an address that was just given."""
    answer = ask(world, by, course, place)
    assert answer.status_code == 200, answer.text
    parts = urlsplit(answer.json["data"]["url"])
    return f"{parts.path}?{parts.query}"


def plays(world: World, address: str) -> bool:
    """Whether it leads to the video; what a player asks for is refused where this is."""
    answer = world.get(address)
    if answer.status_code == 302:
        return True
    assert refused(answer) == ENDED
    assert refused(world.get(address, headers={"Range": "bytes=0-"})) == ENDED
    return False


def played(address: str, size: int) -> bytes:
    """What a player has had, who asked on where each answer ended."""
    content = b""
    while len(content) < size:
        part = http.request("GET", address, headers={"Range": f"bytes={len(content)}-"})
        assert part.status == 206
        content += part.data
    return content


class TestWhoMay:
    @pytest.mark.parametrize(
        ("who", "met"),
        [
            ("nobody", (401, "not_signed_in")),
            ("another student", (403, "not_enrolled")),
            ("another instructor", (403, "not_enrolled")),
            ("a refunded learner", (403, "not_enrolled")),
            ("the learner", None),
            ("the owner", None),
            ("staff", None),
        ],
    )
    def test_watch_a_paid_lesson(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse, who: str, met: tuple[int, str] | None
    ) -> None:
        refunded = world.person()
        world.enroll(refunded, course, "purchase", 49900)
        enrollments.update({"user": refunded.id}, {"$set": {"status": "refunded"}})
        people = {
            "nobody": None,
            "another student": world.person(),
            "another instructor": world.person("instructor"),
            "a refunded learner": refunded,
            "the learner": learner,
            "the owner": teacher,
            "staff": world.person("admin"),
        }
        if met:
            assert refused(ask(world, people[who], course)) == met
        else:
            assert plays(world, begin(world, people[who], course))
        assert plays(world, begin(world, people[who], course, 0)), "anyone may watch a preview"

    def test_watch_a_course_that_is_not_published(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse
    ) -> None:
        courses.update({"_id": course.id}, {"$set": {"status": "draft"}})
        for place in (0, 1):
            assert refused(ask(world, None, course, place)) == (404, "lesson_not_found")
            assert refused(ask(world, world.person(), course, place)) == (404, "course_not_found")
            for person in (teacher, learner, world.person("admin")):
                assert plays(world, begin(world, person, course, place))

    def test_watch_nothing_that_is_deleted_or_was_never_there(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse
    ) -> None:
        address = begin(world, learner, course)
        subsections.remove({"_id": course.lessons[1].id}, teacher.id, now())
        assert refused(ask(world, learner, course)) == (404, "lesson_not_found")
        assert refused(world.get(address)) == (404, "lesson_not_found")
        assert refused(world.get(f"/courses/playback/{ObjectId()}")) == (404, "lesson_not_found")
        assert refused(world.get("/courses/playback/x")) == (400, "invalid_id")

    def test_watch_nothing_with_a_sign_in_that_has_ended_not_even_a_preview(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        sessions.end(learner.session_id, learner.id)
        for place in (0, 1):
            assert refused(ask(world, learner, course, place)) == (401, "token_invalid")


class TestAnAddress:
    def test_says_when_it_ends_and_is_kept_nowhere(self, world: World, learner: Person, course: MadeCourse) -> None:
        answer = ask(world, learner, course)
        ends = datetime.fromisoformat(answer.json["data"]["expiresAt"])
        length = timedelta(seconds=60)
        assert timedelta(hours=12) < ends - datetime.now(UTC) <= timedelta(hours=12) + length
        assert answer.headers["Cache-Control"] == "no-store"
        redirect = world.get(answer.json["data"]["url"].removeprefix("http://localhost:4000"))
        assert (redirect.status_code, redirect.headers["Cache-Control"]) == (302, "no-store")
        signed = parse_qs(urlsplit(redirect.headers["Location"]).query)
        assert 0 < int(signed["expires_at"][0]) - time.time() <= 60

    def test_lasts_as_long_as_the_lesson_and_its_pauses(
        self, world: World, settings: Callable[..., None], learner: Person, course: MadeCourse
    ) -> None:
        settings(playback_pause_hours=0.5)
        subsections.edit(course.lessons[1].id, {"duration": 7200})
        ends = datetime.fromisoformat(ask(world, learner, course).json["data"]["expiresAt"])
        assert timedelta(hours=2.49) < ends - datetime.now(UTC) <= timedelta(hours=2.5)

    def test_plays_on_when_the_store_knows_it_no_longer(
        self,
        world: World,
        app: Flask,
        settings: Callable[..., None],
        teacher: Person,
        course: MadeCourse,
        tmp_path: Any,
    ) -> None:
        with standing_in(app, settings, tmp_path) as store:
            content = padded_video(len(VIDEO) + 1000, b"x")
            lesson, _ = new_lesson(world, teacher, course.section, content)
            settings(playback_seconds=1, instance_dir=tmp_path, public_url=store.address)
            given = world.get(f"/courses/playback/{lesson}", by=teacher).json["data"]["url"]
            location = http.request("GET", given, redirect=False).headers["Location"]
            eventually(lambda: http.request("GET", location).status == 401, "The end of the store's address")
            assert played(given, len(content)) == content
            past = http.request("GET", given, headers={"Range": f"bytes={len(content)}-"})
            assert (past.status, past.json()["code"]) == (416, "range_not_satisfiable")

    def test_is_answered_in_parts_that_nobody_keeps(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        lesson, _ = new_lesson(world, teacher, course.section, VIDEO)
        address = world.get(f"/courses/playback/{lesson}", by=teacher).json["data"]["url"]
        part = world.get(address.removeprefix(store.address), headers={"Range": "bytes=1000-1999"})
        assert (part.status_code, part.data) == (206, VIDEO[1000:2000])
        told = {name: part.headers[name] for name in ("Content-Range", "Content-Type", "Cache-Control")}
        assert told == {
            "Content-Range": f"bytes 1000-1999/{len(VIDEO)}",
            "Content-Type": "video/mp4",
            "Cache-Control": "no-store",
        }

    @pytest.mark.parametrize(
        "wanted", ["", "bytes=-9", "bytes=0-1,5-9", "bytes=9-1", "lines=1-2", "bytes=x", "bytes=-"]
    )
    def test_leads_to_the_store_who_asks_for_no_one_part(
        self, world: World, learner: Person, course: MadeCourse, wanted: str
    ) -> None:
        assert world.get(begin(world, learner, course), headers={"Range": wanted}).status_code == 302

    def test_opens_at_the_store_that_one_video_only(
        self,
        world: World,
        app: Flask,
        settings: Callable[..., None],
        teacher: Person,
        course: MadeCourse,
        tmp_path: Any,
    ) -> None:
        with standing_in(app, settings, tmp_path) as store:
            (lesson, one), (_, other) = (
                new_lesson(world, teacher, course.section, VIDEO, title=title) for title in ("One", "Other")
            )
            given = world.get(f"/courses/playback/{lesson}", by=teacher).json["data"]["url"]
            location = http.request("GET", given, redirect=False).headers["Location"]
            assert http.request("GET", location).data == VIDEO
            base, query = location.split("?")
            for change in ({"public_id": other}, {"expires_at": "9999999999"}, {"type": "upload"}, {"format": "mov"}):
                changed = urlencode({**dict(parse_qsl(query)), **change})
                assert http.request("GET", f"{base}?{changed}").status == 401
            assert store.ids() == {one, other}

    def test_is_of_no_use_when_it_is_changed(self, world: World, learner: Person, course: MadeCourse) -> None:
        address = begin(world, learner, course)
        path, token = address.split("?token=")
        other = path.replace(str(course.lessons[1].id), str(course.lessons[2].id))
        parts = token.split("-")
        later = "-".join([*parts[:3], "9" + parts[3], *parts[4:]])
        nobody = "-".join([parts[0], "", "", *parts[3:]])
        foreign = tokens._signer("password-reset").sign(token.rsplit(".", 2)[0]).decode()
        assert plays(world, address)
        assert not plays(world, f"{other}?token={token}")
        for changed in (later, nobody, foreign, token[:-1], token + "x", "", "é", "x" * 300, learner.token[:300]):
            assert not plays(world, f"{path}?token={changed}"), changed
        assert not plays(world, path)
        assert refused(world.get(f"{path}?token={'x' * 301}")) == (400, "validation_failed")

    def test_does_not_work_as_a_sign_in_nor_the_other_way_round(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        token = begin(world, learner, course).split("token=")[1]
        assert refused(world.get("/profile/getUserDetails/me", by=token)) == (401, "token_invalid")
        assert not plays(world, f"{API}/courses/playback/{course.lessons[1].id}/video?token={learner.token[:300]}")

    def test_that_is_over_does_not_play(self, world: World, learner: Person, course: MadeCourse) -> None:
        lesson, moment = course.lessons[1].id, now().replace(microsecond=0)
        for seconds, still in ((0, False), (-60, False), (60, True)):
            ends = moment + timedelta(seconds=seconds)
            playback_id = playbacks.begin(learner.id, lesson, moment + timedelta(seconds=60))
            token = tokens.playback(PlaybackClaims(lesson, ends, learner.session_id, playback_id))
            assert plays(world, f"{API}/courses/playback/{lesson}/video?token={token}") == still


class TestAnAddressGivenBefore:
    """What becomes of it at the next request for it."""

    def test_ends_with_the_sign_in(self, world: World, teacher: Person, learner: Person, course: MadeCourse) -> None:
        for person in (teacher, learner):
            address = begin(world, person, course)
            sessions.end(person.session_id, person.id)
            assert not plays(world, address)

    def test_ends_with_a_suspension(self, world: World, learner: Person, course: MadeCourse) -> None:
        address = begin(world, learner, course)
        users.update({"_id": learner.id}, {"$set": {"status": "suspended"}})
        sessions.end_all(learner.id)
        assert not plays(world, address)

    def test_ends_with_a_refund(self, world: World, learner: Person, course: MadeCourse) -> None:
        address = begin(world, learner, course)
        enrollments.update({"user": learner.id}, {"$set": {"status": "refunded"}})
        assert refused(world.get(address)) == (403, "not_enrolled")
        assert refused(world.get(address, headers={"Range": "bytes=0-"})) == (403, "not_enrolled")

    def test_ends_with_the_account(self, world: World, learner: Person, course: MadeCourse) -> None:
        address = begin(world, learner, course)
        gone = world.delete("/profile/deleteAccount/me", {"password": "a quiet green harbour"}, by=learner)
        assert gone.status_code == 202
        assert not plays(world, address)

    def test_ends_with_the_preview(self, world: World, course: MadeCourse) -> None:
        address = begin(world, None, course, 0)
        subsections.edit(course.lessons[0].id, {"preview": False})
        assert refused(world.get(address)) == (401, "not_signed_in")
        courses.update({"_id": course.id}, {"$set": {"status": "archived"}})
        assert refused(world.get(address)) == (404, "lesson_not_found")

    def test_goes_on_for_learners_of_a_course_that_is_unpublished(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        address = begin(world, learner, course)
        courses.update({"_id": course.id}, {"$set": {"status": "draft"}})
        assert plays(world, address)

    def test_ends_with_its_course_or_section(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse
    ) -> None:
        address = begin(world, learner, course)
        sections.remove({"_id": course.section}, teacher.id, now())
        courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
        assert refused(world.get(address)) == (404, "course_not_found")


class TestTwoAtATime:
    def test_play_and_a_third_ends_the_oldest(self, world: World, learner: Person, course: MadeCourse) -> None:
        first, second = begin(world, learner, course, 1), begin(world, learner, course, 1)
        assert plays(world, first)
        assert plays(world, second)
        third = begin(world, learner, course, 2)
        assert [plays(world, address) for address in (first, second, third)] == [False, True, True]
        begin(world, learner, course, 3)
        assert [plays(world, address) for address in (first, second, third)] == [False, False, True]

    def test_are_of_all_courses_and_sign_ins_together(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse
    ) -> None:
        other = world.course(teacher)
        world.enroll(learner, other)
        session = sessions.open(learner.id, "student", "Telephone", "127.0.0.1")
        telephone = Person(learner.id, learner.email, tokens.pair(session)["token"], "", session["_id"])
        given = [begin(world, learner, course), begin(world, telephone, course), begin(world, telephone, other)]
        assert [plays(world, address) for address in given] == [False, True, True]

    def test_are_left_of_ten_that_begin_at_once(self, world: World, learner: Person, course: MadeCourse) -> None:
        call = ("GET", f"/courses/playback/{course.lessons[1].id}", None, learner)
        answers = world.together(*[call] * 10)
        assert {answer.status_code for answer in answers} == {200}
        addresses = [answer.json["data"]["url"].removeprefix("http://localhost:4000") for answer in answers]
        assert sum(plays(world, address) for address in addresses) == 2
        assert playbacks.count({}) == 1

    def test_are_not_disturbed_by_others(self, world: World, learner: Person, course: MadeCourse) -> None:
        neighbour = world.person()
        world.enroll(neighbour, course)
        mine = [begin(world, learner, course) for _ in range(2)]
        for _ in range(3):
            begin(world, neighbour, course)
        assert all(plays(world, address) for address in mine)

    def test_do_not_count_what_is_over(self, world: World, learner: Person, course: MadeCourse) -> None:
        lesson = course.lessons[1].id
        for _ in range(2):
            playbacks.begin(learner.id, lesson, now() - timedelta(seconds=1))
        given = [begin(world, learner, course) for _ in range(2)]
        assert all(plays(world, address) for address in given)
        kept = playbacks.get({"_id": learner.id})
        assert kept is not None
        assert len(kept["live"]) == 2

    def test_are_known_until_the_longer_has_ended(self, world: World, learner: Person, course: MadeCourse) -> None:
        subsections.edit(course.lessons[1].id, {"duration": 7200})
        for place in (1, 2):
            begin(world, learner, course, place)
        kept = playbacks.get({"_id": learner.id})
        assert kept is not None
        assert kept["expiresAt"] == max(each["expiresAt"] for each in kept["live"])

    def test_do_not_count_previews_nor_owners_and_staff(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse
    ) -> None:
        given = [begin(world, learner, course) for _ in range(2)]
        given += [begin(world, learner, course, 0) for _ in range(3)]
        for person in (None, teacher, world.person("admin")):
            given += [begin(world, person, course, 0 if person is None else 1) for _ in range(3)]
        assert all(plays(world, address) for address in given)
        assert playbacks.count({}) == 1
