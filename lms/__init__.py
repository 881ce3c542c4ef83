"""The application factory."""

from typing import Any

from flask import Flask

from config import load_settings
from lms import cli, errors, extensions, logs, middlewares, routes, sandbox


def create_app(**overrides: Any) -> Flask:
    """The application, from the environment; `overrides` replace settings by their lower-case names."""
    app = Flask(__name__)
    app.config.from_mapping(load_settings(**overrides).for_flask())
    app.url_map.strict_slashes = False
    logs.init_app(app)
    middlewares.init_app(app)
    extensions.init_app(app)
    errors.init_app(app)
    routes.init_app(app)
    sandbox.init_app(app)
    cli.init_app(app)
    return app
