"""Every resource's URLs."""

from flask import Flask

from lms.routes.accounts import addresses, auth, avatars, contact, otps, passwords, profiles, sessions
from lms.routes.analytics import reports as analytics
from lms.routes.assessment import assignments, attempts, gradebook, questions, quizzes
from lms.routes.authoring import authors, media, sections, subsections
from lms.routes.authoring import courses as authoring
from lms.routes.catalogue import categories, courses
from lms.routes.certificates import certificates, designs, published, verification
from lms.routes.imports import imports
from lms.routes.learning import enrollments, lessons, playbacks, progress, reviews
from lms.routes.payments import invoices, orders, refunds, webhooks
from lms.routes.system import documentation, health

RESOURCES = (
    auth,
    otps,
    passwords,
    addresses,
    sessions,
    profiles,
    contact,
    progress,
    categories,
    courses,
    authoring,
    authors,
    sections,
    subsections,
    media,
    enrollments,
    lessons,
    playbacks,
    assignments,
    questions,
    quizzes,
    attempts,
    reviews,
    designs,
    certificates,
    orders,
    webhooks,
    invoices,
    refunds,
    gradebook,
    analytics,
    imports,
)
PAGES = (avatars, documentation, health, verification, published)


def init_app(app: Flask) -> None:
    for resource in RESOURCES:
        app.register_blueprint(resource.api.blueprint)
    for page in PAGES:
        app.register_blueprint(page.bp)
