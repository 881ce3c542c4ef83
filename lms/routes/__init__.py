"""Every resource's URLs."""

from flask import Flask

from lms.routes import (
    analytics,
    auth,
    authoring,
    avatars,
    categories,
    courses,
    documentation,
    enrollments,
    health,
    invoices,
    media,
    orders,
    otps,
    passwords,
    playbacks,
    profiles,
    progress,
    refunds,
    reviews,
    sections,
    sessions,
    subsections,
    webhooks,
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
    authoring,
    sections,
    subsections,
    media,
    enrollments,
    playbacks,
    reviews,
    orders,
    webhooks,
    invoices,
    refunds,
    analytics,
)
PAGES = (avatars, documentation, health)


def init_app(app: Flask) -> None:
    for resource in RESOURCES:
        app.register_blueprint(resource.api.blueprint)
    for page in PAGES:
        app.register_blueprint(page.bp)
