"""Processes forked from one that has imported the application, where starting each anew takes a second of CPU.

What is forked has made nothing yet: no application, no connection, no thread. It becomes what it is asked to, with an
environment, a log and a group of its own, and dies with the nursery, which dies with the tests.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from lms.embedded.part import Part
from lms.process import die_with_parent
from tests.waiting import PATIENCE_SECONDS

SHORT_OF_AN_APPLICATION = {"__main__", "wsgi"}
SERVERS = ("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "flask.cli")


class Nursery(Part):
    """The process to fork from; `born` asks it for another."""

    def __init__(self, folder: Path, environment: Mapping[str, str], project: Path) -> None:
        metrics = folder / "nursery-metrics"
        metrics.mkdir()
        self._address = str(folder / "nursery.socket")
        # Whether metrics are shared between processes is decided when their library is imported.
        env = {**environment, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
        command = [sys.executable, "-m", "tests.chaos.nursery", self._address]
        super().__init__("nursery", command, folder, env=env, cwd=project)

    @contextmanager
    def open(self) -> Iterator[Self]:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self._address)
            listening.listen()
            listening.settimeout(PATIENCE_SECONDS)
            self.spawn()
            self._line, _ = listening.accept()
        try:
            with self._line, self._line.makefile("r") as self._answers:
                yield self
        finally:
            self.kill()

    def born(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> "Born":
        """A process that runs `python -m …`."""
        assert command[1] == "-m"
        log.parent.mkdir(parents=True, exist_ok=True)
        return Born(self, self.ask(run=command[2:], environment=dict(environment), log=str(log)))

    def ask(self, **what: Any) -> int:
        self._line.sendall(json.dumps(what).encode() + b"\n")
        return int(self._answers.readline())


class Born:
    """What `subprocess.Popen` is for a child of this process, for one of the nursery's."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.nursery, self.pid, self.returncode = nursery, pid, None
        self._end = os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._end)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0)
            self.returncode = self.nursery.ask(reap=self.pid)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedPart(Part):
    """A part whose process comes from a nursery."""

    nursery: Nursery

    def spawn(self) -> None:
        self.kill()
        assert self._env is not None
        self.process = self.nursery.born(self.command, self._env, self.log)


def main() -> None:
    nursery, run = os.getpid(), None
    with socket.socket(socket.AF_UNIX) as own:
        own.connect(sys.argv[1])
        _import([*_imported_by_an_application(), *SERVERS])
        with own.makefile("r") as asked:
            while run is None and (line := asked.readline()):
                run = _answer(json.loads(line), own)
    if run is not None:
        _become(run, nursery)


def _answer(what: dict[str, Any], own: socket.socket) -> dict[str, Any] | None:
    """What to become, in the child."""
    if "reap" in what:
        answer = os.waitstatus_to_exitcode(os.waitpid(what["reap"], 0)[1])
    elif (answer := os.fork()) == 0:
        return what
    else:
        os.setpgid(answer, answer)
    own.sendall(b"%d\n" % answer)
    return None


def _imported_by_an_application() -> list[str]:
    """The modules that are there once an application has been made, as a process that is gone again has seen it."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        importlib.import_module("wsgi")
        names = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
        os.write(writing, json.dumps(names).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = json.load(told)
    os.waitpid(child, 0)
    return [name for name in names if name not in SHORT_OF_AN_APPLICATION]


def _import(names: list[str]) -> None:
    gc.disable()
    for name in names:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    gc.enable()


def _become(what: dict[str, Any], nursery: int) -> None:
    die_with_parent(nursery)
    shared_metrics = os.environ["PROMETHEUS_MULTIPROC_DIR"]
    os.environ.clear()
    os.environ.update({"PROMETHEUS_MULTIPROC_DIR": shared_metrics, **what["environment"]})
    with Path(what["log"]).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    module, *sys.argv[1:] = what["run"]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
