"""What runs on a newcomer's machine: the settings, the values the processes share, and their list."""

import http.client
import os
import smtplib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dotenv import dotenv_values

from lms.embedded import credential_key
from lms.embedded.part import Part, Task
from lms.embedded.processes import EmbeddedError
from lms.embedded.servers import Servers, check_port

PROJECT = Path(__file__).resolve().parents[2]
# gunicorn's workers outlive a killed gunicorn by about a second.
_PORT_PATIENCE_AFTER_CRASH_SECONDS = 5


@dataclass(frozen=True)
class Settings:
    """Where an instance lives and which servers it is given; a None means an embedded one."""

    directory: Path
    port: int
    mongodb_url: str | None
    redis_url: str | None
    mail_host: str | None
    mail_port: str | None
    credential_keys: str | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, env_file: Path = PROJECT / ".env") -> Self:
        """Read the environment over the `.env` file; an empty value counts as absent."""
        given = {name: value for name, value in {**dotenv_values(env_file), **environment}.items() if value}
        if given.get("APP_ENV") == "production":
            raise EmbeddedError("This is for development: with APP_ENV=production use deploy/ instead.")
        port = given.get("PORT", "4000")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise EmbeddedError(f"PORT must be a number from 1 to 65535, not {port!r}.")
        return cls(
            directory=(PROJECT / given.get("INSTANCE_DIR", "instance")).resolve(),
            port=int(port),
            mongodb_url=given.get("MONGODB_URL"),
            redis_url=given.get("REDIS_URL"),
            mail_host=given.get("MAIL_HOST"),
            mail_port=given.get("MAIL_PORT"),
            credential_keys=given.get("CREDENTIAL_KEYS"),
        )


class Instance:
    """The parts of one development instance and the values they share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.directory = settings.directory
        self.servers = Servers(
            self.directory, with_mongod=settings.mongodb_url is None, with_redis=settings.redis_url is None
        )
        self._run_env = self.directory / "run.env"

    def claim(self) -> None:
        """Take the directory and the ports and write `run.env`, starting nothing."""
        self.servers.claim()
        crashed = self._run_env.exists()
        patience = _PORT_PATIENCE_AFTER_CRASH_SECONDS if crashed else 0
        check_port("127.0.0.1", self.settings.port, patience, ", or set PORT to a free one")
        if self.settings.mail_host is None:
            smtp = self.servers.address.smtp
            check_port(self.servers.host, smtp, patience, f", for the port belongs to {self.directory}")
        self._write_run_env()

    def release(self) -> None:
        """Give the directory free and remove `run.env`."""
        self._run_env.unlink(missing_ok=True)
        self.servers.release()

    def environment(self) -> dict[str, str]:
        """Return the variables that lead a process to the servers of this instance."""
        settings, servers = self.settings, self.servers
        values = {
            "INSTANCE_DIR": str(self.directory),
            "PORT": str(settings.port),
            "MONGODB_URL": settings.mongodb_url or servers.mongodb_url,
            "REDIS_URL": settings.redis_url or servers.redis_url,
            "CREDENTIAL_KEYS": settings.credential_keys or str(credential_key.kept(self.directory)),
        }
        if settings.mail_host is None:
            return values | {"MAIL_HOST": servers.host, "MAIL_PORT": str(servers.address.smtp)}
        mail = {"MAIL_HOST": settings.mail_host, "MAIL_PORT": settings.mail_port}
        return values | {name: value for name, value in mail.items() if value}

    def parts(self) -> list[Part]:
        """Return what runs, in the order in which it starts."""
        healthy, ready = self._answers("/healthz"), self._answers("/readyz")
        return [
            *self.servers.parts,
            *([self._sink()] if self.settings.mail_host is None else []),
            self._part("db-upgrade", _flask("db", "upgrade"), kind=Task),
            self._part("seed", _flask("seed", "--once"), kind=Task),
            self._part("gunicorn", _python("gunicorn", "-c", "deploy/gunicorn.py", "wsgi:app"), healthy),
            self._part("workers", _flask("worker"), ready),
            self._part("scheduler", _flask("scheduler"), ready),
        ]

    def _sink(self) -> Part:
        host, port = self.servers.host, self.servers.address.smtp
        command = _python("lms.embedded.smtp_sink", host, str(port), str(self.directory / "mailbox"))
        return self._part("smtp", command, lambda: _greets(host, port))

    def _part(
        self, name: str, command: list[str], ready: Callable[[], bool] = lambda: True, kind: type[Part] = Part
    ) -> Part:
        env = {**os.environ, **self.environment(), "PYTHONUNBUFFERED": "1"}
        return kind(name, command, self.directory, ready, env, PROJECT)

    def _answers(self, path: str) -> Callable[[], bool]:
        return lambda: _is_ok(self.settings.port, path)

    def _write_run_env(self) -> None:
        draft = self._run_env.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{name}={_quoted(value)}\n" for name, value in self.environment().items())
        draft.replace(self._run_env)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _flask(*arguments: str) -> list[str]:
    return _python("flask", "--app", "wsgi", *arguments)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _greets(host: str, port: int) -> bool:
    try:
        with smtplib.SMTP(host, port, timeout=2):
            return True
    except OSError:
        return False


def _is_ok(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
