"""What `make run` starts depends on the environment and `.env`, and is refused in one sentence."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values

from lms.embedded.instance import Instance, Settings
from lms.embedded.processes import EmbeddedError
from lms.services.certificates import signing_keys

NOWHERE = Path("no-such.env")


def settings(directory, **environment):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = str(probe.getsockname()[1])
    return Settings.read({"PORT": free, "INSTANCE_DIR": str(directory), **environment}, NOWHERE)


def names(instance):
    return [part.name for part in instance.parts()]


def test_everything_is_embedded_by_default(tmp_path):
    background = ["gunicorn", "workers", "scheduler"]
    prepared = ["mongod", "redis", "smtp", "db-upgrade", "seed"]
    assert names(Instance(settings(tmp_path))) == prepared + background


def test_given_servers_are_used_instead(tmp_path):
    given = {"MONGODB_URL": "mongodb://db", "REDIS_URL": "redis://cache", "MAIL_HOST": "smtp.example.com"}
    instance = Instance(settings(tmp_path, **given))
    assert names(instance)[0] == "db-upgrade"
    assert given.items() <= instance.environment().items()
    assert "MAIL_PORT" not in instance.environment()


def test_a_key_for_certificates_is_made_once_and_for_its_owner_alone(tmp_path):
    [first, second] = [Instance(settings(tmp_path)).environment()["CREDENTIAL_KEYS"] for _ in range(2)]
    assert first == second
    assert stat.S_IMODE(Path(first).stat().st_mode) == 0o600
    [key] = signing_keys.read([first])
    assert key.multibase.startswith("z6Mk")
    assert Instance(settings(tmp_path, CREDENTIAL_KEYS="own.pem")).environment()["CREDENTIAL_KEYS"] == "own.pem"


def test_the_environment_comes_before_the_env_file_and_empty_is_absent(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT=5000\nMONGODB_URL=mongodb://file\nREDIS_URL=redis://file\n")
    read = Settings.read({"PORT": "6000", "REDIS_URL": ""}, file)
    assert (read.port, read.mongodb_url, read.redis_url) == (6000, "mongodb://file", None)


def test_run_env_tells_other_terminals_where_the_servers_are(tmp_path):
    url = "mongodb://user:it's#1@db"
    instance = Instance(settings(tmp_path, MONGODB_URL=url))
    instance.claim()
    file = tmp_path / "run.env"
    assert dotenv_values(file) == instance.environment()
    assert dotenv_values(file)["MONGODB_URL"] == url
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    instance.release()
    assert not file.exists()


def test_a_second_copy_leaves_the_first_ones_run_env_alone(tmp_path):
    first = Instance(settings(tmp_path))
    first.claim()
    with pytest.raises(EmbeddedError, match="Another copy is running"):
        Instance(settings(tmp_path)).claim()
    assert (tmp_path / "run.env").exists()
    first.release()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "4000.0"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(EmbeddedError, match=f"PORT must be a number from 1 to 65535, not '{port}'"):
        Settings.read({"PORT": port}, NOWHERE)


def test_production_is_refused():
    with pytest.raises(EmbeddedError, match="APP_ENV=production"):
        Settings.read({"APP_ENV": "production"}, NOWHERE)


def test_a_port_in_use_is_one_sentence_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        environment = {**os.environ, "APP_ENV": "development", "PORT": port, "INSTANCE_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "lms.embedded"]
        refused = subprocess.run(command, env=environment, capture_output=True, text=True)
    advice = "stop what listens there, or set PORT to a free one."
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Port {port} of 127.0.0.1 is in use: {advice}\n"
    assert not (tmp_path / "logs").exists()
