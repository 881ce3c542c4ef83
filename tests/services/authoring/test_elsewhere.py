"""What a lesson is made of whose video is at an address elsewhere."""

import pytest

from lms.errors import VideoAddressRefused
from lms.services.authoring.elsewhere import fields_for
from tests.world import World


@pytest.mark.parametrize(
    "url",
    [
        "https://res.cloudinary.com/their-cloud/video/upload/v1711000000/StudyNotion/x.mp4",
        "https://bucket.s3.ap-south-1.amazonaws.com/lessons/1?X-Amz-Signature=00",
        "https://videos.example.com:8443/one",
        "https://docs.google.com/one.mp4",
    ],
)
def test_a_video_anywhere_is_led_to(world: World, url: str) -> None:
    assert fields_for(f" {url}\n") == {"kind": "video", "videoUrl": url}


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://docs.google.com/presentation/d/e/x/embed", "https://docs.google.com/presentation/d/e/x/embed"),
    ],
)
def test_a_page_that_may_be_embedded_is(world: World, url: str, page: str) -> None:
    assert fields_for(url) == {"kind": "embed", "embedUrl": page}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "video.mp4",
        "http://videos.example.com/one.mp4",
        "//videos.example.com/one.mp4",
        "https://somebody:secret@videos.example.com/one.mp4",
        "https://videos.example.com:0/one.mp4",
        "https://videos.example.com/one two.mp4",
        "https://videos.example.com/one\r\nX: y",
        "https://videos.example.com/" + "x" * 2000,
        "https://[::1",
        "https:///one.mp4",
        "javascript:alert(1)",
        "https://www.youtube.com/channel/somebody",
        "https://vimeo.com/channels/staff",
    ],
)
def test_what_is_neither_is_refused(world: World, url: str) -> None:
    with pytest.raises(VideoAddressRefused):
        fields_for(url)


def test_a_page_that_may_not_be_embedded_says_which_may(world: World) -> None:
    with pytest.raises(VideoAddressRefused, match="Send the address of one video"):
        fields_for("https://www.youtube.com/watch?v=short")
