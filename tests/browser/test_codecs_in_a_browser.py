"""What is taken as a lesson's video plays in a real Chromium, pictures and sound."""

from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from lms.errors import Refusal
from lms.services.authoring import videos
from lms.services.authoring.videos import Video
from tests.browser.frontend import MOST_MILLISECONDS, Files, close_windows

SAMPLES = Path(__file__).parents[1] / "samples"

PLAY = """names => Promise.all(names.map(name => new Promise(done => {
  const video = document.body.appendChild(document.createElement("video"));
  const told = problem => done({
    problem,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    sound: video.webkitAudioDecodedByteCount,
  });
  video.muted = true;
  video.onended = () => told(null);
  video.onerror = () => told(video.error.message);
  video.src = name;
  video.play();
})))"""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=SAMPLES))
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def taken() -> dict[str, Video]:
    """The samples that are, by their path."""
    found: dict[str, Video] = {}
    for path in [*SAMPLES.glob("codecs/*"), *SAMPLES.glob("*.webm"), *SAMPLES.glob("video.*")]:
        try:
            found[str(path.relative_to(SAMPLES))] = videos.probe(path)
        except Refusal:
            continue
    return found


def test_everything_that_is_taken_plays(chromium: Chromium, origin: str) -> None:
    lessons = taken()
    assert len(lessons) > 15
    page = chromium.new_page()
    page.set_default_timeout(MOST_MILLISECONDS)
    page.goto(origin)
    played: list[dict[str, Any]] = page.evaluate(PLAY, list(lessons))
    close_windows(chromium)
    told = {
        name: (one["problem"], one["frames"] > 0, one["sound"] > 0) for name, one in zip(lessons, played, strict=True)
    }
    assert told == {name: (None, True, bool(lesson.sounds)) for name, lesson in lessons.items()}
