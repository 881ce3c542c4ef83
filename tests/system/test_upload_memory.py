"""How much memory a large upload takes: real gunicorn, real bytes, 2 GB past the API and 100 MB through it."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lms.models.authoring.media import media
from tests.processes import gunicorn
from tests.sandbox.media import MEGABYTE, VIDEO
from tests.uploads import ADD, SIGN, http, send_in_chunks
from tests.waiting import PATIENCE_SECONDS, eventually
from tests.world import API, World

TWO_GIGABYTES = 2 * 1024**3
MOST_OVER_IDLE = 60 * MEGABYTE
USED = ("sandbox_cloudinary.upload", "lessons.add")
LARGE_BOX = (1).to_bytes(4, "big") + b"free"
"""A box whose size is the 64 bits after its kind (ISO 14496-12, section 4.2)."""


def sparse(size: int, start: int, end: int) -> bytes:
    """A part of the demo video made `size` bytes long by a box that players skip; it exists nowhere as a whole."""
    head = VIDEO + LARGE_BOX + (size - len(VIDEO)).to_bytes(8, "big")
    return head[start:end].ljust(end - start, b"\0")


@dataclass
class Server:
    """gunicorn's processes: the one that supervises and its workers; `metrics` is where these count their requests."""

    api: str
    pids: list[int]
    metrics: Path
    idle: dict[int, int] = field(default_factory=dict)
    """What each process took in bytes when it was warm and had had nothing large to do."""

    @classmethod
    def at(cls, api: str, instance: Path) -> "Server":
        bind = f"BIND={api.removeprefix('http://')}".encode()
        masters = [pid for pid in _children(os.getpid()) if bind in Path(f"/proc/{pid}/environ").read_bytes()]
        return cls(api, [pid for master in masters for pid in (master, *_children(master))], instance / "metrics")

    def has_served(self, pid: int, endpoint: str) -> bool:
        """Whether the process has answered a request for the endpoint."""
        return any(endpoint.encode() in file.read_bytes() for file in self.metrics.rglob(f"*_{pid}.db"))

    def memory(self, field: str) -> dict[int, int]:
        """`VmRSS` or `VmHWM` (the most since the last `forget`) of each process in bytes."""
        return {pid: _status(pid, field) for pid in self.pids}

    def forget(self) -> None:
        for pid in self.pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def call(self, path: str, token: str, body: Any) -> Any:
        answer = http.request("POST", f"{self.api}{API}{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status in (200, 201), answer.data
        return answer.json()["data"]


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found if b"gunicorn" in Path(f"/proc/{each}/cmdline").read_bytes()]


def _status(pid: int, field: str) -> int:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(f"{field}:")]
    return int(line.split()[1]) * 1024


@pytest.fixture(scope="module")
def running(environment: dict[str, str]) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="lms-uploads-", ignore_cleanup_errors=True) as folder:
        own = {**os.environ, **environment, "APP_ENV": "development", "INSTANCE_DIR": folder, "LOG_LEVEL": "ERROR"}
        with gunicorn("wsgi:app", own, anew=True) as api:
            server = Server.at(api, Path(folder))
            assert len(server.pids) == 3
            yield server
            http.clear()


@pytest.fixture
def server(world: World, running: Server) -> Iterator[Server]:
    yield running
    http.clear()
    shutil.rmtree(running.metrics.parent / "media", ignore_errors=True)


@contextmanager
def watched(server: Server, token: str, section: Any) -> Iterator[None]:
    """The most that any process takes meanwhile is little more than it took before it had anything large to do."""
    if not server.idle:
        warm_up(server, token, section)
        server.idle = server.memory("VmRSS")
    server.forget()
    yield
    peak = server.memory("VmHWM")
    over = {pid: (peak[pid] - server.idle[pid]) / MEGABYTE for pid in server.pids}
    assert max(over.values()) * MEGABYTE < MOST_OVER_IDLE


def warm_up(server: Server, token: str, section: Any) -> None:
    """Have every module imported and every connection made in both workers; a new connection reaches either."""
    _, *workers = server.pids

    def warm() -> bool:
        http.clear()
        add_small_lesson(server, token, section)
        return all(server.has_served(pid, endpoint) for pid in workers for endpoint in USED)

    eventually(warm, "Both workers' first answer")


def add_small_lesson(server: Server, token: str, section: Any) -> None:
    signed = server.call(SIGN, token, {"kind": "video", "filename": "a.mp4", "bytes": len(VIDEO)})
    send_in_chunks(signed, len(VIDEO), lambda start, end: VIDEO[start:end])
    server.call(f"{ADD}/{section}", token, {"title": "Warm", "videoPublicId": signed["publicId"]})


def test_two_gigabytes_pass_to_the_store_in_little_memory(world: World, server: Server) -> None:
    teacher = world.person("instructor")
    section = world.course(teacher).section
    with watched(server, teacher.token, section):
        asked = {"kind": "video", "filename": "a.mp4", "bytes": TWO_GIGABYTES}
        signed = server.call(SIGN, teacher.token, asked)
        answers = send_in_chunks(signed, TWO_GIGABYTES, lambda start, end: sparse(TWO_GIGABYTES, start, end))
        assert {status for status, _ in answers} == {200}
        body = {"title": "Two gigabytes", "videoPublicId": signed["publicId"]}
        lessons = server.call(f"{ADD}/{section}", teacher.token, body)[0]["subsections"]
    assert (lessons[-1]["title"], lessons[-1]["duration"]) == ("Two gigabytes", 20)
    medium = media.get({"_id": signed["publicId"]})
    assert medium is not None
    assert (medium["state"], medium["bytes"]) == ("stored", TWO_GIGABYTES)


def test_a_hundred_megabytes_pass_through_the_api_in_little_memory(world: World, server: Server) -> None:
    teacher = world.person("instructor")
    section = world.course(teacher).section
    with watched(server, teacher.token, section):
        status, answer = post(server, f"{ADD}/{section}", teacher.token, 100 * MEGABYTE - 1)
    assert status == 201, answer
    lesson = answer["data"][0]["subsections"][-1]
    assert (lesson["title"], lesson["duration"]) == ("Large", 20)
    assert media.count({"state": "stored", "bytes": {"$gt": 99 * MEGABYTE}}) == 1


def test_more_than_a_hundred_megabytes_without_a_length_are_refused_in_little_memory(
    world: World, server: Server
) -> None:
    teacher = world.person("instructor")
    section = world.course(teacher).section
    with watched(server, teacher.token, section):
        status, answer = post(server, f"{ADD}/{section}", teacher.token, 101 * MEGABYTE, chunked=True)
    assert (status, answer["code"]) == (413, "too_large")
    assert media.count({"bytes": {"$gt": MEGABYTE}}) == 0


def post(server: Server, path: str, token: str, size: int, chunked: bool = False) -> tuple[int, Any]:
    """POST a multipart body of exactly `size` bytes, piece by piece."""
    head = (
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nLarge\r\n'
        b'--x\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n'
    )
    tail = b"\r\n--x--\r\n"
    length = size - len(head) - len(tail)
    content = (sparse(length, start, min(start + MEGABYTE, length)) for start in range(0, length, MEGABYTE))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=x"}
    if not chunked:
        headers["Content-Length"] = str(size)
    connection = HTTPConnection(urlsplit(server.api).netloc, timeout=PATIENCE_SECONDS)
    try:
        pieces = (piece for part in ((head,), content, (tail,)) for piece in part)
        connection.request("POST", API + path, pieces, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()
