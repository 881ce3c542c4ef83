"""An SMTP server for development that delivers nothing and keeps each message as a file."""

import asyncio
import itertools
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGES_KEPT = 1000
_MESSAGE_BYTES = 20_000_000


class Sink:
    """Keeps the newest messages in a directory, as files whose names sort by the time they came."""

    def __init__(self, directory: Path, limit: int = MESSAGES_KEPT) -> None:
        self._directory = directory
        self._limit = limit
        self._numbers = itertools.count()
        directory.mkdir(parents=True, exist_ok=True)
        for draft in directory.glob("*.tmp"):
            draft.unlink()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a message and answer what SMTP answers for an accepted one."""
        # The envelope knows blind copies; the headers do not.
        recipients = "".join(f"Delivered-To: {address}\r\n" for address in envelope.rcpt_tos)
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        self.keep(recipients.encode() + body)
        return "250 Message accepted for delivery"

    def keep(self, message: bytes) -> None:
        """Write a message so that a reader sees all or nothing of it; drop the oldest beyond the limit."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{next(self._numbers):06d}"
        draft = self._directory / f"{name}.tmp"
        draft.write_bytes(message)
        draft.rename(self._directory / f"{name}.eml")
        for old in sorted(self._directory.glob("*.eml"))[: -self._limit]:
            old.unlink(missing_ok=True)


async def serve(host: str, port: int, directory: Path) -> None:
    """Receive mail on an address until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    sink = Sink(directory)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname=host, enable_SMTPUTF8=True, data_size_limit=_MESSAGE_BYTES, loop=loop),
        host,
        port,
    )
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("Usage: python -m lms.embedded.smtp_sink HOST PORT DIRECTORY")
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
