"""A run of an import: it looks, or copies and then counts what was copied."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pymongo
from bson import ObjectId
from pymongo import UpdateOne

from lms.controllers.analytics import rollups as rollup_controller
from lms.controllers.catalogue import counters
from lms.errors import ImportGoesOn, TargetNotReady
from lms.extensions import mongo
from lms.migrations import status
from lms.models.accounts.users import users
from lms.models.analytics.rollups import rollups
from lms.models.base import Subject, now
from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from lms.models.system.move_runs import move_runs
from lms.models.transactions import transactional
from lms.moving.became import Options
from lms.moving.copy import Copy
from lms.moving.shelves import SHELVES
from lms.moving.source import Source
from lms.moving.survey import survey, to_read
from lms.moving.tally import Tally
from lms.moving.writer import Writer
from lms.services.system import page_store

SECONDS = 86_400
"""What a pass may take; the client allows an operation three seconds."""
COURSES_AT_ONCE = 200
DAYS_AT_ONCE = 366
RENEW_SECONDS = 10
MADE_ADMIN = "user.create_admin"

T = TypeVar("T")

Stage = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows how a stage goes on, of which it is told the name and how many steps it has."""


@contextmanager
def silent(name: str, length: int) -> Iterator[Callable[[int], None]]:
    """Shows nothing."""
    yield lambda count: None


def look(source: Source, options: Options, stage: Stage = silent) -> Tally:
    """Read everything and write nothing: what an import would do, and what it would lose."""
    _require_ready(source)
    with pymongo.timeout(SECONDS):
        return _pass(source, options, Writer(Tally()), stage)


def copy(source: Source, options: Options, stage: Stage = silent, count_days: bool = True) -> Tally:
    """Copy what is not here yet as it is there. Safe to end at any moment and to run again.

    Counting the days takes as long as all the rest; until they are, reports do not know of what was copied.
    """
    _require_ready(source)
    with _alone() as hold:
        unfinished = move_runs.is_unfinished()
        run_id = move_runs.begin(source.label, options.stored())
        tally = Tally()
        try:
            with pymongo.timeout(SECONDS):
                _pass(source, options, Writer(tally, run_id), _holding(stage, hold))
                move_runs.forget_begun()
                if tally.changes or unfinished:
                    _follow_up(_holding(stage, hold), count_days)
                    _record(source, options, tally, run_id)
                    page_store.purge_all()
        except BaseException:
            move_runs.enter(run_id, "failed")
            raise
        counted = count_days or not (tally.changes or unfinished)
        move_runs.enter(run_id, "done" if counted else "copied", changed=tally.changes, report=tally.stored())
        return tally


def _require_ready(source: Source) -> None:
    assert mongo.db is not None, "The application has not been created yet."
    source.require_other_than(mongo.db)
    if any(ran_at is None for _, ran_at in status()):
        raise TargetNotReady


def _pass(source: Source, options: Options, writer: Writer, stage: Stage) -> Tally:
    with stage("Looking at what is there", to_read(source)) as step:
        school = survey(source, step)
    to_do = sum(source.count(shelf.kind) for shelf in SHELVES) + school.offsets[-1]
    with stage("Comparing" if writer.dry else "Copying", to_do) as step:
        Copy(source, school, options, writer, step).run()
    return writer.tally


def _follow_up(stage: Stage, count_days: bool) -> None:
    """Count what follows from what was copied."""
    ids = [each["_id"] for each in courses.raw.find({}, {"_id": 1})]
    with stage("Counting", len(ids)) as step:
        for part in _parts(ids, COURSES_AT_ONCE):
            _count(part)
            step(len(part))
    days = rollup_controller.every_day(now()) if count_days else []
    with stage("Counting its days", len(days)) as step:
        for some in _parts(days, DAYS_AT_ONCE):
            rollup_controller.count(some)
            step(len(some))
    if count_days:
        rollups.count_until(now())


def _parts(every: list[T], most: int) -> Iterator[list[T]]:
    return (every[start : start + most] for start in range(0, len(every), most))


def _count(ids: Sequence[ObjectId]) -> None:
    """Set the counters that course lists show; the ids are those of courses."""
    truth = counters.truth_of({"course": {"$in": ids}})
    found = courses.raw.find({"_id": {"$in": ids}}, counters.SHOWN)
    wrong = {course["_id"]: counters.wrong_in(course, truth) for course in found}
    writes = [UpdateOne({"_id": course_id}, {"$set": fields}) for course_id, fields in wrong.items() if fields]
    if writes:
        courses.raw.bulk_write(writes, ordered=False)


@transactional
def _record(source: Source, options: Options, tally: Tally, run_id: ObjectId) -> None:
    """Tell the audit log of the run, and of each administrator that it made."""
    counts = {kind: count.made for kind, count in tally.counts.items() if count.made}
    audit_log.record("school.import", Subject(move_runs.name, run_id, source.label), {}, counts)
    for user in users.find({"_id": {"$in": sorted(options.admins or ())}, "role": "admin"}):
        if not audit_log.get({"collection": users.name, "subject": str(user["_id"]), "action": MADE_ADMIN}):
            audit_log.record(MADE_ADMIN, users.subject(user), {}, {"role": "admin"})


@contextmanager
def _alone() -> Iterator[Callable[[], None]]:
    """Nobody else imports meanwhile; gives what keeps it so, and raises ImportGoesOn where somebody does."""
    if not move_runs.take_lock():
        raise ImportGoesOn
    renewed = time.monotonic()

    def hold() -> None:
        nonlocal renewed
        if time.monotonic() - renewed > RENEW_SECONDS:
            renewed = time.monotonic()
            if not move_runs.renew_lock():
                raise ImportGoesOn

    try:
        yield hold
    finally:
        move_runs.release_lock()


def _holding(stage: Stage, hold: Callable[[], None]) -> Stage:
    """The same stages, at every step of which the lock is kept."""

    @contextmanager
    def held(name: str, length: int) -> Iterator[Callable[[int], None]]:
        with stage(name, length) as step:

            def both(count: int) -> None:
                hold()
                step(count)

            yield both

    return held
