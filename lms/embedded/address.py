"""Where an instance's servers listen: a loopback address of its own, chosen once and kept."""

import json
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen on this address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass(frozen=True)
class Address:
    """A loopback host and the ports of the three servers on it."""

    host: str
    mongod: int = 27017
    redis: int = 6379
    smtp: int = 1025

    @classmethod
    def of(cls, directory: Path) -> Self:
        """Return the address kept in an instance directory, choosing and keeping one the first time."""
        file = directory / "address.json"
        if not file.exists():
            directory.mkdir(parents=True, exist_ok=True)
            draft = directory / f"address.{os.getpid()}.tmp"
            draft.write_text(json.dumps(asdict(cls.pick())))
            # A link, unlike a rename, leaves the address of whoever came first.
            with suppress(FileExistsError):
                file.hardlink_to(draft)
            draft.unlink()
        return cls(**json.loads(file.read_text()))

    @classmethod
    def pick(cls) -> Self:
        """Choose a random loopback host, with other ports than the usual ones where something takes those."""
        for _ in range(20):
            host = ".".join(str(number) for number in (127, *(1 + secrets.randbelow(254) for _ in range(3))))
            if all(is_free(host, port) for port in (cls.mongod, cls.redis, cls.smtp)):
                return cls(host)
        # A server on 0.0.0.0, such as a published container, takes its port on every loopback address.
        return cls(host, *(_port_near(host, port) for port in (cls.mongod, cls.redis, cls.smtp)))


def _port_near(host: str, usual: int) -> int:
    # Below the range from which the kernel takes the ports of outgoing connections.
    candidates = (usual, *(20000 + secrets.randbelow(12000) for _ in range(100)))
    return next(port for port in candidates if is_free(host, port))
