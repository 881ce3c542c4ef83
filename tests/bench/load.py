"""Load from wrk, and what the cores themselves can do."""

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import bcrypt

CONNECTIONS = 32


@dataclass(frozen=True)
class Result:
    """Requests a second, and milliseconds within which half and 99 of 100 were answered."""

    per_second: float
    p50: float
    p99: float
    failed: int = 0


def run(url: str, seconds: int, token: str | None = None, script: Path | None = None) -> Result:
    """Put 32 connections' load on an address; raises RuntimeError when answers are not successes."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "20s"]
    command += ["-H", f"Authorization: Bearer {token}"] if token else []
    command += ["-s", str(script)] if script else []
    output = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    result = parse(output)
    if result.failed:
        raise RuntimeError(f"{url}: {result.failed} requests failed\n{output}")
    return result


def parse(output: str) -> Result:
    """What wrk printed."""
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return Result(
        per_second=float(_find(r"Requests/sec:\s+([\d.]+)", output)),
        p50=_milliseconds(_find(r"\n\s+50%\s+(\S+)", output)),
        p99=_milliseconds(_find(r"\n\s+99%\s+(\S+)", output)),
        failed=int(failed[1]) if failed else 0,
    )


def middle(results: list[Result]) -> Result:
    """The median run by rate, so that one disturbed run does not decide."""
    return sorted(results, key=lambda result: result.per_second)[len(results) // 2]


def _find(pattern: str, output: str) -> str:
    found = re.search(pattern, output)
    if found is None:
        raise RuntimeError(f"wrk said something unexpected:\n{output}")
    return found[1]


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise RuntimeError(f"{text} is not a duration of wrk's")


def bcrypt_per_second(rounds: int, seconds: int) -> float:
    """How many passwords all cores together can check a second."""
    hashed, until, counts = bcrypt.hashpw(b"password", bcrypt.gensalt(rounds)), time.monotonic() + seconds, []

    def check() -> None:
        count = 0
        while time.monotonic() < until:
            bcrypt.checkpw(b"password", hashed)
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=check) for _ in range(os.cpu_count() or 1)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)
