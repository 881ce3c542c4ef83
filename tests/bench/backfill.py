"""Certificates for many at once, by two workers, and what the callers of the API notice of it meanwhile."""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bson import ObjectId

from tests.bench import spent
from tests.bench.stage import Stage, sign_in
from tests.processes import PROJECT, flask

WANTED_MANY, WANTED_SECONDS = 10_000, 600
SAME = 1.2
"""How many times as long the slowest of a hundred may wait and have waited as long: two windows differ by as much."""
TURN_SECONDS, A_SECOND = 3, 40
"""How long the workers work and stand still by turns, and how often the API is asked at either time."""
WORKERS = 2
PATHS = ("/courses/getCourseDetails/{course}", "/profile/getEnrolledCourses/me", "/courses/getAllCourses?q=python")

HEADER = (
    "| certificates | a second | CPU ms each | 10,000, s | p50 / p99 ms of callers without | with "
    "| load | met |\n|---:|---:|---:|---:|---:|---:|---:|---|"
)


def measure(made: Stage, many: int) -> str:
    """A line of the table: the workers work and stand still by turns, so that whatever else goes on befalls both."""
    course = ObjectId(_run(made, "complete", str(many)))
    callers, waits = Callers(made), (list[float](), list[float]())
    with ExitStack() as running:
        started = [
            running.enter_context(flask("worker", "default", environment=made.environment, anew=True))
            for _ in range(WORKERS)
        ]
        workers, done = [each.pid for each in started], {"course": course, "state": "issued"}
        count = partial(made.database.certificates.count_documents, done)
        _run(made, "begin", str(course))
        while not (first := count()):
            time.sleep(0.05)
        turns, cpu = 0, -spent.seconds([*made.roots, *workers])
        while count() < many:
            waits[1].extend(asyncio.run(callers.ask()))
            with _standing_still(workers):
                before = spent.seconds(made.roots)
                waits[0].extend(asyncio.run(callers.ask()))
                cpu -= 2 * (spent.seconds(made.roots) - before)
            turns += 1
        cpu += spent.seconds([*made.roots, *workers])
    made.database.outbox.delete_many({"job": "certificates.mail_issued"})
    issued, load = many - first, Path("/proc/loadavg").read_text().split()[0]
    all_of_them = WANTED_MANY * turns * TURN_SECONDS / issued
    unnoticed = slowest(waits[1]) <= SAME * slowest(waits[0])
    met = "yes" if all_of_them <= WANTED_SECONDS and unnoticed else "no"
    figures = f"{issued / (turns * TURN_SECONDS):.0f} | {cpu / issued * 1000:.0f} | {all_of_them:.0f}"
    return f"| {many:,} | {figures} | {told(waits[0])} | {told(waits[1])} | {load} | {met} |"


@contextmanager
def _standing_still(workers: list[int]) -> Iterator[None]:
    _tell(workers, signal.SIGSTOP)
    try:
        yield
    finally:
        _tell(workers, signal.SIGCONT)


def _tell(workers: list[int], number: int) -> None:
    for pid in spent.family(workers):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def told(waits: list[float]) -> str:
    return f"{statistics.median(waits):.0f} / {slowest(waits):.0f}"


def slowest(waits: list[float]) -> float:
    """Of a hundred."""
    return sorted(waits)[int(len(waits) * 0.99)]


def _run(made: Stage, *arguments: str) -> str:
    command = [sys.executable, "-m", "tests.bench.issuing", *arguments]
    done = subprocess.run(command, env=made.environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    found: str = json.loads(done.stdout.splitlines()[-1])
    return found


class Callers:
    """A few people at the API, who call at their times however long others wait."""

    def __init__(self, made: Stage) -> None:
        where = urlsplit(made.api)
        self.host, self.port = where.hostname, where.port
        self.token = sign_in(made, "student@example.com")
        course = made.database.courses.find_one({"status": "published"}, sort=[("studentsCount", -1)])
        self.paths = [f"/api/v1{path.format(course=course['_id'])}" for path in PATHS]

    async def ask(self) -> list[float]:
        """What each waits, in milliseconds, who calls in TURN_SECONDS."""
        began, calls = time.monotonic(), list[asyncio.Task[float]]()
        for number in range(TURN_SECONDS * A_SECOND):
            await asyncio.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
            calls.append(asyncio.create_task(self._call(self.paths[number % len(self.paths)])))
        return await asyncio.gather(*calls)

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
