"""Bringing in what another system holds."""

from flask.cli import AppGroup

imports = AppGroup("import", help="Bring in what another system holds.")


COMMANDS = (imports,)
