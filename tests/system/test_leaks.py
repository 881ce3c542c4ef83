"""Nothing but `playback` tells where a lesson plays: not an answer to anybody, not a line of any log, not a metric."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bson import ObjectId
from flask import Flask

import lms.routes  # noqa: F401  (declares the operations)
from lms.http.operations import OPERATIONS
from lms.models.authoring.media import media
from lms.models.system.outbox import outbox
from tests.processes import flask, gunicorn
from tests.sandbox.media import VIDEO
from tests.stores import FakeStore
from tests.uploads import http, new_lesson, send, sign, standing_in
from tests.waiting import eventually
from tests.world import API, Person, World

PLAYBACKS = {"/api/v1/courses/playback/<subsection_id>", "/api/v1/courses/playback/<subsection_id>/video"}
GETS = sorted({operation.path for operation in OPERATIONS if operation.method == "GET"} - PLAYBACKS)
OTHER_PAGES = ("/metrics", "/healthz", "/docs", "/api/v1/openapi.json", "/nothing")


STAND_IN = r'"path":"/sandbox/[^"?]*"'
"""The path of a request to the stand-in, which no real store logs here; without its query it opens nothing."""


@dataclass
class Stage:
    world: World
    people: dict[str, Person | None]
    ids: dict[str, Any]
    secrets: set[str]
    lessons: list[str]

    def require_silent(self, text: str, where: str) -> None:
        found = [secret for secret in self.secrets if secret in text]
        assert not found, f"{where} tells {found}"


def secrets_of(public_ids: list[str], given: list[str], locations: list[str]) -> set[str]:
    """Whatever would help to play: ids in every spelling, tokens, signatures, the address itself."""
    ids = {each for public_id in public_ids for each in (public_id, quote(public_id, ""), public_id.split("/")[-1])}
    queries = [parse_qs(urlsplit(address).query) for address in (*given, *locations)]
    signed = {query[name][0] for query in queries for name in ("token", "signature") if name in query}
    return {*ids, *signed, "/video/download", "videoPublicId=", "signature="}


@pytest.fixture
def stage(world: World, app: Flask, settings: Callable[..., None], tmp_path: Path) -> Iterator[Stage]:
    """A course of uploaded lessons, one a preview, watched by everybody who may."""
    with standing_in(app, settings, tmp_path):
        yield watched(world, world.app.config["SETTINGS"].base_url)


def watched(world: World, api: str) -> Stage:
    teacher, learner, other, admin = (world.person(role) for role in ("instructor", "student", "student", "admin"))
    course = world.course(teacher, title="Knots and bends")
    made = [
        new_lesson(world, teacher, course.section, VIDEO, title=title, preview=preview)
        for title, preview in (("Paid", False), ("Preview", True))
    ]
    world.enroll(learner, course)
    review = world.post("/courses/createRating", {"courseId": str(course.id), "rating": 5}, by=learner).json["data"]
    people: dict[str, Person | None] = dict(
        zip(("nobody", "owner", "learner", "other", "admin"), (None, teacher, learner, other, admin), strict=True)
    )
    (paid, _), (preview, _) = made
    given = [world.get(f"/courses/playback/{paid}", by=by).json["data"]["url"] for by in (teacher, learner, admin)]
    given += [world.get(f"/courses/playback/{preview}", by=by).json["data"]["url"] for by in people.values()]
    locations = [http.request("GET", address, redirect=False).headers["Location"] for address in given]
    card = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]
    ids = {
        "user_id": "me",
        "course_id": course.id,
        "category_id": card["category"]["id"],
        "section_id": course.section,
        "subsection_id": paid,
        "review_id": review["id"],
    }
    return Stage(
        world, people, ids, secrets_of([public_id for _, public_id in made], given, locations), [paid, preview]
    )


def address(stage: Stage, path: str) -> str:
    return re.sub(r"<(\w+)>", lambda word: str(stage.ids.get(word[1], ObjectId())), path)


def test_no_answer_tells_where_a_lesson_plays(stage: Stage) -> None:
    for path in GETS:
        statuses = set()
        for who, person in stage.people.items():
            for query in ("", "?q=knots&limit=100"):
                answer = stage.world.get(address(stage, path) + query, by=person)
                statuses.add(answer.status_code)
                stage.require_silent(answer.data.decode("latin-1") + str(answer.headers), f"{path} to {who}")
        assert max(statuses) < 500, path
        assert 200 in statuses or not path.startswith((f"{API}/courses", f"{API}/profile")), path


def test_no_page_beside_the_api_does_either(stage: Stage) -> None:
    stage.secrets.discard("signature=")
    for path in OTHER_PAGES:
        answer = stage.world.get(path, buffered=True, headers={"Accept": "*/*"})
        stage.require_silent(answer.text, path)


def test_the_walk_would_notice(stage: Stage) -> None:
    """What `playback` answers is exactly what the walk looks for."""
    answer = stage.world.get(f"/courses/playback/{stage.lessons[0]}", by=stage.people["admin"])
    token = parse_qs(urlsplit(answer.json["data"]["url"]).query)["token"][0]
    stage.secrets.add(token)
    with pytest.raises(AssertionError):
        stage.require_silent(answer.text, "playback")
    redirect = stage.world.get(answer.json["data"]["url"].removeprefix(stage.world.app.config["SETTINGS"].base_url))
    with pytest.raises(AssertionError):
        stage.require_silent(str(redirect.headers), "the redirect")


def test_what_authors_change_and_those_who_are_refused_are_not_told(stage: Stage) -> None:
    world, teacher, other = stage.world, stage.people["owner"], stage.people["other"]
    lesson, section, course = stage.lessons[0], stage.ids["section_id"], stage.ids["course_id"]
    for by in (teacher, other, None):
        for method, path, body in (
            ("PUT", f"/courses/updateSubsection/{lesson}", {"title": "Renamed"}),
            ("PUT", f"/courses/updateSection/{section}", {"sectionName": "Renamed"}),
            ("POST", f"/courses/addSectionToACourse/{course}", {"sectionName": "More"}),
            ("PUT", f"/courses/editCourse/{course}", {"description": "Changed"}),
            ("POST", f"/profile/updateCourseProgress/{course}", {"subsectionId": lesson, "completed": True}),
            ("GET", f"/courses/playback/{ObjectId()}", None),
        ):
            stage.require_silent(world.request(method, path, body, by=by).text, path)
    stage.require_silent(world.get(f"/courses/playback/{lesson}", by=other).text, "a refused playback")
    stage.require_silent(world.get(f"/courses/playback/{lesson}/video?token=x").text, "a bad token")


def test_no_log_line_tells_where_a_lesson_plays(
    world: World,
    settings: Callable[..., None],
    environment: dict[str, str],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Everything that can happen to a video, at a real server with a worker, and all that these print."""
    own = {**os.environ, **environment, "APP_ENV": "development", "INSTANCE_DIR": str(tmp_path), "LOG_LEVEL": "DEBUG"}
    own["WEB_CONCURRENCY"] = "1"
    with gunicorn("wsgi:app", own) as api:
        settings(public_url=api, instance_dir=tmp_path)
        own["PUBLIC_URL"] = api
        with flask("worker", "default", environment=own):
            stage = watched(world, api)
            token = fail_in_every_way(stage, api)
            eventually(lambda: outbox.count({"state": "pending"}) == 0)
        metrics = http.request("GET", f"{api}/metrics").data.decode()
        http.clear()
    with FakeStore("html") as store, gunicorn("wsgi:app", {**own, "PUBLIC_URL": store.address}) as api:
        confirm_at_a_store_that_is_down(stage, api)
        http.clear()
    captured = capfd.readouterr()
    text = captured.out + captured.err
    stage.secrets.add(token)
    stage.require_silent(metrics, "/metrics")
    for event in ('"request"', '"media_store_down"', '"job_done"'):
        assert f'"event":{event}' in text
    for line in text.splitlines():
        stage.require_silent(re.sub(STAND_IN, "", line), "the log")


def fail_in_every_way(stage: Stage, api: str) -> str:
    """Play to the end, tamper, use the wrong lesson, let go of a video; the token that was used for it."""
    owner, (paid, preview) = stage.people["owner"], stage.lessons
    assert owner is not None
    given = http.request("GET", f"{api}{API}/courses/playback/{paid}", headers=bearer(owner)).json()["data"]["url"]
    token = parse_qs(urlsplit(given).query)["token"][0]
    location = http.request("GET", given, redirect=False).headers["Location"]
    stage.secrets.add(parse_qs(urlsplit(location).query)["signature"][0])
    assert http.request("GET", given).data == VIDEO
    assert http.request("GET", location + "x").status == 401
    assert http.request("GET", given + "x").status == 403
    assert http.request("GET", given.replace(paid, preview)).status == 403
    signed = sign(stage.world, owner)
    send(signed, b"MZ", "a.mp4", url=signed["uploadUrl"].replace("/video/", "/raw/"))
    body = {"title": "Lie", "videoPublicId": signed["publicId"]}
    section = f"{api}{API}/courses/addSubsection/{stage.ids['section_id']}"
    assert http.request("POST", section, json=body, headers=bearer(owner)).status == 415
    return token


def confirm_at_a_store_that_is_down(stage: Stage, api: str) -> None:
    """The store's own words, in which it may repeat what it was asked, are what is logged of it."""
    owner, public_id = stage.people["owner"], "lms/waiting/for-a-store-that-is-down"
    assert owner is not None
    media.promise(public_id, owner.id, "video", 1)
    stage.secrets |= {public_id, "for-a-store-that-is-down"}
    section = f"{api}{API}/courses/addSubsection/{stage.ids['section_id']}"
    body = {"title": "Down", "videoPublicId": public_id}
    assert http.request("POST", section, json=body, headers=bearer(owner)).status == 503


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}
