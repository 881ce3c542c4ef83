"""The `flask` commands."""

from flask import Flask

from lms.cli import appointments, credentials, exporting, moving, server, staff


def init_app(app: Flask) -> None:
    for part in (server, staff, appointments, credentials, moving, exporting):
        for command in part.COMMANDS:
            app.cli.add_command(command)
