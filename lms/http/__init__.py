"""From an endpoint as declared to what goes over the wire, and back."""

from flask import Flask


def init_app(app: Flask) -> None:
    from lms.http import converters, rendering

    converters.init_app(app)
    rendering.init_app(app)
