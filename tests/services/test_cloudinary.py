from collections.abc import Iterator
from datetime import UTC, timedelta
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask

from lms.errors import Unavailable
from lms.models.base import now
from lms.services import cloudinary
from tests.smtp import free_port
from tests.world import World, served

KEYS = {"cloud_name": "school", "api_key": "123456789012345", "api_secret": "a-secret-of-the-school"}


@pytest.fixture
def store(world: World, app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        content: bytes = answer.read()
        return content


@pytest.fixture
def configured(world: World) -> Iterator[None]:
    """An account at Cloudinary, of which nothing is asked."""
    settings = world.app.config["SETTINGS"]
    world.app.config["SETTINGS"] = settings.model_copy(update=KEYS)
    yield
    world.app.config["SETTINGS"] = settings


class TestPictures:
    def test_are_kept_and_fetched_over_http(self, store: str) -> None:
        url = cloudinary.store_image(b"a picture", "avatars/one")
        assert url.startswith(f"{store}/sandbox/cloudinary/")
        assert url.endswith("/lms/avatars/one.webp")
        assert fetch(url) == b"a picture"

    def test_replace_the_one_before_and_no_other(self, store: str) -> None:
        other = cloudinary.store_image(b"other", "avatars/other")
        cloudinary.store_image(b"old", "avatars/one")
        assert fetch(cloudinary.store_image(b"new", "avatars/one")) == b"new"
        assert fetch(other) == b"other"

    def test_cannot_be_kept_while_the_store_is_down(self, world: World) -> None:
        settings = world.app.config["SETTINGS"]
        url = f"http://127.0.0.1:{free_port()}"
        world.app.config["SETTINGS"] = settings.model_copy(update={"public_url": url})
        try:
            with pytest.raises(Unavailable):
                cloudinary.store_image(b"x", "avatars/one")
        finally:
            world.app.config["SETTINGS"] = settings


class TestPlayback:
    def test_plays_over_http(self, store: str) -> None:
        video = fetch(cloudinary.playback_url("demo/one", now() + timedelta(minutes=1)))
        assert video[4:8] == b"ftyp"

    def test_names_one_video_and_its_end_and_no_secret(self, world: World) -> None:
        until = now() + timedelta(minutes=1)
        url = cloudinary.playback_url("demo/one", until)
        query = parse_qs(urlsplit(url).query)
        assert query["public_id"] == ["demo/one"]
        assert query["expires_at"] == [str(int(until.replace(tzinfo=UTC).timestamp()))]
        assert cloudinary.SANDBOX["api_secret"] not in url


@pytest.mark.usefixtures("configured")
class TestARealAccount:
    def test_is_talked_to_instead_of_the_stand_in(self) -> None:
        assert cloudinary.account() == KEYS

    def test_signs_addresses_at_cloudinary(self) -> None:
        url = cloudinary.playback_url("demo/one", now() + timedelta(minutes=1))
        assert url.startswith("https://api.cloudinary.com/v1_1/school/video/download?")
        query = parse_qs(urlsplit(url).query)
        assert query["api_key"] == [KEYS["api_key"]]
        assert KEYS["api_secret"] not in url
