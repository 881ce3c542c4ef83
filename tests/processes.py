"""The application's processes as operators start them, with the same commands and environments.

They are forked from one that has imported the application, for each takes 0.8 s of CPU to import it. What is about the
start of a process itself, or its memory, says `anew=True`.
"""

import atexit
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from tests.chaos.nursery import Born, Nursery
from tests.smtp import free_port
from tests.waiting import PATIENCE_SECONDS, eventually

PROJECT = Path(__file__).parent.parent


@contextmanager
def gunicorn(target: str, environment: dict[str, str], anew: bool = False) -> Iterator[str]:
    """gunicorn as `deploy/gunicorn.py` has it, on a free port; its address."""
    with gunicorn_process(target, environment, anew) as (address, _):
        yield address


@contextmanager
def gunicorn_process(target: str, environment: dict[str, str], anew: bool = False) -> Iterator[tuple[str, int]]:
    """The same, with the id of its first process."""
    port = free_port()
    command = ["-m", "gunicorn", "-c", "deploy/gunicorn.py", "--log-level", "warning", target]
    address = f"http://127.0.0.1:{port}"
    with running(command, {**environment, "PORT": str(port), "BIND": f"127.0.0.1:{port}"}, anew) as process:
        eventually(lambda: answers(address), "The start of gunicorn")
        yield address, process.pid


@contextmanager
def flask(*command: str, environment: dict[str, str], anew: bool = False) -> Iterator[subprocess.Popen[bytes] | Born]:
    """A long-running `flask` command."""
    with running(["-m", "flask", "--app", "wsgi", *command], environment, anew) as process:
        yield process


@contextmanager
def running(
    command: list[str], environment: dict[str, str], anew: bool = False
) -> Iterator[subprocess.Popen[bytes] | Born]:
    start = started_anew if anew else forked
    process = start([sys.executable, *command], environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def started_anew(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, cwd=PROJECT)


def forked(command: list[str], environment: dict[str, str]) -> Born:
    """It prints where this process prints now."""
    return nursery().born(command, environment, Path(f"/proc/{os.getpid()}/fd/2"))


@cache
def nursery() -> Nursery:
    """This process's own, which ends with it."""
    ending = ExitStack()
    folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="lms-nursery-")))
    opened = ending.enter_context(Nursery(folder, os.environ, PROJECT).open())
    atexit.register(ending.close)
    return opened


def answers(address: str) -> bool:
    """Whether an API is there, well or not."""
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE_SECONDS).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True
