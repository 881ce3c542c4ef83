from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import cloudinary.uploader
import pytest
from cloudinary.exceptions import AuthorizationRequired
from flask import Flask
from werkzeug.test import TestResponse

from lms.models.base import now
from lms.sandbox.cloudinary import DEMO_VIDEO
from lms.services.cloudinary import account, playback_url
from tests.world import World, served


def parameters(public_id: str = "reels/one", seconds: int = 60) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(playback_url(public_id, now() + timedelta(seconds=seconds))).query))


def play(world: World, query: dict[str, str] | list[tuple[str, str]], **headers: str) -> TestResponse:
    address = urlsplit(playback_url("reels/one", now())).path
    return world.get(f"{address}?{urlencode(query)}", headers=headers, buffered=True)


class TestVideos:
    def test_play_to_who_holds_a_signed_address(self, world: World) -> None:
        answer = play(world, parameters())
        assert (answer.status_code, answer.mimetype) == (200, "video/mp4")
        assert answer.data == DEMO_VIDEO.read_bytes()

    def test_play_from_the_address_a_learner_was_given(self, world: World) -> None:
        course = world.course(world.person("instructor"))
        url = urlsplit(world.get(f"/courses/playback/{course.lessons[0].id}").json["data"]["url"])
        assert world.get(f"{url.path}?{url.query}", buffered=True).status_code == 200

    def test_play_no_longer_when_the_time_is_over(self, world: World) -> None:
        answer = play(world, parameters(seconds=-2))
        assert (answer.status_code, answer.json["error"]["message"]) == (401, "Link has expired")

    @pytest.mark.parametrize(
        "change",
        [
            {"public_id": "reels/two"},
            {"expires_at": "9999999999"},
            {"expires_at": "soon"},
            {"timestamp": "1"},
            {"type": "upload"},
            {"format": "mov"},
            {"signature": "0" * 40},
            {"signature": ""},
            {"signature": "é\ud7ff"},
            {"transformation": "w_1"},
        ],
    )
    def test_refuse_an_address_that_was_changed(self, world: World, change: dict[str, str]) -> None:
        answer = play(world, {**parameters(), **change})
        assert (answer.status_code, answer.json["error"]["message"]) == (401, "Invalid Signature")

    @pytest.mark.parametrize("left_out", ["public_id", "expires_at", "signature", "timestamp"])
    def test_refuse_an_address_that_lacks_something(self, world: World, left_out: str) -> None:
        query = parameters()
        del query[left_out]
        assert play(world, query).status_code == 401

    def test_refuse_the_signature_of_another_video(self, world: World) -> None:
        assert play(world, {**parameters(), "signature": parameters("reels/two")["signature"]}).status_code == 401

    def test_refuse_a_second_name_put_before_the_signed_one(self, world: World) -> None:
        assert play(world, [("public_id", "reels/two"), *parameters().items()]).status_code == 401

    @pytest.mark.parametrize(
        ("asked", "start", "end"), [("bytes=0-99", 0, 99), ("bytes=100-100", 100, 100), ("bytes=-10", -10, None)]
    )
    def test_can_be_sought_by_range(self, world: World, asked: str, start: int, end: int | None) -> None:
        whole = DEMO_VIDEO.read_bytes()
        answer = play(world, parameters(), Range=asked)
        assert answer.status_code == 206
        assert answer.data == whole[start : None if end is None else end + 1]
        assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")

    def test_say_that_they_can_be_sought(self, world: World) -> None:
        assert play(world, parameters()).headers["Accept-Ranges"] == "bytes"


class TestUploads:
    @pytest.fixture
    def store(self, world: World, app: Flask) -> Iterator[str]:
        with served(app) as address:
            yield address

    def upload(self, **change: str) -> str:
        stored = cloudinary.uploader.upload(b"content", public_id="lms/x", **{**account(), **change})
        return str(stored["secure_url"])

    def test_are_taken_from_the_sdk(self, world: World, store: str) -> None:
        answer = world.get(urlsplit(self.upload()).path, buffered=True)
        assert (answer.data, answer.mimetype) == (b"content", "image/webp")

    @pytest.mark.parametrize("change", [{"api_secret": "guessed"}, {"api_key": "another"}])
    def test_are_refused_with_wrong_keys(self, store: str, change: dict[str, str]) -> None:
        with pytest.raises(AuthorizationRequired):
            self.upload(**change)

    def test_cannot_leave_their_folder(self, world: World, store: str) -> None:
        cloudinary.uploader.upload(b"content", public_id="../../../outside", **account())
        kept = list(world.app.config["SETTINGS"].instance_dir.rglob("*outside*"))
        assert [path.parent.name for path in kept] == ["image"]

    def test_of_nothing_are_not_there(self, world: World) -> None:
        answer = world.get("/sandbox/cloudinary/sandbox/image/upload/v1/lms/absent.webp")
        assert (answer.status_code, answer.json["error"]["message"]) == (404, "Resource not found")
