"""Videos fetched from other servers: how much, from where, and what is said when that fails."""

import io
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from lms.errors import TooLarge, VideoUnreachable
from lms.services.authoring import downloads
from tests.world import World

CONTENT = b"0123456789" * 100


class Elsewhere(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self) -> None:
        path = self.path.strip("/")
        if path == "video":
            self._send(200, {"Content-Length": "1000"}, CONTENT)
        elif path == "unstated":
            self._send(200, {}, CONTENT)
        elif path == "cut":
            self._send(200, {"Content-Length": "2000"}, CONTENT)
        elif path.isdigit():
            self._send(int(path), {"Content-Length": "0"}, b"")
        else:
            self._send(302, {"Location": f"/{path.removeprefix('to/')}", "Content-Length": "0"}, b"")

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["video", "unstated", "to/video", "to/to/to/video"])
def test_all_of_it_is_fetched(world: World, elsewhere: str, path: str) -> None:
    file = io.BytesIO()
    assert downloads.fetch(f"{elsewhere}/{path}", file, 1000) == 1000
    assert file.getvalue() == CONTENT
    assert downloads.size_of(f"{elsewhere}/{path}", 1000) == (None if path == "unstated" else 1000)


@pytest.mark.parametrize("path", ["video", "unstated"])
def test_no_more_than_is_allowed(world: World, elsewhere: str, path: str) -> None:
    file = io.BytesIO()
    with pytest.raises(TooLarge):
        downloads.fetch(f"{elsewhere}/{path}", file, 999)
    assert file.getvalue() == b""


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("404", "Its server answers 404"),
        ("to/to/to/to/video", "leads on and on"),
        ("cut", "does not hand it out"),
    ],
)
def test_what_cannot_be_fetched_says_why(world: World, elsewhere: str, path: str, sentence: str) -> None:
    with pytest.raises(VideoUnreachable, match=sentence):
        downloads.fetch(f"{elsewhere}/{path}", io.BytesIO(), 5000)


def test_nor_what_does_not_answer_or_too_slowly(world: World, elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(VideoUnreachable, match="does not hand it out"):
            downloads.fetch(f"http://127.0.0.1:{closed.getsockname()[1]}/", io.BytesIO(), 1000)
    monkeypatch.setattr(downloads, "MOST_SECONDS", -1)
    with pytest.raises(VideoUnreachable, match="too slowly"):
        downloads.fetch(f"{elsewhere}/video", io.BytesIO(), 1000)


@pytest.mark.parametrize(
    "address",
    [
        "http://videos.example.com/one.mp4",
        "https://127.0.0.1/one.mp4",
        "https://[::1]/one.mp4",
        "https://10.1.2.3/one.mp4",
        "https://169.254.169.254/one.mp4",
        "https://192.168.1.1:8443/one.mp4",
        "https://localhost/one.mp4",
        "https://127.0.0.1\\@videos.example.com/one.mp4",
        "https://[::ffff:127.0.0.1]/one.mp4",
        "https://[64:ff9b::7f00:1]/one.mp4",
        "https://[2002:7f00:1::]/one.mp4",
        "https://224.0.0.1/one.mp4",
        "https:///one.mp4",
    ],
)
def test_production_asks_nobody_who_is_not_on_the_internet(
    world: World, settings: Callable[..., None], address: str
) -> None:
    settings(app_env="production")
    with pytest.raises(VideoUnreachable, match=r"not on the internet|no https address"):
        downloads.size_of(address, 1000)


def test_nor_whom_a_name_leads_to_once_it_was_looked_up(
    world: World, settings: Callable[..., None], elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As whoever has the name can answer: first with a server of the internet, then with one behind our doors."""
    answers = iter(["203.0.114.1", "127.0.0.1"])

    def looked_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    settings(app_env="production")
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(VideoUnreachable, match="not on the internet"):
        downloads.size_of(f"{elsewhere.replace('http://127.0.0.1', 'https://videos.example.com')}/video", 1000)
