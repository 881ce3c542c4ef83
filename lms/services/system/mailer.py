"""The door to SMTP; only jobs go through it."""

import smtplib

from flask import current_app
from flask_mail import Connection, Message

from lms.extensions import current_settings


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
    with TimedConnection(current_app.extensions["mail"]) as connection:
        connection.send(message)
