"""The `flask` commands."""

from flask import Flask

from lms.cli import appointments, credentials, server, staff


def init_app(app: Flask) -> None:
    for command in (*server.COMMANDS, *staff.COMMANDS, *appointments.COMMANDS, *credentials.COMMANDS):
        app.cli.add_command(command)
