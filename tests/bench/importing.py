"""A table of learners written by one worker, and what the callers of the API notice of it meanwhile."""

import asyncio
import io
import json
import time
import urllib.request
import uuid
from contextlib import ExitStack
from pathlib import Path

from bson import ObjectId

from tests.bench.backfill import Callers, slowest, told
from tests.bench.stage import Stage
from tests.importing import table
from tests.processes import flask

ROWS, WANTED_SECONDS, WANTED_P99 = 10_000, 60, 1000
HEADER = (
    "| rows | a second | 10,000, s | upload of 8 MB, ms | p50 / p99 ms of callers without | with | load | met |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---|"
)


def measure(made: Stage, token: str) -> str:
    """A line of the table."""
    callers = Callers(made)
    quiet = asyncio.run(callers.ask())
    with ExitStack() as running:
        running.enter_context(flask("worker", "bulk", environment=made.environment))
        running.enter_context(flask("scheduler", environment=made.environment))
        rows = [(f"{uuid.uuid4().hex}@example.com", "Learner", "Of Many") for _ in range(ROWS)]
        import_id = upload(made, token, table(("email", "firstName", "lastName"), *rows), "true")[0]
        meanwhile: list[float] = []
        while made.database.imports.find_one({"_id": import_id}, {"state": 1})["state"] != "done":
            meanwhile += asyncio.run(callers.ask())
        of = made.database.imports.find_one({"_id": import_id})
    seconds = (of["finishedAt"] - of["startedAt"]).total_seconds()
    assert of["created"] == ROWS
    taken = upload(made, token, b"email,firstName\n" + b"a@example.com,A\n" * (8 * 1024 * 1024 // 16 - 1), "false")[1]
    load = Path("/proc/loadavg").read_text().split()[0]
    met = seconds <= WANTED_SECONDS and slowest(meanwhile) <= WANTED_P99 and taken <= 500
    figures = f"{ROWS / seconds:,.0f} | {seconds:.0f} | {taken:.0f}"
    return f"| {ROWS:,} | {figures} | {told(quiet)} | {told(meanwhile)} | {load} | {'yes' if met else 'no'} |"


def upload(made: Stage, token: str, content: bytes, start: str) -> tuple[ObjectId, float]:
    """The import, and the milliseconds that the answer took."""

    mark, body = uuid.uuid4().hex, io.BytesIO()
    for name, value in (("kind", "learners"), ("start", start)):
        body.write(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    body.write(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode())
    body.write(content + f"\r\n--{mark}--\r\n".encode())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={mark}"}
    began = time.perf_counter()
    request = urllib.request.Request(f"{made.api}/api/v1/imports/", body.getvalue(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = json.load(answer)["data"]["id"]
    return ObjectId(found), (time.perf_counter() - began) * 1000
