"""What surrounds every request."""

from flask import Flask


def init_app(app: Flask) -> None:
    from lms.middlewares import public_pages, requests

    public_pages.init_app(app)
    requests.init_app(app)
