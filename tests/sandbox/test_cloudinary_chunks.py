import os
import time
from pathlib import Path
from typing import Any

import pytest
from cloudinary import uploader
from cloudinary.exceptions import AuthorizationRequired, BadRequest

from tests.sandbox.conftest import Store, told
from tests.sandbox.media import MEGABYTE, large_video, padded_video, picture

CHUNK = 5 * MEGABYTE
VIDEO = {"resource_type": "video", "type": "authenticated"}


def send(store: Store, file: bytes, start: int, end: int, upload_id: str = "one", **change: Any) -> dict[str, Any]:
    """One chunk, as the SDK sends it."""
    chunk = ("x.mp4", file[start:end])
    headers = {"X-Unique-Upload-Id": upload_id, "Content-Range": f"bytes {start}-{end - 1}/{len(file)}"}
    options = {"public_id": f"lms/{upload_id}", "http_headers": headers, **VIDEO, **store.account, **change}
    return told(uploader.upload_large_part(chunk, **options))


def unfinished(store: Store) -> list[Path]:
    return list(store.folder.glob("incoming/*"))


def kept(store: Store) -> list[bytes]:
    return [path.read_bytes() for path in store.folder.glob("video/*/*") if not path.suffix]


@pytest.fixture(scope="module")
def video() -> bytes:
    return padded_video(12 * MEGABYTE)


class TestLargeFiles:
    @pytest.mark.parametrize("size", [CHUNK, CHUNK + 7, 20 * MEGABYTE])
    def test_are_taken_from_the_sdk(self, store: Store, tmp_path: Path, size: int) -> None:
        file = large_video(tmp_path)
        answer = uploader.upload_large(str(file), public_id="lms/x", chunk_size=size, **VIDEO, **store.account)
        assert (answer["bytes"], answer["format"], answer["duration"]) == (12 * MEGABYTE, "mp4", 20.0)
        assert kept(store) == [file.read_bytes()]
        assert unfinished(store) == []

    def test_without_a_name_are_given_one_by_the_first_chunk(self, store: Store, tmp_path: Path) -> None:
        answer = uploader.upload_large(str(large_video(tmp_path)), chunk_size=CHUNK, **VIDEO, **store.account)
        assert len(answer["public_id"]) == 16

    def test_are_told_when_there_is_more_to_come(self, store: Store, video: bytes) -> None:
        answer = send(store, video, 0, CHUNK)
        assert answer == {"done": False, "bytes": CHUNK, "kind": "upload", "public_id": "lms/one", **VIDEO}
        assert send(store, video, CHUNK, 2 * CHUNK)["bytes"] == 2 * CHUNK
        assert kept(store) == []

    def test_do_not_replace_an_asset_that_may_not_be_overwritten(self, store: Store, video: bytes) -> None:
        for end in (CHUNK, len(video)):
            send(store, video, 0 if end == CHUNK else CHUNK, end)
        other = padded_video(11 * MEGABYTE)
        send(store, other, 0, CHUNK, "two", public_id="lms/one", overwrite=False)
        answer = send(store, other, CHUNK, len(other), "two", public_id="lms/one", overwrite=False)
        assert (answer["existing"], answer["bytes"]) == (True, len(video))
        assert kept(store) == [video]
        assert unfinished(store) == []

    def test_of_two_uploads_do_not_mix(self, store: Store) -> None:
        files = {"one": padded_video(11 * MEGABYTE, b"1"), "../two": padded_video(12 * MEGABYTE, b"2")}
        for start in (0, CHUNK, 2 * CHUNK):
            for upload_id, file in files.items():
                send(store, file, start, min(start + CHUNK, len(file)), upload_id)
        assert sorted(kept(store), key=len) == list(files.values())
        assert [path.name for path in store.folder.iterdir() if path.is_file()] == ["lock"]

    def test_begin_again_with_their_first_chunk(self, store: Store, video: bytes) -> None:
        send(store, padded_video(12 * MEGABYTE, b"1"), 0, CHUNK)
        send(store, video, 0, CHUNK)
        assert send(store, video, CHUNK, len(video))["bytes"] == len(video)
        assert kept(store) == [video]


class TestRefusals:
    def test_a_chunk_before_the_first(self, store: Store, video: bytes) -> None:
        with pytest.raises(BadRequest, match="first chunk"):
            send(store, video, CHUNK, 2 * CHUNK)
        assert store.files() == []

    @pytest.mark.parametrize("start", [CHUNK - 1, CHUNK + 1, 2 * CHUNK])
    def test_a_chunk_that_does_not_follow_and_does_no_harm(self, store: Store, video: bytes, start: int) -> None:
        send(store, video, 0, CHUNK)
        with pytest.raises(BadRequest, match=f"starts at {CHUNK}"):
            send(store, video, start, len(video))
        send(store, video, CHUNK, len(video))
        assert kept(store) == [video]

    def test_the_same_chunk_twice(self, store: Store, video: bytes) -> None:
        send(store, video, 0, CHUNK)
        send(store, video, CHUNK, 2 * CHUNK)
        with pytest.raises(BadRequest, match="in order"):
            send(store, video, CHUNK, 2 * CHUNK)

    def test_a_small_chunk_that_is_not_the_last(self, store: Store, video: bytes) -> None:
        with pytest.raises(BadRequest, match=r"^All parts except EOF-chunk must be larger than 5mb$"):
            send(store, video, 0, CHUNK - 1)
        assert store.files() == []

    def test_a_chunk_of_more_than_two_gigabytes(self, store: Store, video: bytes) -> None:
        most = 2 * 1024**3
        headers = {"X-Unique-Upload-Id": "one", "Content-Range": f"bytes 0-{CHUNK - 1}/{most + 1}"}
        with pytest.raises(BadRequest, match=f"File size too large. Got {most + 1}. Maximum is {most}."):
            send(store, video, 0, CHUNK, http_headers=headers)
        assert store.files() == []

    @pytest.mark.parametrize(
        ("upload_id", "content_range"),
        [
            ("one", "bytes 0-9/*"),
            ("one", "0-9/10"),
            ("one", "bytes 0-9/10"),
            ("one", f"bytes 0-{CHUNK}/{CHUNK + 1}"),
            ("one", f"bytes 0-{CHUNK - 1}/{CHUNK - 1}"),
            ("", f"bytes 0-{CHUNK - 1}/{CHUNK}"),
        ],
    )
    def test_headers_that_do_not_fit(self, store: Store, video: bytes, upload_id: str, content_range: str) -> None:
        headers = {"X-Unique-Upload-Id": upload_id, "Content-Range": content_range}
        with pytest.raises(BadRequest, match="Content-Range"):
            send(store, video, 0, CHUNK, http_headers=headers)
        assert store.files() == []

    def test_a_chunk_with_a_wrong_signature(self, store: Store, video: bytes) -> None:
        send(store, video, 0, CHUNK)
        with pytest.raises(AuthorizationRequired):
            send(store, video, CHUNK, len(video), api_secret="guessed")
        assert kept(store) == []

    def test_a_whole_that_is_no_video(self, store: Store) -> None:
        content = picture().ljust(CHUNK + 10, b"\0")
        send(store, content, 0, CHUNK)
        with pytest.raises(BadRequest, match="Unsupported video format or file"):
            send(store, content, CHUNK, len(content))
        assert store.files() == []


def test_what_was_left_unfinished_a_day_ago_is_deleted_by_the_next_upload(store: Store, video: bytes) -> None:
    send(store, video, 0, CHUNK, "left")
    day_ago = time.time() - 24 * 3600 - 1
    os.utime(unfinished(store)[0], (day_ago, day_ago))
    send(store, video, 0, CHUNK, "going on")
    uploader.upload(picture(), public_id="lms/x", **store.account)
    assert len(unfinished(store)) == 1
    assert send(store, video, CHUNK, len(video), "going on")["bytes"] == len(video)
