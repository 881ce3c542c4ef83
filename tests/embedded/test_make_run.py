"""The real list of parts, as `make run` starts it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.processes import PROJECT
from tests.smtp import free_port
from tests.waiting import PATIENCE_SECONDS

NAMES = ("MONGODB_URL", "REDIS_URL", "MAIL_HOST", "MAIL_PORT", "APP_ENV", "TRUSTED_PROXIES")


def test_everything_starts_serves_and_ends(tmp_path: Path) -> None:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    environment |= {"INSTANCE_DIR": str(tmp_path / "instance"), "PORT": str(port), "BCRYPT_ROUNDS": "4"}
    log = tmp_path / "output"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "lms.embedded"]
        process = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "Ctrl-C stops it" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert json.load(answer) == {"status": "ok", "mongo": "ok", "redis": "ok", "queue": "ok"}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/courses") as answer:
            assert json.load(answer)["pagination"]["total"] > 50
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
