"""Filling an empty development database with demo data, the same every time on the same day."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import click
import pymongo

from lms.controllers.analytics import rollups as rollup_controller
from lms.demo import activity, assessment, catalogue, certificates, codes, imports, machinery, moderation, people, staff
from lms.demo.ids import ANY_DEMO_ID, demo_id
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import users
from lms.models.analytics.rollups import rollups
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import Collection, now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.progress_events import progress_events
from lms.models.learning.reviews import reviews
from lms.models.moderation.approvals import course_approvals
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.models.system.audit_log import audit_log
from lms.services.accounts import passwords
from lms.services.system import page_store

PASSWORD = "learn-by-doing"  # noqa: S105  (everybody may know the password of demo accounts)
BATCH = 1000
BATCH_SECONDS = 600
DAYS_COUNTED_TOGETHER = 1500
"""At scale 1, at which counting them in one go is fastest."""

FILLED: tuple[Collection[Any], ...] = (
    categories,
    course_approvals,
    courses,
    sections,
    subsections,
    enrollments,
    course_progress,
    reviews,
    orders,
    refunds,
    otps,
    profiles,
    users,
)

Document = dict[str, Any]


class Writer:
    """Inserts documents in batches, and counts them."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._waiting: defaultdict[Collection[Any], list[Document]] = defaultdict(list)

    def put(self, collection: Collection[Any], documents: Iterable[Document]) -> None:
        waiting = self._waiting[collection]
        waiting.extend(documents)
        if len(waiting) >= BATCH:
            self._insert(collection)

    def flush(self) -> None:
        for collection in list(self._waiting):
            self._insert(collection)

    def _insert(self, collection: Collection[Any]) -> None:
        batch = self._waiting.pop(collection)
        # The client allows an operation less time than a large batch may need on a slow disk.
        with pymongo.timeout(BATCH_SECONDS):
            collection.raw.insert_many(batch, ordered=False)
        self.counts[collection.name] += len(batch)


def run(scale: int, once: bool) -> None:
    """Make the demo data; raises ClickException on a database in use, which `once` leaves alone."""
    began = time.monotonic()
    if reason := _occupied():
        if not once:
            raise click.ClickException(
                f"{reason} To start afresh, stop the server, drop the database (with the embedded one: delete the "
                "instance directory), then run `flask db upgrade` and `flask seed` again."
            )
        click.echo(reason)
        return
    _clear()
    counts = _fill(scale)
    page_store.purge_all()
    made = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    click.echo(f"Demo data: {made}, in {time.monotonic() - began:.1f} s.")


def _occupied() -> str | None:
    """Why nothing may be added; demo data without its administrator, who comes last, is not a reason."""
    if users.raw.find_one({"_id": demo_id("admin", 0)}, {"_id": 1}):
        return "The demo data is there already."
    others = {"_id": {"$not": ANY_DEMO_ID}}
    if users.raw.find_one(others, {"_id": 1}) or courses.raw.find_one(others, {"_id": 1}):
        return "The database has users or courses of its own."
    return None


def _clear() -> None:
    """Remove what an interrupted run left behind."""
    with pymongo.timeout(BATCH_SECONDS):
        for collection in FILLED:
            collection.delete_many({"_id": ANY_DEMO_ID})
        ledger.delete_many({"order": ANY_DEMO_ID})
        progress_events.delete_many({"user": ANY_DEMO_ID})
        rollups.delete_many({})
        tags.delete_many({"_id": {"$in": [tag["_id"] for tag in catalogue.tags(now())]}})


def _fill(scale: int) -> Counter[str]:
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    password_hash = passwords.hash_of(PASSWORD)
    writer = Writer()
    writer.put(categories, catalogue.categories(midnight))
    writer.put(tags, catalogue.tags(midnight))
    _fill_people(writer, scale, midnight, password_hash)
    _fill_courses(writer, scale, midnight)
    writer.flush()
    machinery.fill(midnight)
    imports.fill(midnight)
    assessment.fill(midnight)
    certificates.fill(midnight)
    _fill_staff(writer, midnight, password_hash)
    _count(scale)
    user, profile = people.admin(midnight, password_hash)
    for collection, document in ((profiles, profile), (users, user)):
        writer.put(collection, [document])
        writer.flush()
    return writer.counts


def _fill_people(writer: Writer, scale: int, midnight: datetime, password_hash: str) -> None:
    for make in (people.instructors, people.students):
        for user, profile in make(scale, midnight, password_hash):
            writer.put(users, [user])
            writer.put(profiles, [profile])
            writer.put(otps, codes.asked_for(user, midnight))


def _fill_staff(writer: Writer, midnight: datetime, password_hash: str) -> None:
    for user, profile in staff.people(midnight, password_hash):
        writer.put(users, [user])
        writer.put(profiles, [profile])
    writer.flush()
    decision = staff.decision(midnight)
    if audit_log.get({"_id": decision["_id"]}) is None:
        audit_log.insert(decision)


def _fill_courses(writer: Writer, scale: int, midnight: datetime) -> None:
    every = catalogue.courses(scale, midnight)
    with click.progressbar(every, length=catalogue.COURSES_A_SCALE * scale, label="Demo courses") as bar:
        for outlined in bar:
            learned = activity.learn(outlined, scale, midnight)
            writer.put(course_approvals, moderation.stage(outlined, learned, midnight))
            writer.put(courses, [outlined.course])
            writer.put(sections, outlined.sections)
            writer.put(subsections, outlined.lessons)
            writer.put(enrollments, learned.enrollments)
            writer.put(course_progress, learned.progress)
            writer.put(reviews, learned.reviews)
            writer.put(orders, learned.orders)
            writer.put(ledger, learned.ledger)
            writer.put(refunds, learned.refunds)
            writer.put(progress_events, learned.events)
    gone = moderation.deleted(midnight)
    for collection, documents in ((courses, [gone.course]), (sections, gone.sections), (subsections, gone.lessons)):
        writer.put(collection, documents)


def _count(scale: int) -> None:
    """Have the reports right from the first minute."""
    days = rollup_controller.every_day(now())
    together = max(7, DAYS_COUNTED_TOGETHER // scale)
    starts = range(0, len(days), together)
    with click.progressbar(starts, label="Demo reports") as bar:
        for start in bar:
            with pymongo.timeout(BATCH_SECONDS):
                rollup_controller.count(days[start : start + together])
    rollups.count_until(now())
