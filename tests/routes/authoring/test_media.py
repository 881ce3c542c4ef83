"""Files on their way to the store past the API: what is signed, what is confirmed, what is not believed."""

import io
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cloudinary import utils
from PIL import Image

from lms.controllers.authoring import media as controller
from lms.controllers.authoring.unused_media import discard, sweep
from lms.models.authoring.media import media
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.services.authoring import arrivals
from tests.sandbox.media import MEGABYTE, SVG, VIDEO, padded_video, picture
from tests.uploads import ADD, SIGN, Store, http, new_lesson, put_video, send, send_in_chunks, sign
from tests.world import MadeCourse, Person, World, faults, refused

CREATE = "/courses/createCourse"
SAMPLES = Path(__file__).parents[2] / "samples"
GIGABYTE = 1024**3


def confirm(world: World, by: Person, course: MadeCourse, public_id: str) -> Any:
    return world.post(f"{ADD}/{course.section}", {"title": "New", "videoPublicId": public_id}, by=by)


def with_thumbnail(world: World, by: Person, public_id: str) -> Any:
    return world.post(CREATE, {"title": "New", "thumbnailPublicId": public_id}, by=by)


def state_of(public_id: str) -> str | None:
    medium = media.get({"_id": public_id})
    return medium["state"] if medium else None


class TestSigning:
    def test_names_the_store_an_id_in_the_own_folder_and_an_end(self, world: World, teacher: Person) -> None:
        first, second = sign(world, teacher, size=5), sign(world, teacher, size=5)
        assert first["publicId"].startswith(f"lms/{teacher.id}/")
        assert first["publicId"] != second["publicId"]
        assert first["uploadUrl"].endswith("/sandbox/cloudinary/v1_1/sandbox/video/upload")
        assert first["fields"]["type"] == "authenticated"
        assert first["chunkBytes"] >= 5 * MEGABYTE
        left = datetime.fromisoformat(first["expiresAt"]).replace(tzinfo=None) - now()
        assert timedelta(minutes=59) < left <= timedelta(hours=1)

    def test_holds_no_secret(self, world: World, teacher: Person) -> None:
        assert (
            "sandbox-secret"
            not in world.post(SIGN, {"kind": "image", "filename": "a.png", "bytes": 1}, by=teacher).text
        )

    @pytest.mark.parametrize(
        ("kind", "name"),
        [("video", f"A.{each}") for each in ("mp4", "M4V", "mov", "webm", "mkv")]
        + [("image", f"a.b.{each}") for each in ("jpg", "JPEG", "jfif", "png", "webp", "gif", "HEIC", "heif", "avif")],
    )
    def test_takes_every_format_to_its_limit(self, world: World, teacher: Person, kind: str, name: str) -> None:
        size = {"video": 2 * GIGABYTE, "image": 10 * MEGABYTE}[kind]
        assert sign(world, teacher, kind, name, size)["publicId"]
        too_much = {"kind": kind, "filename": name, "bytes": size + 1}
        assert refused(world.post(SIGN, too_much, by=teacher)) == (413, "too_large")

    @pytest.mark.parametrize(
        ("kind", "name", "code"),
        [
            ("video", "a.png", "not_a_video"),
            ("video", "mp4", "not_a_video"),
            ("video", "a.mp4.exe", "not_a_video"),
            ("image", "a.svg", "not_an_image"),
            ("image", "a.mp4", "not_an_image"),
            ("image", "png", "not_an_image"),
        ],
    )
    def test_refuses_other_extensions(self, world: World, teacher: Person, kind: str, name: str, code: str) -> None:
        body = {"kind": kind, "filename": name, "bytes": 1}
        assert refused(world.post(SIGN, body, by=teacher)) == (415, code)
        assert media.count({}) == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("kind", "raw"),
            ("kind", None),
            ("filename", "a" * 252 + ".mp4"),
            ("filename", 1),
            ("bytes", 0),
            ("bytes", -1),
            ("bytes", 1.5),
            ("bytes", "1"),
            ("bytes", True),
            ("publicId", "../mine"),
            ("publicId", "a" * 201),
        ],
    )
    def test_refuses_bad_values(self, world: World, teacher: Person, field: str, value: Any) -> None:
        body = {"kind": "video", "filename": "a.mp4", "bytes": 1, field: value}
        assert faults(world.post(SIGN, body, by=teacher)) == {field}


class TestSigningAgain:
    """For an upload that takes longer than its form holds."""

    def test_lets_it_go_on_where_it_was(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        video = padded_video(13 * MEGABYTE)

        def read(start: int, end: int) -> bytes:
            return video[start:end]

        signed = sign(world, teacher, size=len(video))
        with monkeypatch.context() as an_hour_ago:
            an_hour_ago.setattr(utils, "now", lambda: int(time.time()) - 3700)
            stale = sign(world, teacher, size=len(video), publicId=signed["publicId"])
        assert send_in_chunks(stale, len(video), read)[0][1]["error"]["message"].startswith("Stale request")

        answers = send_in_chunks(
            signed, len(video), read, again=lambda: sign(world, teacher, size=len(video), publicId=signed["publicId"])
        )
        assert [status for status, _ in answers] == [200, 200, 200]
        assert confirm(world, teacher, course, signed["publicId"]).status_code == 201
        assert [asset["bytes"] for asset in store.assets()] == [13 * MEGABYTE]

    def test_keeps_the_place_for_another_day(self, world: World, store: Store, teacher: Person) -> None:
        signed, forgotten = sign(world, teacher), sign(world, teacher)
        media.update_many({}, {"$set": {"createdAt": now() - timedelta(hours=23)}})
        sign(world, teacher, size=7, publicId=signed["publicId"])
        media.update_many({}, [{"$set": {"createdAt": {"$subtract": ["$createdAt", 2 * 3_600_000]}}}])
        sweep()
        assert (state_of(signed["publicId"]), state_of(forgotten["publicId"])) == ("promised", "removing")
        medium = media.get({"_id": signed["publicId"]})
        assert medium is not None
        assert medium["bytes"] == 7

    @pytest.mark.parametrize("kind", ["video", "image"])
    def test_is_for_the_uploader_of_such_a_file(self, world: World, store: Store, teacher: Person, kind: str) -> None:
        name = {"video": "a.mp4", "image": "a.png"}[kind]
        mine, theirs = sign(world, teacher, kind), sign(world, world.person("instructor"), kind)
        other = sign(world, teacher, {"video": "image", "image": "video"}[kind])
        for public_id in (theirs["publicId"], other["publicId"], "lms/unknown"):
            body = {"kind": kind, "filename": name, "bytes": 1, "publicId": public_id}
            assert refused(world.post(SIGN, body, by=teacher)) == (403, "not_your_upload")
        body = {"kind": kind, "filename": name, "bytes": 1, "publicId": mine["publicId"]}
        assert world.post(SIGN, body, by=teacher).json["data"]["publicId"] == mine["publicId"]

    def test_is_refused_once_it_has_arrived_as_whatever(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        public_id = put_video(world, teacher, VIDEO)
        body = {"kind": "video", "filename": "a.mp4", "bytes": 1, "publicId": public_id}
        assert refused(world.post(SIGN, body, by=teacher)) == (409, "upload_arrived")
        assert confirm(world, teacher, course, public_id).status_code == 201
        assert refused(world.post(SIGN, body, by=teacher)) == (409, "upload_arrived")
        lied = sign(world, teacher)
        assert send(lied, b"MZ", "x.mp4", url=lied["uploadUrl"].replace("/video/", "/raw/"))[0] == 200
        assert refused(world.post(SIGN, {**body, "publicId": lied["publicId"]}, by=teacher)) == (409, "upload_arrived")

    def test_is_refused_once_it_was_given_up(self, world: World, store: Store, teacher: Person) -> None:
        signed = sign(world, teacher)
        discard(signed["publicId"])
        body = {"kind": "video", "filename": "a.mp4", "bytes": 1, "publicId": signed["publicId"]}
        assert refused(world.post(SIGN, body, by=teacher)) == (409, "upload_given_up")

    def test_looks_at_the_rest_as_before(self, world: World, store: Store, teacher: Person) -> None:
        public_id = sign(world, teacher)["publicId"]
        for change, met in (
            ({"filename": "a.exe"}, (415, "not_a_video")),
            ({"bytes": 2 * GIGABYTE + 1}, (413, "too_large")),
        ):
            body = {"kind": "video", "filename": "a.mp4", "bytes": 1, "publicId": public_id, **change}
            assert refused(world.post(SIGN, body, by=teacher)) == met


class TestADirectUpload:
    def test_becomes_a_lesson_by_what_the_store_says_of_it(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        signed = sign(world, teacher, filename="one byte.webm", size=1)
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (409, "upload_missing")
        assert send(signed, VIDEO)[0] == 200
        answer = confirm(world, teacher, course, signed["publicId"])
        assert answer.status_code == 201
        assert answer.json["data"][0]["subsections"][-1]["duration"] == 20
        medium = media.get({"_id": signed["publicId"]})
        assert medium is not None
        facts = (medium["state"], medium["bytes"], medium["format"], medium["duration"], medium["url"])
        assert facts == ("stored", len(VIDEO), "mp4", 20, None)
        assert [asset["type"] for asset in store.assets()] == ["authenticated"]

    def test_arrives_in_chunks(self, world: World, store: Store, teacher: Person, course: MadeCourse) -> None:
        video = padded_video(13 * MEGABYTE)
        signed = sign(world, teacher, size=len(video))
        answers = send_in_chunks(signed, len(video), lambda start, end: video[start:end])
        assert [status for status, _ in answers] == [200, 200, 200]
        assert confirm(world, teacher, course, signed["publicId"]).status_code == 201
        assert store.assets()[0]["bytes"] == 13 * MEGABYTE

    def test_that_stops_half_way_is_no_lesson(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        video = padded_video(13 * MEGABYTE)
        signed = sign(world, teacher, size=len(video))
        with pytest.raises(ZeroDivisionError):
            send_in_chunks(signed, len(video), lambda start, end: video[start : end if start == 0 else 1 // 0])
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (409, "upload_missing")
        assert store.assets() == []

    @pytest.mark.parametrize("extension", ["mp4", "mov", "webm", "mkv"])
    def test_of_every_container_plays_as_it_was_sent(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, extension: str
    ) -> None:
        content = (SAMPLES / f"video.{extension}").read_bytes()
        lesson, _ = new_lesson(world, teacher, course.section, content)
        address = world.get(f"/courses/playback/{lesson}", by=teacher).json["data"]["url"]
        assert http.request("GET", address).data == content

    @pytest.mark.parametrize(
        "change",
        [
            {"public_id": "lms/elsewhere"},
            {"type": "upload"},
            {"overwrite": "true"},
            {"allowed_formats": "mp4,exe"},
            {"timestamp": "1999999999"},
            {"signature": "0" * 40},
            {"eager": "w_1"},
        ],
    )
    def test_is_signed_as_it_is(self, world: World, store: Store, teacher: Person, change: dict[str, str]) -> None:
        assert send(sign(world, teacher), VIDEO, **change)[0] == 401
        assert store.files() == []

    def test_cannot_be_exchanged_once_it_is_there(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        signed = sign(world, teacher)
        send(signed, VIDEO)
        assert confirm(world, teacher, course, signed["publicId"]).status_code == 201
        assert send(signed, padded_video(len(VIDEO) + 100))[1]["existing"] is True
        assert [asset["bytes"] for asset in store.assets()] == [len(VIDEO)]

    def test_can_be_shown_twice_and_confirmed_at_once(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        public_id = put_video(world, teacher, VIDEO)
        call = ("POST", f"{ADD}/{course.section}", {"title": "New", "videoPublicId": public_id}, teacher)
        assert {answer.status_code for answer in world.together(*[call] * 4)} == {201}
        assert subsections.count({"videoPublicId": public_id}) == 4
        assert media.count({}) == 1

    def test_is_for_its_uploader_and_staff(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        other = world.person("instructor")
        for theirs in (put_video(world, other, VIDEO), sign(world, other)["publicId"], f"lms/{teacher.id}/none"):
            assert refused(confirm(world, teacher, course, theirs)) == (403, "not_your_upload")
        mine = put_video(world, teacher, VIDEO)
        assert confirm(world, world.person("admin"), course, mine).status_code == 201

    def test_needs_one_video_and_no_second(self, world: World, teacher: Person, course: MadeCourse) -> None:
        assert faults(world.post(f"{ADD}/{course.section}", {"title": "New"}, by=teacher)) == {"video"}
        both = {"title": "New", "videoPublicId": "lms/x", "video": (io.BytesIO(VIDEO), "a.mp4")}
        assert faults(world.post(f"{ADD}/{course.section}", data=both, by=teacher)) == {"video"}

    def test_replaces_the_video_of_a_lesson(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        change = {"videoPublicId": put_video(world, teacher, VIDEO)}
        path = f"/courses/updateSubsection/{course.lessons[0].id}"
        for _ in range(2):
            answer = world.put(path, change, by=teacher)
            assert answer.status_code == 200
            assert answer.json["data"][0]["subsections"][0]["duration"] == 20


class TestWhatBrowsersDoNotPlay:
    @pytest.mark.parametrize(
        "name", ["hevc.mp4", "prores.mov", "h264_10_bits.mp4", "h264_422.mp4", "theora.mkv", "ac3.mp4"]
    )
    def test_is_refused_by_the_stores_word_and_removed(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, name: str
    ) -> None:
        public_id = put_video(world, teacher, (SAMPLES / "codecs" / name).read_bytes())
        assert refused(confirm(world, teacher, course, public_id)) == (415, "unplayable_video")
        change = world.put(
            f"/courses/updateSubsection/{course.lessons[0].id}", {"videoPublicId": public_id}, by=teacher
        )
        assert refused(change) == (409, "upload_missing")
        world.run_jobs()
        assert (store.files(), state_of(public_id)) == ([], "removing")

    def test_is_refused_by_the_store_itself_when_it_is_cut_off(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        signed, whole = sign(world, teacher), (SAMPLES / "lesson.mp4").read_bytes()
        assert send(signed, whole[: len(whole) // 2])[0] == 400
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (409, "upload_missing")

    @pytest.mark.parametrize("told", [True, False])
    def test_is_not_what_a_browser_recorded(
        self,
        world: World,
        store: Store,
        teacher: Person,
        course: MadeCourse,
        monkeypatch: pytest.MonkeyPatch,
        told: bool,
    ) -> None:
        """Its length is read from its last frame, by the store or, where the store knows none, by us."""
        public_id = put_video(world, teacher, (SAMPLES / "recorded_in_chromium.webm").read_bytes())
        if not told:
            resource = arrivals.api.resource
            monkeypatch.setattr(arrivals.api, "resource", lambda *a, **k: {**resource(*a, **k), "duration": None})
        answer = confirm(world, teacher, course, public_id)
        assert answer.status_code == 201
        assert answer.json["data"][0]["subsections"][-1]["duration"] == 4


class TestAFileThatLies:
    @pytest.mark.parametrize("content", [picture(), SVG, b"<html>" + VIDEO, VIDEO[:200], b"\0"])
    def test_is_refused_by_the_store_itself(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, content: bytes
    ) -> None:
        signed = sign(world, teacher)
        assert send(signed, content)[0] == 400
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (409, "upload_missing")
        assert store.files() == []

    def test_as_another_kind_is_no_video_and_is_removed(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        signed = sign(world, teacher)
        raw = signed["uploadUrl"].replace("/video/", "/raw/")
        assert send(signed, b"MZ anything", "x.mp4", url=raw)[0] == 200
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (415, "not_a_video")
        assert state_of(signed["publicId"]) == "removing"
        world.run_jobs()
        assert store.files() == []
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (409, "upload_missing")

    def test_as_another_kind_is_no_picture_and_is_removed(self, world: World, store: Store, teacher: Person) -> None:
        signed = sign(world, teacher, "image")
        raw = signed["uploadUrl"].replace("/image/", "/raw/")
        assert send(signed, SVG, "x.png", url=raw)[0] == 200
        assert refused(with_thumbnail(world, teacher, signed["publicId"])) == (415, "not_an_image")
        world.run_jobs()
        assert store.files() == []

    def test_about_its_size_is_removed(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(controller.MOST_BYTES, "video", len(VIDEO) - 1)
        signed = sign(world, teacher, size=1)
        assert send(signed, VIDEO)[0] == 200
        assert refused(confirm(world, teacher, course, signed["publicId"])) == (413, "too_large")
        world.run_jobs()
        assert (store.files(), state_of(signed["publicId"])) == ([], "removing")

    def test_cannot_be_used_as_the_other_kind(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        image = sign(world, teacher, "image")
        send(image, picture())
        assert refused(confirm(world, teacher, course, image["publicId"])) == (403, "not_your_upload")
        video = put_video(world, teacher, VIDEO)
        assert refused(with_thumbnail(world, teacher, video)) == (403, "not_your_upload")


class TestAThumbnailUploadedDirectly:
    def test_is_made_anew_for_all_to_see_and_the_upload_goes(self, world: World, store: Store, teacher: Person) -> None:
        exif = Image.Exif()
        exif[0x010F] = "A camera with a serial number"
        original = io.BytesIO()
        Image.new("RGB", (2000, 500), "red").save(original, "JPEG", exif=exif, comment=b"where I live")
        signed = sign(world, teacher, "image", "cover.jpg", len(original.getvalue()))
        assert refused(with_thumbnail(world, teacher, signed["publicId"])) == (409, "upload_missing")
        assert send(signed, original.getvalue())[0] == 200
        shown = with_thumbnail(world, teacher, signed["publicId"]).json["data"]["thumbnail"]
        world.run_jobs()
        assert [(asset["type"], asset["format"]) for asset in store.assets()] == [("upload", "webp")]
        made = http.request("GET", shown).data
        assert Image.open(io.BytesIO(made)).size == (1280, 320)
        assert b"camera" not in made
        assert b"where I live" not in made
        assert media.count({"state": "stored"}) == 1

    @pytest.mark.parametrize("name", ["photo_8.heic", "photo_10.avif", "motion_photo.jpg", "gray16.png"])
    def test_may_be_what_phones_take(self, world: World, store: Store, teacher: Person, name: str) -> None:
        content = (SAMPLES / name).read_bytes()
        signed = sign(world, teacher, "image", name, len(content))
        assert send(signed, content, name)[0] == 200
        assert with_thumbnail(world, teacher, signed["publicId"]).status_code == 201

    def test_is_for_its_uploader(self, world: World, store: Store, teacher: Person) -> None:
        signed = sign(world, world.person("instructor"), "image")
        send(signed, picture())
        assert refused(with_thumbnail(world, teacher, signed["publicId"])) == (403, "not_your_upload")
        assert refused(with_thumbnail(world, teacher, "lms/none")) == (403, "not_your_upload")
        assert state_of(signed["publicId"]) == "promised"
