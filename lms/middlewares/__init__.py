"""What surrounds every request."""

from flask import Flask


def init_app(app: Flask) -> None:
    from lms.middlewares import requests

    requests.init_app(app)
