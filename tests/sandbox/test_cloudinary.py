import base64
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from cloudinary import api, uploader, utils
from cloudinary.exceptions import AuthorizationRequired, BadRequest, NotFound
from werkzeug.test import TestResponse

from lms.sandbox.cloudinary import DEMO_VIDEO
from lms.services.authoring.cloudinary import SANDBOX, signed_address
from tests.sandbox.conftest import Store, told
from tests.sandbox.media import VIDEO, padded_video, picture
from tests.world import World

PLAYED = {"resource_type": "video", "type": "authenticated"}


def parameters(public_id: str = "demo/one", seconds: int = 60) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(signed_address(public_id, "mp4", "video", int(time.time()) + seconds)).query))


def play(world: World, query: dict[str, str] | list[tuple[str, str]], **headers: str) -> TestResponse:
    address = urlsplit(signed_address("demo/one", "mp4", "video", 0)).path
    return world.get(f"{address}?{urlencode(query)}", headers=headers, buffered=True)


class TestDemoVideos:
    def test_play_to_who_holds_a_signed_address(self, world: World) -> None:
        answer = play(world, parameters())
        assert (answer.status_code, answer.mimetype) == (200, "video/mp4")
        assert answer.data == DEMO_VIDEO.read_bytes()

    def test_play_from_the_address_a_learner_was_given(self, world: World) -> None:
        course = world.course(world.person("instructor"))
        given = urlsplit(world.get(f"/courses/playback/{course.lessons[0].id}").json["data"]["url"])
        signed = urlsplit(world.get(f"{given.path}?{given.query}").headers["Location"])
        assert world.get(f"{signed.path}?{signed.query}", buffered=True).data == DEMO_VIDEO.read_bytes()

    def test_play_no_longer_when_the_time_is_over(self, world: World) -> None:
        answer = play(world, parameters(seconds=-2))
        assert (answer.status_code, answer.json["error"]["message"]) == (401, "Link has expired")

    @pytest.mark.parametrize(
        "change",
        [
            {"public_id": "demo/two"},
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

    @pytest.mark.parametrize("left_out", ["public_id", "expires_at", "signature", "timestamp", "api_key"])
    def test_refuse_an_address_that_lacks_something(self, world: World, left_out: str) -> None:
        query = parameters()
        del query[left_out]
        assert play(world, query).status_code == 401

    def test_refuse_the_signature_of_another_video(self, world: World) -> None:
        assert play(world, {**parameters(), "signature": parameters("demo/two")["signature"]}).status_code == 401

    def test_refuse_a_second_name_put_before_the_signed_one(self, world: World) -> None:
        assert play(world, [("public_id", "demo/two"), *parameters().items()]).status_code == 401

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


def address(store: Store, public_id: str, **options: Any) -> str:
    """A signed address as the SDK writes it, good for a minute."""
    until = int(utils.now()) + 60
    return str(utils.private_download_url(public_id, "mp4", **{"expires_at": until, **store.account, **options}))


class TestDownloads:
    @pytest.fixture(autouse=True)
    def _uploaded(self, store: Store) -> None:
        uploader.upload(VIDEO, public_id="lms/a film", **PLAYED, **store.account)

    def test_deliver_what_was_uploaded(self, store: Store) -> None:
        with urlopen(address(store, "lms/a film", **PLAYED), timeout=5) as answer:
            assert (answer.read(), answer.headers["Content-Type"]) == (VIDEO, "video/mp4")

    @pytest.mark.parametrize("type", ["upload", "private"])
    def test_of_one_type_do_not_open_another(self, store: Store, type: str) -> None:
        with pytest.raises(HTTPError, match="404"):
            urlopen(address(store, "lms/a film", resource_type="video", type=type), timeout=5)

    def test_are_of_public_assets_when_no_type_is_given(self, store: Store) -> None:
        uploader.upload(picture(), public_id="lms/a film", **store.account)
        assert urlopen(address(store, "lms/a film"), timeout=5).read() == picture()

    @pytest.mark.parametrize("public_id", ["lms/b", "demons/one", "lms/demo/one"])
    def test_of_what_is_not_there(self, store: Store, public_id: str) -> None:
        with pytest.raises(HTTPError, match="404"):
            urlopen(address(store, public_id, **PLAYED), timeout=5)

    def test_of_demo_pictures_are_not_the_demo_video(self, store: Store) -> None:
        with pytest.raises(HTTPError, match="404"):
            urlopen(address(store, "demo/one", type="authenticated"), timeout=5)

    def test_prefer_what_was_uploaded_to_the_demo_video(self, store: Store) -> None:
        longer = padded_video(len(VIDEO) + 100)
        uploader.upload(longer, public_id="demo/own", **PLAYED, **store.account)
        assert urlopen(address(store, "demo/own", **PLAYED), timeout=5).read() == longer

    def test_without_an_end_are_refused(self, store: Store) -> None:
        with pytest.raises(HTTPError, match="400"):
            urlopen(address(store, "lms/a film", **PLAYED, expires_at=None), timeout=5)


class TestDestroying:
    def test_an_asset_deletes_its_file_and_facts(self, store: Store) -> None:
        uploader.upload(VIDEO, public_id="lms/x", **PLAYED, **store.account)
        assert told(uploader.destroy("lms/x", invalidate=True, **PLAYED, **store.account)) == {"result": "ok"}
        assert store.files() == []
        assert told(uploader.destroy("lms/x", **PLAYED, **store.account)) == {"result": "not found"}

    @pytest.mark.parametrize("other", [{"type": "upload"}, {"resource_type": "image"}, {"resource_type": "raw"}])
    def test_another_kind_of_asset_leaves_it_alone(self, store: Store, other: dict[str, str]) -> None:
        uploader.upload(VIDEO, public_id="lms/x", **PLAYED, **store.account)
        assert told(uploader.destroy("lms/x", **{**PLAYED, **other}, **store.account)) == {"result": "not found"}
        assert len(store.files()) == 2

    def test_needs_the_keys_and_a_recent_signature(self, store: Store) -> None:
        uploader.upload(picture(), public_id="lms/x", **store.account)
        with pytest.raises(AuthorizationRequired):
            uploader.destroy("lms/x", **{**store.account, "api_secret": "guessed"})
        with pytest.raises(BadRequest, match="Stale request"):
            uploader.call_api("destroy", {"public_id": "lms/x", "timestamp": 1_600_000_000}, **store.account)
        with pytest.raises(BadRequest, match="public_id"):
            uploader.destroy("", **store.account)
        assert len(store.files()) == 2


class TestRenaming:
    PUBLIC = {"resource_type": "video", "type": "upload"}

    def test_takes_a_public_video_out_of_the_public(self, store: Store) -> None:
        public = uploader.upload(VIDEO, public_id="lms/a film", **self.PUBLIC, **store.account)
        with urlopen(public["secure_url"], timeout=5) as answer:
            assert (answer.read(), answer.headers["Content-Type"]) == (VIDEO, "video/mp4")
        change = {**self.PUBLIC, "to_type": "authenticated", "invalidate": True}
        renamed = uploader.rename("lms/a film", "lms/a film", **change, **store.account)
        assert (renamed["type"], renamed["bytes"], renamed["duration"]) == ("authenticated", len(VIDEO), 20.0)
        with pytest.raises(HTTPError, match="404"):
            urlopen(public["secure_url"], timeout=5)
        assert urlopen(address(store, "lms/a film", **PLAYED), timeout=5).read() == VIDEO
        assert api.resource("lms/a film", **PLAYED, **store.account)["duration"] == 20.0
        with pytest.raises(NotFound):
            api.resource("lms/a film", **self.PUBLIC, **store.account)

    def test_finds_nothing_twice(self, store: Store) -> None:
        uploader.upload(VIDEO, public_id="lms/a", **self.PUBLIC, **store.account)
        uploader.rename("lms/a", "lms/b", **self.PUBLIC, **store.account)
        with pytest.raises(NotFound, match="Resource not found - lms/a"):
            uploader.rename("lms/a", "lms/b", **self.PUBLIC, **store.account)

    def test_replaces_nothing_unless_that_is_said(self, store: Store) -> None:
        for public_id, options in (("lms/a", PLAYED), ("lms/a", self.PUBLIC)):
            uploader.upload(VIDEO, public_id=public_id, **options, **store.account)
        change = {**self.PUBLIC, "to_type": "authenticated"}
        with pytest.raises(BadRequest, match="already exists"):
            uploader.rename("lms/a", "lms/a", **change, **store.account)
        uploader.rename("lms/a", "lms/a", overwrite=True, **change, **store.account)
        assert len(store.files()) == 2


class TestDetails:
    def test_are_what_the_upload_was_answered_with(self, store: Store) -> None:
        uploaded = uploader.upload(VIDEO, public_id="lms/a film", **PLAYED, **store.account)
        details = api.resource("lms/a film", media_metadata=True, **PLAYED, **store.account)
        assert details == told(uploaded)
        assert (details["duration"], details["format"], details["bytes"]) == (20.0, "mp4", len(VIDEO))

    @pytest.mark.parametrize("other", [{"type": "upload"}, {"resource_type": "image"}, {"resource_type": "raw"}])
    def test_are_of_one_kind_of_asset(self, store: Store, other: dict[str, str]) -> None:
        uploader.upload(VIDEO, public_id="lms/x", **PLAYED, **store.account)
        with pytest.raises(NotFound, match="Resource not found - lms/x"):
            api.resource("lms/x", **{**PLAYED, **other}, **store.account)

    @pytest.mark.parametrize("change", [{"api_secret": "guessed"}, {"api_key": "another"}, {"api_secret": "é"}])
    def test_need_the_keys(self, store: Store, change: dict[str, str]) -> None:
        uploader.upload(picture(), public_id="lms/x", **store.account)
        keys = {**SANDBOX, **change}
        pair = base64.b64encode(f"{keys['api_key']}:{keys['api_secret']}".encode()).decode()
        refused(store, {"Authorization": f"Basic {pair}"})

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer sandbox-secret"}, {"Authorization": "Basic ?"}])
    def test_need_keys_at_all(self, store: Store, headers: dict[str, str]) -> None:
        refused(store, headers)


def refused(store: Store, headers: dict[str, str]) -> None:
    """The details are asked for with these headers and not given."""
    path = "/sandbox/cloudinary/v1_1/sandbox/resources/image/upload/lms/x"
    with pytest.raises(HTTPError, match="401"):
        urlopen(Request(store.address + path, headers=headers), timeout=5)
