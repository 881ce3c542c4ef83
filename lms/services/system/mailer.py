"""The door to SMTP; only jobs go through it."""

import smtplib
from email.utils import formataddr, parseaddr
from typing import Any

import idna
from flask import current_app
from flask_mail import Connection, Message

from lms import redaction
from lms.extensions import current_settings


def in_ascii(address: str | tuple[str, str]) -> str:
    """The address with its domain as DNS has it, by IDNA 2008 (UTS 46, non-transitional).

    Flask-Mail would use Python's IDNA 2003, for which `straße.de` is `strasse.de`: somebody else's mailbox.
    """
    address = address if isinstance(address, str) else formataddr(address)
    name, mailbox = parseaddr(address)
    local, _, domain = mailbox.rpartition("@")
    if domain.isascii():
        return address
    return formataddr((name, f"{local}@{idna.encode(domain, uts46=True).decode()}"))


class TimedConnection(Connection):
    """Flask-Mail's connection waits for ever; this one gives up after `MAIL_TIMEOUT` seconds."""

    def configure_host(self) -> smtplib.SMTP:
        settings = current_settings()
        host = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=settings.mail_timeout)
        if settings.mail_tls:
            host.starttls()
        if settings.mail_user:
            host.login(settings.mail_user, settings.mail_pass)
        return host


def send(message: Message) -> None:
    """Hand the message to the SMTP server; raises OSError or smtplib.SMTPException when it is not taken."""
    message.recipients = [in_ascii(each) for each in message.recipients]
    message.sender = in_ascii(message.sender)
    message.reply_to = message.reply_to and in_ascii(message.reply_to)
    try:
        with TimedConnection(current_app.extensions["mail"]) as connection:
            connection.send(message)
    except smtplib.SMTPException as error:
        error.args = tuple(_told_of_nobody(each) for each in error.args)
        raise


def _told_of_nobody(said: Any) -> Any:
    """What a server said of an address, without the address: it is kept with the job that failed."""
    if isinstance(said, dict):
        return [_told_of_nobody(list(each)) for each in said.values()]
    if isinstance(said, list):
        return [_told_of_nobody(each) for each in said]
    if isinstance(said, bytes):
        return redaction.without_addresses(said.decode(errors="replace")).encode()
    return redaction.without_addresses(said) if isinstance(said, str) else said
