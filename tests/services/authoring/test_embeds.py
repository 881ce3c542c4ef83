"""Which pages of others may be shown in a frame, and at which address."""

import pytest

from lms.errors import EmbedRefused
from lms.services.authoring.embeds import address
from tests.world import World

PLAYER = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=43s",
        "https://m.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?si=abc",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube.com/embed/dQw4w9WgXcQ",
        PLAYER,
    ],
)
def test_a_video_is_shown_by_the_player_that_sets_no_cookies(world: World, url: str) -> None:
    assert address(url) == PLAYER


def test_a_page_of_a_host_that_is_allowed_is_taken_as_it_is(world: World) -> None:
    page = "https://docs.google.com/presentation/d/e/x/embed?start=false"
    assert address(page) == page


@pytest.mark.parametrize(
    "url",
    [
        "http://player.vimeo.com/video/1",
        "https://player.vimeo.com:8443/video/1",
        "https://somebody@player.vimeo.com/video/1",
        "https://player.vimeo.com.evil.example/video/1",
        "https://evil.example/?https://player.vimeo.com",
        "https://www.youtube.com/watch?v=short",
        "https://vimeo.com/channels/staff",
        "javascript:alert(1)",
        "https://[::1",
        "https://player.vimeo.com:port/",
        "https:///path",
    ],
)
def test_another_address_is_refused(world: World, url: str) -> None:
    with pytest.raises(EmbedRefused):
        address(url)
