"""The application factory."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile: while modules are imported nearly everything stays, and looking takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@nothing_collected()
def create_app(**overrides: Any) -> "Flask":
    """The application, from the environment; `overrides` replace settings by their lower-case names."""
    from flask import Flask

    from config import load_settings
    from lms import admin, cli, extensions, http, jobs, logs, middlewares, routes, sandbox, studynotion
    from lms.services.system import page_store

    app = Flask(__name__)
    app.config.from_mapping(load_settings(**overrides).for_flask())
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for part in (logs, middlewares, extensions, page_store, http, jobs, routes, studynotion, sandbox, admin, cli):
        part.init_app(app)
    return app
