"""The application's processes as operators start them."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.smtp import free_port
from tests.waiting import PATIENCE_SECONDS, eventually

PROJECT = Path(__file__).parent.parent


@contextmanager
def gunicorn(target: str, environment: dict[str, str]) -> Iterator[str]:
    """gunicorn as `deploy/gunicorn.py` has it, on a free port; its address."""
    with gunicorn_process(target, environment) as (address, _):
        yield address


@contextmanager
def gunicorn_process(target: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The same, with the id of its first process."""
    port = free_port()
    command = ["-m", "gunicorn", "-c", "deploy/gunicorn.py", "--log-level", "warning", target]
    address = f"http://127.0.0.1:{port}"
    with running(command, {**environment, "PORT": str(port), "BIND": f"127.0.0.1:{port}"}) as process:
        eventually(lambda: answers(address), "The start of gunicorn")
        yield address, process.pid


@contextmanager
def flask(*command: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A long-running `flask` command."""
    with running(["-m", "flask", "--app", "wsgi", *command], environment) as process:
        yield process


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *command], env=environment, cwd=PROJECT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def answers(address: str) -> bool:
    """Whether an API is there, well or not."""
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE_SECONDS).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True
