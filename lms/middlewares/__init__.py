"""What surrounds every request."""

from flask import Flask


def init_app(app: Flask) -> None:
    from lms.middlewares import any_case, public_pages, requests

    any_case.init_app(app)
    public_pages.init_app(app)
    requests.init_app(app)
