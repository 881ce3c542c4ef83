"""Children end with their parent, whatever ends it."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lms.embedded import processes
from lms.embedded.processes import EmbeddedError, wait_until
from tests.waiting import PATIENCE_SECONDS

FOREVER = [sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"]


def runs(pid: int) -> bool:
    """Say whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def spawn_polite(log: Path) -> subprocess.Popen[bytes]:
    """Start a process that ends with exit code 7 when it is asked to."""
    handler = "import signal, sys; signal.signal(15, lambda *_: sys.exit(7))"
    code = f"{handler}; print('up', flush=True); signal.pause()"
    process = processes.spawn([sys.executable, "-I", "-S", "-c", code], log)
    wait_until(lambda: "up" in log.read_text(), PATIENCE_SECONDS, "the child")
    return process


def test_a_child_writes_to_its_log_in_a_group_of_its_own(tmp_path):
    log = tmp_path / "logs" / "child.log"
    process = processes.spawn([sys.executable, "-I", "-S", "-c", "import os; print(os.getpgrp())"], log)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert int(log.read_text()) == process.pid != os.getpgrp()


def test_a_child_dies_when_its_parent_is_killed(tmp_path):
    code = f"""
        import signal, sys
        from pathlib import Path
        from lms.embedded.processes import spawn
        print(spawn({FOREVER!r}, Path(sys.argv[1])).pid, flush=True)
        signal.pause()
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert runs(child)
        parent.kill()
    wait_until(lambda: not runs(child), PATIENCE_SECONDS, "the end of the child")


def test_a_process_whose_parent_is_already_another_ends():
    code = "from lms.process import die_with_parent; die_with_parent(1); print('alive')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")


def test_stop_lets_a_process_end_by_itself(tmp_path):
    process = spawn_polite(tmp_path / "log")
    processes.stop(process, patience=PATIENCE_SECONDS)
    assert process.returncode == 7


def test_stop_kills_a_deaf_process_and_its_group(tmp_path):
    code = """
        import signal, subprocess, sys
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]).pid, flush=True)
        signal.pause()
    """
    log = tmp_path / "log"
    process = processes.spawn([sys.executable, "-I", "-S", "-c", textwrap.dedent(code)], log)
    wait_until(lambda: log.read_text().strip() != "", PATIENCE_SECONDS, "the grandchild")
    grandchild = int(log.read_text())
    processes.stop(process, patience=0.1)
    assert process.returncode == -signal.SIGKILL
    wait_until(lambda: not runs(grandchild), PATIENCE_SECONDS, "the end of the grandchild")


def test_stop_reaches_a_paused_process(tmp_path):
    process = spawn_polite(tmp_path / "log")
    process.send_signal(signal.SIGSTOP)
    processes.stop(process, patience=PATIENCE_SECONDS)
    assert process.returncode == 7


def test_a_command_that_does_not_exist_is_one_sentence(tmp_path):
    with pytest.raises(EmbeddedError, match=r"^no-such-program cannot be started: there is no such program\.$"):
        processes.spawn(["no-such-program"], tmp_path / "log")


def test_waiting_ends_with_what_was_waited_for():
    with pytest.raises(EmbeddedError, match=r"^The tide took longer than 0.1 seconds\.$"):
        wait_until(lambda: False, 0.1, "The tide")
