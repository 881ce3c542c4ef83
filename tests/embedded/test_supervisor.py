"""The supervisor starts parts in order, keeps them alive, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lms.embedded.processes import wait_until
from tests.waiting import PATIENCE_SECONDS

SET_UP = """
import signal, sys
from functools import partial
from pathlib import Path
from lms.embedded.part import Part, Task
from lms.embedded.servers import Servers
from lms.embedded.supervisor import Supervisor

signal.signal(signal.SIGHUP, signal.SIG_DFL)
directory = Path(sys.argv[1])
polite = '''
import os, signal, sys
from pathlib import Path
def end(*_):
    with open(sys.argv[1] + "/ended", "a") as ended: print(sys.argv[2], file=ended)
    sys.exit()
signal.signal(signal.SIGTERM, end)
Path(sys.argv[1], sys.argv[2] + ".pid").write_text(str(os.getpid()))
signal.pause()
'''
def python(code, *arguments): return [sys.executable, "-I", "-S", "-c", code, str(directory), *arguments]
def stand_in(name, kind=Part, code=polite, ready=lambda: True):
    return kind(name, python(code, name), directory, ready)
def up(name): return lambda: (directory / (name + ".pid")).exists()
def run(parts, **options):
    say = partial(print, flush=True)
    sys.exit(Supervisor(parts, say, **options).run(lambda: say("all ready")))
"""


class Run:
    """A supervisor in a process of its own."""

    def __init__(self, directory: Path, code: str) -> None:
        self.directory = directory
        command = [sys.executable, "-c", SET_UP + textwrap.dedent(code), str(directory)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def until(self, words: str) -> str:
        """Return the output up to and with the line that contains `words`."""
        output = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            output += line
            if words in line:
                return output
        raise AssertionError(f"{words!r} was never said: {output}")

    def rest(self) -> str:
        """Wait for the end and return the output that was left."""
        output, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return output

    def pid(self, name: str) -> int:
        """Return the process id of a stand-in."""
        file = self.directory / f"{name}.pid"
        wait_until(lambda: file.exists() and file.read_text() != "", PATIENCE_SECONDS, f"the pid of {name}")
        return int(file.read_text())


@pytest.fixture
def run(tmp_path):
    runs = []

    def start(code):
        runs.append(Run(tmp_path, code))
        return runs[-1]

    yield start
    for each in runs:
        each.process.kill()
        each.process.communicate()


def is_running(pid: int) -> bool:
    """Say whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(pid: int) -> list[int]:
    """Return the process ids of the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


PAIR = 'run([stand_in("first", ready=up("first")), stand_in("second", ready=up("second"))])'


def test_parts_start_in_order_each_after_the_one_before_is_ready(run, tmp_path):
    script = run("""
        check = "import sys, pathlib; assert pathlib.Path(sys.argv[1], 'first.pid').exists()"
        run([stand_in("first", ready=up("first")), stand_in("check", Task, check), stand_in("last")])
    """)
    said = script.until("all ready")
    assert [line.split()[:2] for line in said.splitlines()[:3]] == [
        ["first", "ready"],
        ["check", "done"],
        ["last", "ready"],
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_reverse_order(run, tmp_path, number):
    script = run(PAIR)
    script.until("all ready")
    script.process.send_signal(number)
    assert "Stopping" in script.rest()
    assert script.process.returncode == 0
    assert (tmp_path / "ended").read_text().split() == ["second", "first"]


def test_who_asked_for_hanging_up_to_be_ignored_is_heard(run):
    script = run(f"signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{PAIR}")
    script.until("all ready")
    script.process.send_signal(signal.SIGHUP)
    os.kill(script.pid("second"), signal.SIGKILL)
    script.until("Starting second again")
    script.process.send_signal(signal.SIGTERM)
    script.rest()
    assert script.process.returncode == 0


def test_a_signal_during_the_start_ends_what_has_started(run, tmp_path):
    script = run('run([stand_in("first", ready=up("first")), stand_in("slow", ready=lambda: False)])')
    script.until("first")
    script.process.send_signal(signal.SIGTERM)
    script.rest()
    assert script.process.returncode == 0
    assert "first" in (tmp_path / "ended").read_text()


DEAF = "import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


def test_a_second_ctrl_c_kills_at_once(run, tmp_path):
    log = tmp_path / "logs" / "deaf.log"
    script = run(f"""
        deaf = Path({str(log)!r})
        run([stand_in("deaf", code={DEAF!r}, ready=lambda: deaf.read_text() != "")])
    """)
    script.until("all ready")
    (pid,) = children(script.process.pid)
    script.process.send_signal(signal.SIGINT)
    script.until("Stopping")

    def ended_after_another():
        script.process.send_signal(signal.SIGINT)
        return script.process.poll() is not None

    wait_until(ended_after_another, PATIENCE_SECONDS, "the end of the supervisor")
    assert script.process.returncode == 128 + signal.SIGINT
    wait_until(lambda: not is_running(pid), PATIENCE_SECONDS, "the end of the part")


def test_the_echo_of_a_signal_is_not_a_second_one(run):
    script = run(f"{PAIR[:-1]}, echo_seconds=60)")
    script.until("all ready")
    script.process.send_signal(signal.SIGTERM)
    script.until("Stopping")
    script.process.send_signal(signal.SIGTERM)
    script.rest()
    assert script.process.returncode == 0


def test_a_part_that_dies_is_started_again_and_said(run):
    script = run(PAIR)
    script.until("all ready")
    victim = script.pid("second")
    os.kill(victim, signal.SIGKILL)
    assert "second was killed by SIGKILL" in script.until("Starting second again")
    wait_until(lambda: script.pid("second") != victim, PATIENCE_SECONDS, "the restart")
    script.process.send_signal(signal.SIGTERM)
    script.rest()
    assert script.process.returncode == 0


def test_a_part_that_cannot_be_kept_alive_ends_everything(run, tmp_path):
    script = run("""
        dying = "print('out of luck'); raise SystemExit(3)"
        parts = [stand_in("first", ready=up("first")), stand_in("dying", code=dying)]
        run(parts, restarts_a_minute=2)
    """)
    said = script.rest()
    assert script.process.returncode == 1
    assert said.count("Starting dying again") == 2
    assert "Giving up after 3 ends within a minute: dying ended with exit code 3" in said
    assert "    out of luck" in said
    assert (tmp_path / "ended").read_text().split() == ["first"]


@pytest.mark.parametrize("kind", ["Part", "Task"])
def test_a_part_that_fails_at_the_start_ends_everything(run, tmp_path, kind):
    script = run(f"""
        code = "print('no such table'); raise SystemExit(4)"
        failing = stand_in("failing", {kind}, code, ready=lambda: False)
        run([stand_in("first", ready=up("first")), failing, stand_in("never")])
    """)
    said = script.rest()
    assert script.process.returncode == 1
    assert "failing ended with exit code 4" in said
    assert "    no such table" in said
    assert (tmp_path / "ended").read_text().split() == ["first"]
    assert not (tmp_path / "never.pid").exists()


def test_kill_9_leaves_neither_servers_nor_their_company(run):
    script = run("""
        servers = Servers(directory)
        servers.claim()
        run([*servers.parts, stand_in("company", ready=up("company"))])
    """)
    script.until("all ready")
    pids = children(script.process.pid)
    assert len(pids) == 3
    assert all(is_running(pid) for pid in pids)
    script.process.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids), PATIENCE_SECONDS, "the end of all parts")


def test_a_dead_server_comes_back(run):
    script = run("""
        servers = Servers(directory, with_mongod=False)
        servers.claim()
        run(servers.parts)
    """)
    script.until("all ready")
    (server,) = children(script.process.pid)
    os.kill(server, signal.SIGKILL)
    script.until("Starting redis again")
    wait_until(lambda: children(script.process.pid) not in ([], [server]), PATIENCE_SECONDS, "the restart")
