"""Certificates issued per second by one worker, and what drawing one takes."""

import json
import subprocess
import sys
from typing import Any

from tests.bench.stage import Stage
from tests.processes import PROJECT

LEARNERS = 400
HEADER = (
    "| courses | certificates | issued/s, one worker | CPU ms each | PDF ms | PDF KB | 20/s, 150 ms, 200 KB met |\n"
    "|---:|---:|---:|---:|---:|---:|---|"
)
PUBLIC_PAGE = "/certificates/verify/{code}"


def measure(made: Stage) -> tuple[str, str]:
    """A line of the table, and the code of one of them."""
    command = [sys.executable, "-m", "tests.bench.issuing", "issue", str(LEARNERS)]
    done = subprocess.run(command, env=made.environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    met = found["second"] >= 20 and found["pdf"] <= 150 and found["size"] <= 200 * 1024
    courses = made.database.courses.count_documents({})
    line = (
        f"| {courses:,} | {found['issued']} | {found['second']:.0f} | {found['cpu']:.0f} | {found['pdf']:.0f} | "
        f"{found['size'] / 1024:.0f} | {'yes' if met else 'no'} |"
    )
    return line, found["code"]
