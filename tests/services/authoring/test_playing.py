"""What the media store hands out to players: parts, and addresses that are good for seconds."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lms.errors import RangeNotSatisfiable, Unavailable
from lms.services.authoring import cloudinary, playing
from tests.sandbox.media import VIDEO, large_video
from tests.services.authoring.test_cloudinary import KEYS
from tests.stores import FakeStore
from tests.uploads import Store
from tests.waiting import at_most
from tests.world import World, at_once


class TestAnAddress:
    def test_names_one_video_and_its_end_and_no_secret(self, world: World, settings: Callable[..., None]) -> None:
        settings(playback_seconds=7)
        url = playing.playback_url("demo/one")
        query = parse_qs(urlsplit(url).query)
        assert query["public_id"] == ["demo/one"]
        assert 0 <= int(query["expires_at"][0]) - time.time() <= 7
        assert cloudinary.SANDBOX["api_secret"] not in url

    def test_ends_within_a_minute_unless_it_is_said_otherwise(self, world: World) -> None:
        (ends,) = parse_qs(urlsplit(playing.playback_url("demo/one")).query)["expires_at"]
        assert int(ends) - time.time() <= 60

    def test_at_a_real_account_leads_to_cloudinary(self, world: World, settings: Callable[..., None]) -> None:
        settings(**KEYS)
        assert cloudinary.account() == KEYS
        url = playing.playback_url("demo/one")
        assert url.startswith("https://api.cloudinary.com/v1_1/school/video/download?")
        assert parse_qs(urlsplit(url).query)["api_key"] == [KEYS["api_key"]]
        assert KEYS["api_secret"] not in url


class TestAPart:
    @pytest.fixture
    def film(self, store: Store, tmp_path: Path) -> bytes:
        cloudinary.store_video(path := large_video(tmp_path, b"x"), "lms/one")
        return path.read_bytes()

    @pytest.mark.parametrize(
        "wanted",
        [
            range(10**15),
            range(1000, 1001),
            range(5_000_000, 5_000_010),
            range(11_000_000, 10**15),
            range(12 * 1024**2 - 1, 10**15),
            range(7, playing.PART_BYTES + 7),
        ],
        ids=str,
    )
    def test_begins_where_it_is_wanted_and_is_not_too_large(self, film: bytes, wanted: range) -> None:
        part = playing.video_part("lms/one", "mp4", wanted)
        assert part is not None
        assert part.content == film[wanted.start : min(wanted.stop, wanted.start + playing.PART_BYTES)]
        assert (part.first, part.total, part.media_type) == (wanted.start, len(film), "video/mp4")

    def test_is_known_by_the_video(self, store: Store) -> None:
        for name in ("lms/one", "lms/other"):
            cloudinary.store_video(Path("lms/sandbox/demo.mp4"), name)
        tags = [part.tag for name in ("lms/one", "lms/one", "lms/other") if (part := first_of(name))]
        assert tags[0] == tags[1] != tags[2]

    def test_beyond_the_end_is_none(self, store: Store) -> None:
        cloudinary.store_video(Path("lms/sandbox/demo.mp4"), "lms/one")
        with pytest.raises(RangeNotSatisfiable):
            playing.video_part("lms/one", "mp4", range(len(VIDEO), len(VIDEO) + 1))

    def test_of_what_is_not_there_is_unavailable(self, store: Store) -> None:
        with pytest.raises(Unavailable):
            first_of("lms/absent")

    @pytest.mark.parametrize(
        ("kind", "named"),
        [("mp4", "video/mp4"), ("mov", "video/mp4"), ("webm", "video/webm"), ("mkv", "video/x-matroska")],
    )
    def test_is_called_what_browsers_play(self, store: Store, kind: str, named: str) -> None:
        cloudinary.store_video(Path(__file__).parents[2] / "samples" / f"video.{kind}", "lms/one")
        part = playing.video_part("lms/one", kind, range(100))
        assert part is not None
        assert part.media_type == named

    @pytest.mark.parametrize("status", playing.WHOLE)
    def test_is_not_to_be_had_of_a_store_that_knows_no_ranges(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, status: int
    ) -> None:
        answering(monkeypatch, status, {})
        assert first_of("lms/one") is None

    @pytest.mark.parametrize(
        ("status", "named"), [(206, None), (206, "bytes 1-9/10"), (206, "bytes 0-9/*"), (401, None), (500, None)]
    )
    def test_of_another_place_or_none_is_not_handed_on(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, status: int, named: str | None
    ) -> None:
        answering(monkeypatch, status, {"Content-Range": named} if named else {})
        with pytest.raises(Unavailable):
            first_of("lms/one")

    def test_is_waited_for_in_turn_and_not_for_long(
        self, world: World, settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cloudinary, "TIMEOUT", 1)
        monkeypatch.setattr(playing, "WAIT_SECONDS", 0.1)

        def ask() -> float:
            began = time.monotonic()
            with world.app.app_context(), pytest.raises(Unavailable):
                first_of("lms/one")
            return time.monotonic() - began

        with FakeStore("mute") as fake:
            settings(public_url=fake.address)
            assert max(at_once([ask] * 9)) < at_most(3)
            assert fake.asked == 6


def first_of(public_id: str) -> Any:
    return playing.video_part(public_id, "mp4", range(100))


def answering(monkeypatch: pytest.MonkeyPatch, status: int, headers: dict[str, str]) -> None:
    """Has the store answer so."""

    class Answer:
        def __init__(self) -> None:
            self.status, self.headers = status, headers

        def read(self, most: int) -> bytes:
            return bytes(10)

        def close(self) -> None:
            pass

    monkeypatch.setattr(cloudinary.http, "request", lambda *_, **__: Answer())
