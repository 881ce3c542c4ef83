"""Learners who begin a quiz at the same moment, save answers, and hand in; and marking all of it again."""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tests.bench import spent
from tests.bench.load import run
from tests.bench.stage import Stage
from tests.processes import PROJECT

R = TypeVar("R")

TOGETHER = 500
HANDED_IN = 30
REGRADED_AT_ONCE = 10_000
HEADER = (
    "| courses | 500 begin together, p99 ms | CPU ms each | errors | saves/s | CPU ms each | hand in 100 answers, ms "
    "| CPU ms | regrade 10,000, s | load | met |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---|"
)

SAVE = """
local paths = {%s}
local heads = {%s}
local bodies = {%s}
local turn = 0
request = function()
  turn = turn %% #paths + 1
  local headers = {["Authorization"] = heads[turn], ["Content-Type"] = "application/json"}
  return wrk.format("PUT", paths[turn], headers, bodies[turn])
end
"""


def measure(made: Stage, seconds: int) -> str:
    """A line of the table."""
    sitting = _run(made, str(TOGETHER))
    load, path = Path("/proc/loadavg").read_text().split()[0], f"/api/v1/assessments/quiz/{sitting['short']}/attempts"
    answers, cpu_begin = _spending(made, lambda: asyncio.run(_together(made.api, path, sitting["learners"])))
    taken = sorted(milliseconds for milliseconds, _ in answers)
    begun = [(token, body) for token, (_, body) in zip(sitting["learners"], answers, strict=True) if body]
    errors, p99 = TOGETHER - len(begun), taken[int(len(taken) * 0.99)]
    saved, cpu_saves = _spending(made, lambda: _saves(made, begun, sitting["right"], seconds))
    _hand_in(made, begun[0][0], begun[0][1]["id"], [])
    taken_up = [_take_up(made, token, sitting) for token in sitting["learners"][:HANDED_IN]]
    handed_in, cpu_submit = _spending(made, lambda: [_timed(made, *each) for each in taken_up])
    submit = statistics.median(handed_in)
    regrade = _run(made, "regrade")["each"] * REGRADED_AT_ONCE
    met = p99 <= 1000 and not errors and saved >= 600 and submit <= 150 and regrade <= 120
    courses = made.database.courses.count_documents({})
    begins = f"{p99:,.0f} | {cpu_begin / TOGETHER:.1f} | {errors}"
    saves = f"{saved:,.0f} | {cpu_saves / (saved * seconds * 3):.1f}"
    figures = f"{begins} | {saves} | {submit:.0f} | {cpu_submit / HANDED_IN:.1f} | {regrade:.0f}"
    return f"| {courses:,} | {figures} | {load} | {'yes' if met else 'no'} |"


def _spending(made: Stage, act: Callable[[], R]) -> tuple[R, float]:
    """What it returns, and the milliseconds of processor time that the servers have taken for it."""
    before = spent.seconds(made.roots)
    return act(), (spent.seconds(made.roots) - before) * 1000


def _run(made: Stage, argument: str) -> Any:
    command = [sys.executable, "-m", "tests.bench.sitting", argument]
    done = subprocess.run(command, env=made.environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


async def _together(api: str, path: str, tokens: list[str]) -> list[tuple[float, Any]]:
    """Every learner's request at the same moment, each on a connection that is open: milliseconds and what came."""
    host, port = urlsplit(api).hostname, urlsplit(api).port
    open_ones = [await asyncio.open_connection(host, port) for _ in tokens]
    began = time.perf_counter()

    async def ask(token: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[float, Any]:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        status, _, rest = answer.partition(b"\r\n")
        body = json.loads(rest.partition(b"\r\n\r\n")[2])["data"] if b" 201 " in status else None
        return (time.perf_counter() - began) * 1000, body

    return await asyncio.gather(*(ask(token, *pair) for token, pair in zip(tokens, open_ones, strict=True)))


def _saves(made: Stage, begun: list[tuple[str, Any]], right: dict[str, str], seconds: int) -> float:
    """Answers saved a second, each by another learner."""
    paths, heads, bodies = [], [], []
    for place, (token, attempt) in enumerate(begun):
        question = attempt["paper"][place % len(attempt["paper"])]["id"]
        paths.append(f"/api/v1/assessments/attempts/{attempt['id']}/answers")
        heads.append(f"Bearer {token}")
        bodies.append(json.dumps({"answers": [_given(question, right)]}))
    quoted = [", ".join(json.dumps(each) for each in many) for many in (paths, heads, bodies)]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(SAVE % tuple(quoted))
        file.flush()
        return run(made.api, seconds * 3, script=Path(file.name)).per_second


def _given(question: str, right: dict[str, str]) -> dict[str, str]:
    return {"questionId": question, "value": right[question], "at": "2026-01-31T12:00:00Z"}


def _take_up(made: Stage, token: str, sitting: Any) -> tuple[str, str, list[Any]]:
    """Begin the long quiz: who has, which attempt, and all its answers."""
    attempt = _call(made, f"/assessments/quiz/{sitting['long']}/attempts", token, None)
    return token, attempt["id"], [_given(each["id"], sitting["right"]) for each in attempt["paper"]]


def _timed(made: Stage, token: str, attempt: str, answers: list[Any]) -> float:
    """The milliseconds that handing it in takes."""
    began = time.perf_counter()
    _hand_in(made, token, attempt, answers)
    return (time.perf_counter() - began) * 1000


def _hand_in(made: Stage, token: str, attempt: str, answers: list[Any]) -> None:
    _call(made, f"/assessments/attempts/{attempt}/submit", token, {"answers": answers})


def _call(made: Stage, path: str, token: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = b"" if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{made.api}/api/v1{path}", data, headers, method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["data"]
