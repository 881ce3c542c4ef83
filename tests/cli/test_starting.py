import os
import subprocess
import sys

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lms.extensions import queues
from tests.processes import PROJECT
from tests.smtp import free_port
from tests.waiting import PATIENCE_SECONDS
from tests.world import World


@pytest.mark.parametrize(
    "command",
    [["flask", "--app", "wsgi", "db", "status"], ["gunicorn", "-c", "deploy/gunicorn.py", "wsgi:app"]],
    ids=["flask", "gunicorn"],
)
def test_what_is_set_wrongly_ends_every_start_with_a_sentence(
    world: World, environment: dict[str, str], command: list[str]
) -> None:
    own = {**os.environ, **environment, "BCRYPT_ROUNDS": "abc"}
    ended = subprocess.run(
        [sys.executable, "-m", *command], env=own, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "BCRYPT_ROUNDS: This has to be a whole number."
    assert "Traceback" not in ended.stderr


def test_no_migration_runs_before_redis_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = redis.Redis(port=free_port(), retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(queues, "redis", nobody)
    refused = world.app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: A server does not answer: ")
