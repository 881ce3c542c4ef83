"""Files that come through the API as multipart/form-data: videos of lessons, thumbnails, avatars."""

import gc
import io
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from urllib3 import encode_multipart_formdata
from werkzeug.test import TestResponse

from lms.controllers.authoring.unused_media import sweep
from lms.models.authoring.media import media
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from tests.database import only_accepting
from tests.sandbox.media import MEGABYTE, SVG, VIDEO, padded_video, picture
from tests.uploads import ADD, Store, http
from tests.world import API, MadeCourse, Person, World, refused

CREATE, EDIT, AVATAR = "/courses/createCourse", "/courses/editCourse", "/profile/changeProfilePicture"
SAMPLES = Path(__file__).parents[2] / "samples"
CHANGE = "/courses/updateSubsection"


def file(content: bytes, name: str = "notes.txt") -> tuple[str, bytes]:
    return name, content


def form(**fields: Any) -> dict[str, Any]:
    """A request's body of these fields, as a browser sends it."""
    data, kind = encode_multipart_formdata(fields)
    return {"data": data, "content_type": kind}


def add(world: World, by: Person, course: MadeCourse, content: bytes, **fields: Any) -> TestResponse:
    return world.post(f"{ADD}/{course.section}", **form(**{"title": "Sent", "video": file(content), **fields}), by=by)


@contextmanager
def begun(store: Store, by: Person, course: MadeCourse, size: int) -> Iterator[socket.socket]:
    """A request that says how large it is and gets as far as the beginning of its video."""
    head = (
        f"POST {API}{ADD}/{course.section} HTTP/1.1",
        "Host: api",
        f"Authorization: Bearer {by.token}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {size}",
    )
    part = ("--x", 'Content-Disposition: form-data; name="video"; filename="a.mp4"')
    address = urlsplit(store.address)
    with socket.create_connection((address.hostname, address.port), 5) as browser:
        browser.sendall("\r\n".join([*head, "", *part, "", ""]).encode())
        yield browser


def opened(link: Path) -> str:
    """What one of our own open files is."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def tidy(world: World) -> None:
    """A day later the sweep has been here."""
    media.update_many({}, {"$set": {"createdAt": now() - timedelta(days=1)}})
    sweep()
    world.run_jobs()


def of_a_camera() -> bytes:
    exif, stream = Image.Exif(), io.BytesIO()
    exif[0x010F] = "A camera with a serial number"
    Image.new("RGB", (1500, 900), "red").save(stream, "JPEG", exif=exif, comment=b"where I live")
    return stream.getvalue()


class TestTheVideoOfALesson:
    def test_is_kept_for_signed_addresses_only(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        answer = add(world, teacher, course, VIDEO, preview="true")
        assert answer.status_code == 201
        shown = answer.json["data"][0]["subsections"][-1]
        assert (shown["title"], shown["duration"], shown["preview"]) == ("Sent", 20, True)
        (asset,) = store.assets()
        assert (asset["resource_type"], asset["type"], asset["bytes"]) == ("video", "authenticated", len(VIDEO))
        for kind in ("authenticated", "upload"):
            path = f"/sandbox/cloudinary/sandbox/video/{kind}/v{asset['version']}/{asset['public_id']}.mp4"
            assert http.request("GET", store.address + path).status == 404
        address = world.get(f"/courses/playback/{shown['id']}").json["data"]["url"]
        assert http.request("GET", address).data == VIDEO

    def test_of_several_chunks_arrives_whole(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        video = padded_video(13 * MEGABYTE, b"x")
        assert add(world, teacher, course, video).status_code == 201
        assert [path.read_bytes() == video for path in store.files() if not path.suffix] == [True]

    @pytest.mark.parametrize("content", [picture(), SVG, b"<html>" + VIDEO, VIDEO[:200], b"", b"#EXTM3U\n"])
    def test_that_is_none_is_refused_and_nothing_is_kept(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, content: bytes
    ) -> None:
        assert refused(add(world, teacher, course, content, video=file(content, "a.mp4"))) == (415, "not_a_video")
        assert (store.files(), media.count({}), subsections.count({})) == ([], 0, 3)

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("codecs/hevc.mp4", "unplayable_video"),
            ("codecs/prores.mov", "unplayable_video"),
            ("codecs/h264_10_bits.mp4", "unplayable_video"),
            ("codecs/ac3.mp4", "unplayable_video"),
            ("codecs/avi.mp4", "not_a_video"),
            ("sound.m4a", "not_a_video"),
        ],
    )
    def test_that_browsers_do_not_play_is_refused_and_nothing_is_kept(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, name: str, code: str
    ) -> None:
        content = (SAMPLES / name).read_bytes()
        assert refused(add(world, teacher, course, content)) == (415, code)
        answer = world.put(f"{CHANGE}/{course.lessons[0].id}", **form(video=file(content)), by=teacher)
        assert refused(answer) == (415, code)
        assert (store.files(), media.count({})) == ([], 0)

    def test_that_is_cut_off_is_refused_and_nothing_is_kept(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        whole = (SAMPLES / "lesson.mp4").read_bytes()
        for content in (whole[: len(whole) * 2 // 3], VIDEO[:2000]):
            assert refused(add(world, teacher, course, content)) == (415, "truncated_video")
        assert (store.files(), media.count({})) == ([], 0)

    def test_that_a_browser_recorded_lasts_until_its_last_frame(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        answer = add(world, teacher, course, (SAMPLES / "recorded_in_chromium.webm").read_bytes())
        assert answer.status_code == 201
        assert answer.json["data"][0]["subsections"][-1]["duration"] == 4

    def test_of_more_than_a_hundred_megabytes_is_refused_before_it_is_read(
        self, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        with begun(store, teacher, course, 101 * MEGABYTE) as browser:
            answer = browser.makefile("rb").read()
        assert b" 413 " in answer
        assert b"at most 100 MB" in answer

    def test_is_not_kept_for_a_lesson_that_is_refused(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        other = world.person("instructor")
        assert refused(add(world, teacher, course, VIDEO, title="t" * 121)) == (400, "validation_failed")
        assert refused(add(world, other, course, VIDEO)) == (404, "section_not_found")
        assert (store.files(), media.count({})) == ([], 0)

    def test_goes_again_when_the_lesson_cannot_be_written(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        change = form(video=file(VIDEO))
        with only_accepting("courses", {"totalDuration": 180}):
            assert refused(add(world, teacher, course, VIDEO)) == (500, "internal_error")
            answer = world.put(f"{CHANGE}/{course.lessons[0].id}", **change, by=teacher)
            assert refused(answer) == (500, "internal_error")
        assert {row["state"] for row in media.find({})} == {"removing"}
        world.run_jobs()
        assert store.files() == []

    def test_that_is_replaced_goes_a_day_later(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        lesson = add(world, teacher, course, VIDEO).json["data"][0]["subsections"][-1]["id"]
        (old,) = store.ids()
        longer = padded_video(len(VIDEO) + 100)
        assert world.put(f"{CHANGE}/{lesson}", **form(video=file(longer)), by=teacher).status_code == 200
        sweep()
        world.run_jobs()
        assert len(store.ids()) == 2
        tidy(world)
        assert old not in store.ids()
        assert [asset["bytes"] for asset in store.assets()] == [len(longer)]
        assert (
            http.request("GET", world.get(f"/courses/playback/{lesson}", by=teacher).json["data"]["url"]).data == longer
        )

    @pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
    def test_that_breaks_off_half_way_leaves_nothing(
        self, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with begun(store, teacher, course, 50 * MEGABYTE) as browser:
            browser.sendall(VIDEO + bytes(MEGABYTE))
            browser.shutdown(socket.SHUT_WR)
            assert b" 400 " in browser.recv(1000)
        gc.collect()
        assert not [link for link in Path("/proc/self/fd").iterdir() if str(tmp_path) in opened(link)]
        assert (store.files(), media.count({}), subsections.count({})) == ([], 0, 3)


class TestThumbnails:
    def test_are_made_small_and_rid_of_what_the_camera_wrote(self, world: World, store: Store, teacher: Person) -> None:
        sent = form(title="New", tags='["a"]', price="", thumbnail=file(of_a_camera(), "a.exe"))
        answer = world.post(CREATE, **sent, by=teacher)
        assert answer.status_code == 201
        made = http.request("GET", answer.json["data"]["thumbnail"]).data
        assert Image.open(io.BytesIO(made)).format == "WEBP"
        assert Image.open(io.BytesIO(made)).size == (1200, 720)
        assert b"camera" not in made
        assert b"where I live" not in made

    def test_that_are_replaced_go_a_day_later(self, world: World, store: Store, teacher: Person) -> None:
        created = world.post(CREATE, **form(title="New", thumbnail=file(picture())), by=teacher).json["data"]
        change = form(thumbnail=file(picture(colour="blue")))
        changed = world.put(f"{EDIT}/{created['id']}", **change, by=teacher).json["data"]
        assert changed["thumbnail"] != created["thumbnail"]
        tidy(world)
        statuses = [http.request("GET", each["thumbnail"]).status for each in (created, changed)]
        assert statuses == [404, 200]

    @pytest.mark.parametrize(
        ("content", "status", "code"),
        [
            (SVG, 415, "not_an_image"),
            (VIDEO, 415, "not_an_image"),
            (picture()[:60], 415, "not_an_image"),
            (picture("BMP"), 415, "not_an_image"),
            (picture(size=(5001, 5000)), 413, "too_large"),
            (picture().ljust(10 * MEGABYTE + 1, b"\0"), 413, "too_large"),
        ],
        ids=["SVG", "video", "half a picture", "BMP", "more than 25 megapixels", "more than 10 MB"],
    )
    def test_that_are_none_or_too_large_are_refused_everywhere(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, content: bytes, status: int, code: str
    ) -> None:
        sent = file(content, "a.png")
        for method, path, body in (
            ("POST", CREATE, form(title="New", thumbnail=sent)),
            ("PUT", f"{EDIT}/{course.id}", form(thumbnail=sent)),
            ("PUT", AVATAR, form(image=sent)),
        ):
            assert refused(world.request(method, path, **body, by=teacher)) == (status, code)
        assert (store.files(), media.count({}), courses.count({})) == ([], 0, 1)

    def test_go_again_when_the_course_cannot_be_written(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        with only_accepting("courses", {"thumbnail": None}):
            for method, path in (("POST", CREATE), ("PUT", f"{EDIT}/{course.id}")):
                sent = form(title="New", thumbnail=file(picture()))
                answer = world.request(method, path, **sent, by=teacher)
                assert refused(answer) == (500, "internal_error")
        assert {row["state"] for row in media.find({})} == {"removing"}
        world.run_jobs()
        assert store.files() == []


class TestAvatars:
    def test_keep_the_tones_of_sixteen_bits(self, world: World, store: Store) -> None:
        answer = world.put(AVATAR, **form(image=file((SAMPLES / "gray16.png").read_bytes())), by=world.person())
        made = Image.open(io.BytesIO(http.request("GET", answer.json["data"]["image"]).data)).convert("L")
        dark, light = made.getpixel((5, 256)), made.getpixel((506, 256))
        assert dark < 110 < 145 < light, "the middle of a gradient from black to white"

    @pytest.mark.parametrize("name", ["motion_photo.jpg", "photo_8.heic", "photo_10.heic", "photo_8.avif"])
    def test_are_made_of_what_phones_take(self, world: World, store: Store, name: str) -> None:
        sent = file((SAMPLES / name).read_bytes(), "a.jfif")
        assert world.put(AVATAR, **form(image=sent), by=world.person()).status_code == 200

    def test_are_square_and_rid_of_what_the_camera_wrote(self, world: World, store: Store) -> None:
        answer = world.put(AVATAR, **form(image=file(of_a_camera())), by=world.person())
        made = http.request("GET", answer.json["data"]["image"]).data
        assert Image.open(io.BytesIO(made)).size == (512, 512)
        assert b"camera" not in made

    def test_that_are_replaced_go_a_day_later(self, world: World, store: Store) -> None:
        me = world.person()
        images = [
            world.put(AVATAR, **form(image=file(picture(colour=colour))), by=me).json["data"]["image"]
            for colour in ("red", "blue")
        ]
        tidy(world)
        assert [http.request("GET", image).status for image in images] == [404, 200]
        assert media.count({}) == 1

    def test_go_again_when_the_account_cannot_be_written(self, world: World, store: Store) -> None:
        with only_accepting("users", {"image": None}):
            answer = world.put(AVATAR, **form(image=file(picture())), by=world.person())
            assert refused(answer) == (500, "internal_error")
        world.run_jobs()
        assert store.files() == []
