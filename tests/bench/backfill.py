"""Certificates for many at once, by two workers, and what the callers of the API notice of it meanwhile."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bson import ObjectId

from tests.bench import spent
from tests.bench.stage import Stage, sign_in
from tests.processes import PROJECT, flask

WANTED_MANY, WANTED_SECONDS = 10_000, 600
QUIET_SECONDS, A_SECOND = 15, 40
"""For how long the API is asked before, and how often at either time."""
WORKERS = 2
PATHS = ("/courses/getCourseDetails/{course}", "/profile/getEnrolledCourses/me", "/courses/getAllCourses?q=python")

HEADER = (
    "| certificates | seconds | a second | CPU ms each | 10,000, s | p50 / p99 ms before | meanwhile | load | met |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---|---|"
)


@dataclass(frozen=True)
class Waits:
    """What callers waited, in milliseconds."""

    p50: float
    p99: float

    def __str__(self) -> str:
        return f"{self.p50:.0f} / {self.p99:.0f}"


def measure(made: Stage, many: int) -> str:
    """A line of the table."""
    course = ObjectId(_run(made, "complete", str(many)))
    callers = _Callers(made)
    cpu = spent.seconds(made.roots)
    before = asyncio.run(callers.ask(_for(QUIET_SECONDS)))
    of_callers = (spent.seconds(made.roots) - cpu) / QUIET_SECONDS
    with ExitStack() as running:
        workers = [
            running.enter_context(flask("worker", "default", environment=made.environment)) for _ in range(WORKERS)
        ]
        roots = [*made.roots, *(each.pid for each in workers)]
        done = {"course": course, "state": "issued"}
        _run(made, "begin", str(course))
        _wait_for_the_first(made, done)
        first, cpu, began = made.database.certificates.count_documents(done), spent.seconds(roots), time.monotonic()
        meanwhile = asyncio.run(callers.ask(lambda: made.database.certificates.count_documents(done) < many))
        seconds = time.monotonic() - began
        cpu = spent.seconds(roots) - cpu - of_callers * seconds
    made.database.outbox.delete_many({"job": "certificates.mail_issued"})
    issued, load = many - first, Path("/proc/loadavg").read_text().split()[0]
    all_of_them = WANTED_MANY * seconds / issued
    met = "yes" if all_of_them <= WANTED_SECONDS else "no"
    figures = f"{issued / seconds:.0f} | {cpu / issued * 1000:.0f} | {all_of_them:.0f}"
    return f"| {many:,} | {seconds:.0f} | {figures} | {before} | {meanwhile} | {load} | {met} |"


def _run(made: Stage, *arguments: str) -> str:
    command = [sys.executable, "-m", "tests.bench.issuing", *arguments]
    done = subprocess.run(command, env=made.environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    found: str = json.loads(done.stdout.splitlines()[-1])
    return found


def _wait_for_the_first(made: Stage, done: dict[str, object]) -> None:
    while made.database.certificates.find_one(done) is None:
        time.sleep(0.05)


def _for(seconds: float) -> Callable[[], bool]:
    ends = time.monotonic() + seconds
    return lambda: time.monotonic() < ends


class _Callers:
    """A few people at the API, who call at their times however long others wait."""

    def __init__(self, made: Stage) -> None:
        where = urlsplit(made.api)
        self.host, self.port = where.hostname, where.port
        self.token = sign_in(made, "student@example.com")
        course = made.database.courses.find_one({"status": "published"}, sort=[("studentsCount", -1)])
        self.paths = [f"/api/v1{path.format(course=course['_id'])}" for path in PATHS]

    async def ask(self, go_on: Callable[[], bool]) -> Waits:
        """Ask A_SECOND times a second while `go_on` says so, which it is asked now and then."""
        began, calls = time.monotonic(), list[Awaitable[float]]()
        while len(calls) % A_SECOND or await asyncio.to_thread(go_on):
            at = began + len(calls) / A_SECOND
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            calls.append(asyncio.create_task(self._call(self.paths[len(calls) % len(self.paths)])))
        waits = await asyncio.gather(*calls)
        return Waits(statistics.median(waits), sorted(waits)[int(len(waits) * 0.99)])

    async def _call(self, path: str) -> float:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(self.host, self.port)
        head = f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer.partition(b"\r\n")[0]:
            raise RuntimeError(f"{path}: {answer[:300]!r}")
        return (time.perf_counter() - began) * 1000
