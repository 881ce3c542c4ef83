"""A real SMTP server that keeps what it is given, and can be told to refuse or to fall silent."""

import asyncio
import logging
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Received:
    to: str
    subject: str
    text: str
    html: str
    reply_to: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


logging.getLogger("mail.log").setLevel(logging.WARNING)


class Inbox:
    """Listens on a free loopback port of its own."""

    def __init__(self) -> None:
        self.host, self.port = "127.0.0.1", free_port()
        self.messages: list[Received] = []
        self.refusal: str | None = None
        self.silent = False
        self.asked = 0
        self._controller = Controller(self, hostname=self.host, port=self.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def clear(self) -> None:
        self.messages.clear()
        self.refusal, self.silent, self.asked = None, False, 0

    def to(self, address: str) -> list[Received]:
        return [message for message in self.messages if message.to == address]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked += 1
        while self.silent:
            await asyncio.sleep(0.05)
        if self.refusal:
            return self.refusal
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(
            Received(
                to=envelope.rcpt_tos[0],
                subject=str(message["subject"]),
                text=_part(message, "plain"),
                html=_part(message, "html"),
                reply_to=str(message["reply-to"] or ""),
                files={str(part.get_filename()): part.get_content() for part in message.iter_attachments()},
            )
        )
        return "250 kept"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""
