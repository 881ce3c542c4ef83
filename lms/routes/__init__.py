"""Every resource's URLs."""

from flask import Flask

from lms.routes import (
    auth,
    categories,
    courses,
    documentation,
    enrollments,
    health,
    otps,
    passwords,
    profiles,
    progress,
    reviews,
    sections,
    sessions,
    subsections,
)

RESOURCES = (
    auth,
    otps,
    passwords,
    sessions,
    profiles,
    progress,
    categories,
    courses,
    sections,
    subsections,
    enrollments,
    reviews,
)
PAGES = (documentation, health)


def init_app(app: Flask) -> None:
    for resource in RESOURCES:
        app.register_blueprint(resource.api.blueprint)
    for page in PAGES:
        app.register_blueprint(page.bp)
