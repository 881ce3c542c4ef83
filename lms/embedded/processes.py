"""Child processes that never outlive the process that started them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lms import process as leash_script

LOG_BYTES = 10_000_000
POLL_SECONDS = 0.05


class EmbeddedError(Exception):
    """A reason not to start or not to go on, as one sentence for a person."""


def spawn(
    command: Sequence[str], log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a command in a group of its own, its output appended to `log`; it dies with this process."""
    if shutil.which(command[0]) is None:
        raise EmbeddedError(f"{command[0]} cannot be started: there is no such program.")
    # A script in between instead of code between fork and exec, where the locks of other threads stay locked.
    leash = [sys.executable, "-I", "-S", leash_script.__file__, str(os.getpid())]
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        return subprocess.Popen(
            [*leash, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            process_group=0,
        )


def stop(process: subprocess.Popen[bytes], patience: float) -> None:
    """Ask a process to end, wait `patience` seconds, then kill what is left of its group."""
    if process.poll() is None:
        # Only the leader is asked: gunicorn and RQ end their own children themselves.
        process.terminate()
        # A paused process hears nothing until it goes on.
        process.send_signal(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and the rest of its group, also when the process itself has already ended."""
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Send SIGKILL to a process's group and return without waiting, as a signal handler must."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until(ready: Callable[[], bool], timeout: float, what: str) -> None:
    """Poll `ready` until it is true, or say after `timeout` seconds that `what` did not happen."""
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{what} took longer than {timeout:g} seconds.")
        time.sleep(POLL_SECONDS)


def last_lines(log: Path, count: int = 8) -> str:
    """Return the last `count` lines of a log, indented, or nothing when there is no log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line[:300]}" for line in lines[-count:])
