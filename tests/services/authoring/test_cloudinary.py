import contextlib
import io
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import urllib3
from bson import ObjectId
from cloudinary import uploader
from PIL import Image

from lms.errors import NotAnImage, NotAVideo, TooLarge, Unavailable, UnplayableVideo
from lms.sandbox.cloudinary import DEMO_VIDEO
from lms.services.authoring import arrivals, cloudinary, playing
from lms.services.authoring.cloudinary import Asset
from tests.sandbox.media import MEGABYTE, SVG, VIDEO, large_video, picture
from tests.stores import FakeStore, Manner
from tests.uploads import Store, http
from tests.waiting import at_most
from tests.world import World, at_once

KEYS = {"cloud_name": "school", "api_key": "123456789012345", "api_secret": "a-secret-of-the-school"}
PRIVATE = {"type": "authenticated"}
CONTENT = bytes(place % 251 for place in range(1_000_000))


@pytest.fixture
def at(world: World, settings: Callable[..., None]) -> Callable[[FakeStore], None]:
    """Has the services talk to another store."""
    return lambda store: settings(public_url=store.address)


def put(content: bytes, public_id: str = "lms/x", kind: str = "video", **change: Any) -> None:
    """Upload as a browser does."""
    uploader.upload(content, public_id=public_id, resource_type=kind, **{**PRIVATE, **change}, **cloudinary.account())


class TestIds:
    def test_are_in_the_users_folder_and_cannot_be_guessed(self, world: World, settings: Callable[..., None]) -> None:
        settings(folder_name="school")
        user = ObjectId()
        made = {cloudinary.new_id(user) for _ in range(100)}
        assert len(made) == 100
        assert all(each.startswith(f"school/{user}/") and len(each.split("/")[2]) == 24 for each in made)


class TestReading:
    """Of a store that knows ranges, that answers with everything, and that leads on to where it is."""

    @pytest.fixture
    def elsewhere(self) -> Iterator[str]:
        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/led":
                    self.send_response(302)
                    self.send_header("Location", "/whole")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(200 if self.path == "/whole" else 404)
                self.send_header("Content-Length", str(len(CONTENT)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(CONTENT)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()

    def test_gets_the_bytes_that_are_wanted(self, store: Store, elsewhere: str) -> None:
        put(CONTENT, "lms/files/x.txt", "raw")
        for address in (cloudinary.file_address("lms/files/x.txt"), f"{elsewhere}/whole", f"{elsewhere}/led"):
            for start, end in ((0, 10), (5, 7), (900_000, 900_003), (len(CONTENT) - 22, len(CONTENT))):
                assert cloudinary.read(address, start, end) == CONTENT[start:end]

    def test_takes_no_page_of_an_error_for_them(self, elsewhere: str) -> None:
        with pytest.raises(Unavailable):
            cloudinary.ask(lambda: cloudinary.read(f"{elsewhere}/gone", 0, 5), NotAnImage)


class TestPictures:
    def test_are_kept_for_everyone_without_the_name_of_our_server(self, store: Store) -> None:
        content = picture("WEBP")
        asset = cloudinary.store_picture(content, "lms/one")
        assert asset.url is not None
        assert asset.url.startswith("/sandbox/cloudinary/")
        assert asset.url.endswith("/lms/one.webp")
        assert (asset.bytes, asset.format, asset.duration) == (len(content), "webp", 0)
        assert http.request("GET", store.address + asset.url).data == content

    def test_replace_none_that_is_there(self, store: Store) -> None:
        first = cloudinary.store_picture(picture("WEBP"), "lms/one")
        assert cloudinary.store_picture(picture("WEBP", colour="blue"), "lms/one").url == first.url
        assert http.request("GET", f"{store.address}{first.url}").data == picture("WEBP")

    def test_that_the_store_refuses_are_none(self, store: Store) -> None:
        with pytest.raises(NotAnImage):
            cloudinary.store_picture(SVG, "lms/one")
        assert store.files() == []

    def test_of_browsers_are_fetched_whole_or_not_at_all(self, store: Store) -> None:
        content = picture("JPEG", (300, 200))
        put(content, kind="image")
        assert cloudinary.fetch_picture("lms/x", "jpg", len(content)) == content
        with pytest.raises(TooLarge):
            cloudinary.fetch_picture("lms/x", "jpg", len(content) - 1)
        with pytest.raises(Unavailable):
            cloudinary.fetch_picture("lms/absent", "jpg", len(content))
        assert Image.open(io.BytesIO(content)).format == "JPEG"


class TestVideos:
    def test_are_kept_for_signed_addresses(self, store: Store, tmp_path: Path) -> None:
        asset = cloudinary.store_video(DEMO_VIDEO, "lms/one")
        assert asset == Asset(len(VIDEO), "mp4", 20.0)
        assert [each["type"] for each in store.assets()] == ["authenticated"]
        assert http.request("GET", playing.playback_url("lms/one")).data == VIDEO

    def test_go_in_chunks(self, store: Store, tmp_path: Path) -> None:
        assert cloudinary.store_video(large_video(tmp_path), "lms/one").bytes == 12 * MEGABYTE

    def test_that_the_store_refuses_are_none(self, store: Store, tmp_path: Path) -> None:
        file = tmp_path / "page.mp4"
        file.write_bytes(b"<html>")
        with pytest.raises(NotAVideo):
            cloudinary.store_video(file, "lms/one")


class TestWhatArrived:
    def test_is_what_the_store_says(self, store: Store) -> None:
        assert arrivals.arrived("video", "lms/x") is None
        put(VIDEO)
        put(picture("GIF"), "lms/y", "image")
        assert arrivals.arrived("video", "lms/x") == Asset(len(VIDEO), "mp4", 20.0)
        assert arrivals.arrived("image", "lms/y") == Asset(len(picture("GIF")), "gif", 0)

    @pytest.mark.parametrize(("kind", "lie"), [("video", NotAVideo), ("image", NotAnImage)])
    def test_as_something_else_is_a_lie(self, store: Store, kind: Any, lie: type[Exception]) -> None:
        other = {"video": (picture(), "image"), "image": (VIDEO, "video")}[kind]
        put(other[0], "lms/x", other[1])
        put(b"anything", "lms/y", "raw")
        for public_id in ("lms/x", "lms/y"):
            with pytest.raises(lie):
                arrivals.arrived(kind, public_id)

    def test_for_everyone_to_see_has_not_arrived(self, store: Store) -> None:
        put(VIDEO, type="upload")
        assert arrivals.arrived("video", "lms/x") is None

    @pytest.mark.parametrize("change", [{"is_audio": True}, {"format": "mp3"}, {"format": "exe"}, {"format": None}])
    def test_without_moving_pictures_is_a_lie(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
    ) -> None:
        told = {"bytes": 5, "format": "mp4", "duration": 3.5, "is_audio": False}
        monkeypatch.setattr(arrivals.api, "resource", lambda *_, **__: {**told, **change})
        with pytest.raises(NotAVideo):
            arrivals.arrived("video", "lms/x")


class TestCodecs:
    """What Cloudinary answers of a video (Admin API, "Get details of a single resource by public ID")."""

    ANSWER: ClassVar[dict[str, Any]] = {
        "bytes": 5,
        "format": "mp4",
        "duration": 13.4134,
        "is_audio": False,
        "audio": {"codec": "aac", "bit_rate": "179966", "frequency": 44100, "channels": 2, "channel_layout": "stereo"},
        "video": {"pix_format": "yuv420p", "codec": "h264", "level": 30, "profile": "Main", "bit_rate": "1154893"},
    }

    def arrived(self, monkeypatch: pytest.MonkeyPatch, **change: Any) -> Asset | None:
        monkeypatch.setattr(arrivals.api, "resource", lambda *_, **__: {**self.ANSWER, **change})
        return arrivals.arrived("video", "lms/x")

    @pytest.mark.parametrize(
        "change", [{}, {"audio": {}}, {"audio": None}, {"video": None, "audio": None}, {"video": {"codec": "av1"}}]
    )
    def test_that_play_or_are_not_told_are_taken(
        self, world: World, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
    ) -> None:
        assert self.arrived(monkeypatch, **change) == Asset(5, "mp4", 13.4134)

    @pytest.mark.parametrize(
        "change",
        [
            {"video": {"codec": "hevc", "profile": "Main", "pix_format": "yuv420p"}},
            {"video": {"codec": "h264", "profile": "High 10", "pix_format": "yuv420p10le"}},
            {"video": {"codec": "h264", "profile": "High 4:2:2", "pix_format": "yuv422p"}},
            {"video": {"codec": "prores", "profile": "HQ", "pix_format": "yuv422p10le"}},
            {"audio": {"codec": "ac3"}},
            {"audio": {"codec": "pcm_s24le"}},
            {"video": {"codec": "vp8"}},
        ],
    )
    def test_that_browsers_do_not_all_play_are_refused(
        self, world: World, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
    ) -> None:
        with pytest.raises(UnplayableVideo):
            self.arrived(monkeypatch, **change)


class TestRemoving:
    def test_takes_every_kind_under_the_id_and_no_other(self, store: Store) -> None:
        for public_id in ("lms/x", "lms/y"):
            for content, kind in ((VIDEO, "video"), (picture(), "image"), (b"anything", "raw")):
                put(content, public_id, kind)
            cloudinary.store_picture(picture("WEBP"), public_id)
        cloudinary.remove_asset("lms/x")
        assert store.ids() == {"lms/y"}
        assert len(store.assets()) == 4
        cloudinary.remove_asset("lms/x")


class TestUploadForms:
    @pytest.mark.parametrize("kind", ["video", "image"])
    def test_are_signed_and_hold_no_secret(self, store: Store, kind: Any) -> None:
        address, fields = cloudinary.upload_form(kind, "lms/x")
        assert address == f"{store.address}/sandbox/cloudinary/v1_1/sandbox/{kind}/upload"
        assert set(fields) == {
            *("public_id", "timestamp", "type", "overwrite", "allowed_formats", "api_key", "signature"),
        }
        assert (fields["public_id"], fields["type"], fields["overwrite"]) == ("lms/x", "authenticated", "false")
        assert cloudinary.SANDBOX["api_secret"] not in str(fields)
        content = {"video": VIDEO, "image": picture()}[kind]
        assert http.request("POST", address, fields={**fields, "file": ("x", content)}).status == 200

    def test_of_a_real_account_lead_to_cloudinary(self, world: World, settings: Callable[..., None]) -> None:
        settings(**KEYS)
        address, fields = cloudinary.upload_form("video", "lms/x")
        assert address == "https://api.cloudinary.com/v1_1/school/video/upload"
        assert fields["api_key"] == KEYS["api_key"]
        assert KEYS["api_secret"] not in str(fields)


class TestAStoreThatIsDown:
    @pytest.mark.parametrize("manner", ["closed", "broken", "html", "nonsense"])
    def test_is_unavailable_whatever_is_asked(
        self, at: Callable[[FakeStore], None], tmp_path: Path, manner: Manner
    ) -> None:
        with FakeStore(manner) as store:
            at(store)
            for question in (
                lambda: cloudinary.store_picture(picture("WEBP"), "lms/x"),
                lambda: cloudinary.store_video(DEMO_VIDEO, "lms/x"),
                lambda: arrivals.arrived("video", "lms/x"),
            ):
                with pytest.raises(Unavailable):
                    question()

    def test_is_given_no_more_than_six_questions_at_a_time(
        self, world: World, at: Callable[[FakeStore], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cloudinary, "TIMEOUT", 1)

        def ask() -> float:
            began = time.monotonic()
            with world.app.app_context(), pytest.raises(Unavailable):
                arrivals.arrived("video", "lms/x")
            return time.monotonic() - began

        with FakeStore("mute") as store:
            at(store)
            for _ in range(2):
                seconds = at_once([ask] * 9)
                assert sorted(each > 0.9 for each in seconds) == [False] * 3 + [True] * 6
            assert store.asked == 12

    def test_that_only_takes_its_time_is_waited_for(
        self, at: Callable[[FakeStore], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A chunk that passes slowly is no outage; a large one, for the kernel takes some megabytes at once."""
        monkeypatch.setattr(cloudinary, "CHUNK_BYTES", 12 * MEGABYTE)
        monkeypatch.setattr(cloudinary, "TIMEOUT", urllib3.Timeout(connect=at_most(3.5), total=at_most(6)))
        with FakeStore("slow") as store:
            at(store)
            assert cloudinary.store_video(large_video(tmp_path), "lms/x").format == "mp4"
