"""Which public videos are at our own account."""

from collections.abc import Callable

import pytest

from lms.services.authoring.cloudinary import lasting_address
from lms.services.authoring.public_videos import public_id_of
from tests.world import World

OURS = "https://res.cloudinary.com/school/video/upload"


@pytest.fixture(autouse=True)
def _account(world: World, settings: Callable[..., None]) -> None:
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
def test_an_address_names_its_id(path: str, public_id: str) -> None:
    assert public_id_of(f"{OURS}/{path}") == public_id


@pytest.mark.parametrize("public_id", ["abc", "lms/a b/é", "v1/x"])
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
def test_others_are_not_ours(address: str) -> None:
    assert public_id_of(address) is None
