"""The embedded MongoDB and Redis of one instance directory."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from lms.embedded.address import Address, is_free
from lms.embedded.mongod import Mongod
from lms.embedded.processes import EmbeddedError, wait_until
from lms.embedded.redis_server import RedisServer

# Killed servers may hold their ports for a moment while the kernel takes back their memory.
_PORT_PATIENCE_SECONDS = 5


class Servers:
    """MongoDB and Redis of the instance in `directory`, or only one of them; usable as a context manager."""

    def __init__(self, directory: Path, with_mongod: bool = True, with_redis: bool = True) -> None:
        self.directory = directory.resolve()
        self.address = Address.of(self.directory)
        self.host = self.address.host
        self.mongod = Mongod(self.directory, self.host, self.address.mongod)
        self.redis = RedisServer(self.directory, self.host, self.address.redis)
        self.parts: list[Mongod | RedisServer] = []
        if with_mongod:
            self.parts.append(self.mongod)
        if with_redis:
            self.parts.append(self.redis)
        self._lock: int | None = None

    def claim(self) -> None:
        """Take the instance directory and its ports for this process, starting nothing yet."""
        lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise EmbeddedError(
                f"Another copy is running with this INSTANCE_DIR ({self.directory}): "
                "stop it, or set INSTANCE_DIR to another directory."
            ) from None
        self._lock = lock
        for part in self.parts:
            check_port(part.host, part.port, _PORT_PATIENCE_SECONDS, f", for the port belongs to {self.directory}")

    def release(self) -> None:
        """Give the instance directory free for another process."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def start(self) -> None:
        """Start the servers and return when all are usable."""
        try:
            self.claim()
            for part in self.parts:
                part.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the servers and give the instance directory free."""
        for part in reversed(self.parts):
            part.stop()
        self.release()

    @property
    def mongodb_url(self) -> str:
        """The URL of MongoDB, without the name of a database."""
        return self.mongod.url

    @property
    def redis_url(self) -> str:
        """The URL of Redis, database 0."""
        return self.redis.url

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def check_port(host: str, port: int, patience: float, advice: str) -> None:
    """Refuse a port that is not free within `patience` seconds; `advice` ends the sentence."""
    try:
        wait_until(lambda: is_free(host, port), patience, "")
    except EmbeddedError:
        raise EmbeddedError(f"Port {port} of {host} is in use: stop what listens there{advice}.") from None
