"""Which public videos are at our own account."""

from collections.abc import Callable
from typing import Any

import pytest
from cloudinary import api, uploader
from cloudinary.exceptions import RateLimited

from lms.errors import NotAVideo, Unavailable, VideoGone
from lms.services.authoring import public_videos
from lms.services.authoring.cloudinary import account, lasting_address
from lms.services.authoring.public_videos import public_id_of
from tests.sandbox.media import VIDEO
from tests.uploads import Store
from tests.world import World

OURS = "https://res.cloudinary.com/school/video/upload"


@pytest.fixture
def school(world: World, settings: Callable[..., None]) -> None:
    settings(cloud_name="school", api_key="1", api_secret="2")


@pytest.mark.parametrize(
    ("path", "public_id"),
    [
        ("v1711000000/StudyNotion/abc.mp4", "StudyNotion/abc"),
        ("v1711000000/abc.mp4", "abc"),
        ("v1/a/b/v2/abc.mp4", "a/b/v2/abc"),
        ("q_auto,w_640/f_auto/v1711000000/StudyNotion/abc.mp4", "StudyNotion/abc"),
        ("s--AbC-12_3--/q_auto/StudyNotion/abc.mp4", "StudyNotion/abc"),
        ("StudyNotion/abc.mp4", "StudyNotion/abc"),
        ("abc.mp4", "abc"),
        ("v1/abc", "abc"),
        ("v1/name.of.it.webm", "name.of.it"),
        ("v1/Study%20Notion/%C3%A9.mp4", "Study Notion/é"),
        ("v1/abc.mp4?_a=BA", "abc"),
    ],
)
@pytest.mark.usefixtures("school")
def test_an_address_names_its_id(path: str, public_id: str) -> None:
    assert public_id_of(f"{OURS}/{path}") == public_id


@pytest.mark.parametrize("public_id", ["abc", "lms/a b/é", "v1/x"])
@pytest.mark.usefixtures("school")
def test_one_that_was_signed_for_ever_does_too(public_id: str) -> None:
    assert public_id_of(lasting_address(public_id, "webm")) == public_id


@pytest.mark.parametrize(
    "address",
    [
        "https://res.cloudinary.com/another/video/upload/v1/abc.mp4",
        "https://res.cloudinary.com/school/image/upload/v1/abc.png",
        "https://res.cloudinary.com/school/video/private/s--x--/v1/abc.mp4",
        "https://res.cloudinary.com.evil.example/school/video/upload/v1/abc.mp4",
        "https://evil.example/school/video/upload/v1/abc.mp4",
        "https://evil.example/?https://res.cloudinary.com/school/video/upload/v1/abc.mp4",
        f"{OURS}/",
    ],
)
@pytest.mark.usefixtures("school")
def test_others_are_not_ours(address: str) -> None:
    assert public_id_of(address) is None


@pytest.fixture
def public(store: Store) -> str:
    """The id of a public video at the stand-in."""
    uploader.upload(VIDEO, public_id="theirs/one", resource_type="video", type="upload", **account())
    return "theirs/one"


def test_one_that_somebody_else_protects_meanwhile_is_protected(public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = uploader.rename

    def twice(*args: Any, **kwargs: Any) -> Any:
        rename(*args, **kwargs)
        return rename(*args, **kwargs)

    monkeypatch.setattr(uploader, "rename", twice)
    assert public_videos.protect(public).bytes == len(VIDEO)
    assert public_videos.look(public)[1] is False


def test_one_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(VideoGone):
        public_videos.protect("theirs/none")


def test_one_that_players_do_not_play_stays_public(public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = api.resource
    with monkeypatch.context() as odd:
        odd.setattr(api, "resource", lambda *args, **options: {**resource(*args, **options), "format": "avi"})
        with pytest.raises(NotAVideo, match="It is kept as avi"):
            public_videos.protect(public)
    assert public_videos.look(public)[1] is True


def test_a_store_that_answers_no_more_is_said_so(public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def limited(*args: Any, **options: Any) -> Any:
        raise RateLimited

    monkeypatch.setattr(api, "resource", limited)
    with pytest.raises(Unavailable, match="answers no more questions for now") as refusal:
        public_videos.look(public)
    assert refusal.value.retry_after == 3600
