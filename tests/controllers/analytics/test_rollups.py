"""Rollups equal the raw documents, whatever happens to the past."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.analytics import rollups as controller
from lms.extensions import mongo
from lms.jobs.analytics import rollups as jobs
from lms.models.accounts.otps import KEPT as CODES_KEPT
from lms.models.accounts.otps import Otp, otps
from lms.models.accounts.users import users
from lms.models.analytics.periods import GRANULARITIES, Period, day_of, holding
from lms.models.analytics.rollups import SUMS, rollups
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import CourseProgress, course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.progress_events import KEPT as EVENTS_KEPT
from lms.models.learning.progress_events import event, progress_events
from lms.models.learning.reviews import reviews
from lms.models.payments.ledger import ledger
from lms.models.system.outbox import outbox
from tests.documents import whole
from tests.raw_counts import Raw, day, monday
from tests.world import MadeCourse, Person, World

PAST = timedelta(days=75)


class School:
    """A school with a past: people, enrolments, money, progress, reviews and codes at random times."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.draw, self.began = world, random.Random(seed), now() - PAST
        self.teacher = world.person("instructor", createdAt=self.began)
        self.categories = [world.category() for _ in range(3)]
        self.courses = [self._course(self.draw.randint(1, 5)) for _ in range(5)]
        self.learners = [world.person(createdAt=self.moment()) for _ in range(14)]
        world.person(createdAt=self.moment(), emailVerifiedAt=None)
        for person in self.learners:
            for course in self.draw.sample(self.courses, self.draw.randint(0, 4)):
                self.enroll(person, course)
        for _ in range(30):
            self.code()

    def _course(self, lessons: int) -> MadeCourse:
        category = self.draw.choice([*self.categories, None])
        made = self.world.course(self.teacher, lessons)
        courses.update({"_id": made.id}, {"$set": {"category": category}})
        return made

    def moment(self, since: datetime | None = None) -> datetime:
        """Some time since then; every third lies within a second of India's midnight."""
        earliest = since or self.began
        some = earliest + (now() - earliest) * self.draw.random()
        if self.draw.random() < 0.33:
            midnight = some.replace(hour=18, minute=30, second=0, microsecond=0)
            near = midnight + timedelta(milliseconds=self.draw.choice([-1, 0, 1]))
            some = near if earliest < near < now() else some
        return some.replace(microsecond=some.microsecond // 1000 * 1000)

    def enroll(self, person: Person, course: MadeCourse) -> None:
        came, paid = self.moment(), self.draw.choice([0, 49_900, 120_000])
        self.world.enroll(person, course, "purchase" if paid else "free")
        pair = {"user": person.id, "course": course.id}
        enrollments.update(pair, {"$set": {"enrolledAt": came}})
        if paid:
            self.book(person, course, paid, came)
        if paid and self.draw.random() < 0.25:
            back = self.moment(came)
            self.book(person, course, -paid, back)
            enrollments.update(pair, {"$set": {"status": "refunded", "endedAt": back}})
        if self.draw.random() < 0.8:
            self.watch(person, course, came)
        if self.draw.random() < 0.5:
            self.review(person, course, self.moment(came))

    def book(self, person: Person, course: MadeCourse, amount: int, at: datetime) -> None:
        line = {"course": course.id, "instructor": self.teacher.id, "amount": amount}
        kind = "capture" if amount > 0 else "refund"
        row = {"order": ObjectId(), "user": person.id, "payment": "pay", "currency": "INR", "lines": [line]}
        ledger.insert({"_id": f"{ObjectId()}:{kind}", "kind": kind, "amount": amount, **row, "at": at})

    def watch(self, person: Person, course: MadeCourse, since: datetime) -> None:
        """Some lessons, the first of them completed; the events come a while later."""
        done = self.draw.randint(0, len(course.lessons))
        ids = [lesson.id for lesson in course.lessons]
        finished = self.moment(since) if done == len(ids) else None
        state = {"user": person.id, "course": course.id, "completed": ids[:done], "completedAt": finished}
        course_progress.insert(whole(CourseProgress, **state))
        for lesson in ids[: done + 1]:
            for at in (self.moment(since), self.moment(since)):
                made = event(person.id, course.id, lesson, at, at)
                mongo.db.progressEvents.replace_one({"_id": made["_id"]}, made, upsert=True)

    def review(self, person: Person, course: MadeCourse, at: datetime) -> None:
        shown = self.draw.choice(["visible", "visible", "hidden"])
        review_id = reviews.publish(person.id, course.id, self.draw.randint(1, 5), "A review.")
        reviews.update({"_id": review_id}, {"$set": {"createdAt": at, "status": shown}})

    def code(self) -> None:
        at = self.moment(now() - timedelta(days=27))
        status = self.draw.choice(["sent", "sent", "failed", "queued", "superseded", "unneeded"])
        otps.insert(whole(Otp, email="a@example.com", status=status, createdAt=at, expiresAt=at + CODES_KEPT))


def kept(granularity: str) -> dict[str, dict[str, Any]]:
    found = rollups.find({"granularity": granularity}, {"countedAt": 0})
    return {each["_id"].partition(":")[2]: dict(each) for each in found}


def assert_rollups_equal_raw() -> None:
    raw, days, today = Raw(), kept("day"), day_of(now())
    every = raw.days()
    assert {each.isoformat() for each in every} <= set(days)
    for each in {*every, today}:
        found = days[each.isoformat()]
        assert {name: found[name] for name in SUMS} == raw.figures(each, each), each
        assert found["activeLearners"] == raw.active(each, each), each
        shown = {row.pop("category"): row for row in found["categories"]}
        assert shown == raw.categories(each, each), each
    weeks, months = kept("week"), kept("month")
    for each in every:
        first = monday(each)
        assert weeks[first.isoformat()]["activeLearners"] == raw.active(first, first + timedelta(days=6))
        first = each.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        assert months[first.isoformat()]["activeLearners"] == raw.active(first, last)


def count_all(world: World) -> None:
    controller.recount_all()
    world.run_jobs()


def refresh(world: World) -> None:
    controller.refresh()
    world.run_jobs()


@pytest.mark.parametrize("seed", range(4))
def test_rollups_equal_the_raw_documents(world: World, seed: int) -> None:
    School(world, seed)
    count_all(world)
    assert_rollups_equal_raw()
    assert sum(each["enrollments"] for each in kept("day").values()) == enrollments.count({}) > 10
    assert any(each["refunded"] for each in kept("day").values())


def test_the_first_refresh_counts_everything(world: World) -> None:
    School(world, 7)
    refresh(world)
    assert_rollups_equal_raw()


def test_counting_again_changes_nothing(world: World) -> None:
    School(world, 8)
    count_all(world)
    before = [kept(granularity) for granularity in GRANULARITIES]
    count_all(world)
    assert [kept(granularity) for granularity in GRANULARITIES] == before


def watch(world: World, person: Person, course: MadeCourse, **event_fields: Any) -> None:
    """Have the person's player tell of every lesson, or of one event."""
    for lesson in course.lessons:
        body: dict[str, Any] = {"subsectionId": str(lesson.id), "completed": True}
        if event_fields:
            body = {"events": [{"id": "e", "subsectionId": str(lesson.id), **event_fields}]}
        assert world.post(f"/profile/updateCourseProgress/{course.id}", body, by=person).status_code == 200


@pytest.mark.parametrize("again", [count_all, refresh])
@pytest.mark.parametrize("seed", range(3))
def test_late_changes_to_the_past_are_counted(world: World, seed: int, again: Any) -> None:
    school = School(world, 100 + seed)
    count_all(world)
    refunded, advanced, late = enrollments.find({"status": "active"}, sort=[("enrolledAt", 1)], limit=3)
    enrollments.update({"_id": refunded["_id"]}, {"$set": {"status": "refunded", "endedAt": now()}})
    people, made = {each.id: each for each in school.learners}, {each.id: each for each in school.courses}
    world.book(people[refunded["user"]], made[refunded["course"]], -49_900)
    watch(world, people[advanced["user"]], made[advanced["course"]])
    told = (now() - timedelta(days=40)).isoformat() + "Z"
    watch(world, people[late["user"]], made[late["course"]], position=5, at=told)
    shown, gone = reviews.find({"status": "visible"}, sort=[("createdAt", 1)], limit=2)
    reviews.decide(shown["_id"], "hidden", "hidden")
    reviews.update({"_id": gone["_id"]}, {"$set": {"deletedAt": now()}})
    world.enroll(world.person(), school.courses[0], "purchase", 99_900)
    otps.settle(otps.request("b@example.com", "login", "email"), "sent")
    with pytest.raises(AssertionError):
        assert_rollups_equal_raw()
    again(world)
    assert_rollups_equal_raw()


def test_a_course_takes_its_past_to_its_new_category_by_night(world: World) -> None:
    school = School(world, 200)
    count_all(world)
    courses.raw.update_many({}, {"$set": {"category": school.categories[0]}})
    courses.raw.delete_one({"_id": school.courses[0].id})
    count_all(world)
    assert_rollups_equal_raw()
    found = {row["category"] for each in kept("day").values() for row in each["categories"]}
    assert found == {school.categories[0], None}


def test_what_has_expired_keeps_its_figures(world: World) -> None:
    school = School(world, 300)
    expired = {
        Period(day_of(now() - EVENTS_KEPT), "day"): {"activeLearners": 5},
        Period(day_of(now() - CODES_KEPT), "day"): {"codesSent": 7},
        holding("week", day_of(now() - EVENTS_KEPT)): {"activeLearners": 11},
        holding("month", day_of(now() - EVENTS_KEPT)): {"activeLearners": 12},
    }
    rollups.keep(expired)
    world.person(createdAt=now() - EVENTS_KEPT)
    enrollments.raw.update_one({"user": school.learners[0].id}, {"$set": {"enrolledAt": now() - CODES_KEPT}})
    count_all(world)
    for period, figures in expired.items():
        [found] = rollups.find({"_id": period.id})
        assert {name: found[name] for name in figures} == figures  # type: ignore[literal-required]
    assert kept("day")[day_of(now() - EVENTS_KEPT).isoformat()]["signUps"] == 1


def test_an_event_that_comes_twice_or_late_counts_once(world: World) -> None:
    course, person = world.course(world.person("instructor"), 1), world.person()
    world.enroll(person, course)
    at = now() - timedelta(days=3)
    begins = at - (at - datetime.min) % timedelta(minutes=15)
    for moment in (begins, begins + timedelta(minutes=14, seconds=59), begins):
        watch(world, person, course, position=5, at=moment.isoformat() + "Z")
    assert [each["at"] for each in progress_events.find({})] == [begins]
    watch(world, person, course, position=5, at=(begins + timedelta(minutes=15)).isoformat() + "Z")
    assert progress_events.count({}) == 2


def test_events_older_than_they_are_kept_are_not_noted(world: World) -> None:
    course, person = world.course(world.person("instructor"), 1), world.person()
    world.enroll(person, course)
    for moment in ("0001-01-01T00:00:00Z", (now() - EVENTS_KEPT - timedelta(minutes=1)).isoformat() + "Z"):
        watch(world, person, course, position=5, at=moment)
    assert progress_events.count({}) == 0


def test_updates_at_once_note_one_event(world: World) -> None:
    course, person = world.course(world.person("instructor"), 1), world.person()
    world.enroll(person, course)
    told = {"id": "e", "subsectionId": str(course.lessons[0].id), "position": 1, "at": now().isoformat() + "Z"}
    call = ("POST", f"/profile/updateCourseProgress/{course.id}", {"events": [told]}, person)
    assert {answer.status_code for answer in world.together(*[call] * 6)} == {200}
    assert progress_events.count({}) == 1


def test_what_does_not_say_its_day_stops_no_figure(world: World) -> None:
    """Whatever brought it in, such as an import: it is counted nowhere, and everything else is."""
    school, moment = School(world, 9), now()
    nameless = {"user": ObjectId(), "course": school.courses[0].id}
    for collection, document in (
        (users, {"firstName": "Asha", "lastName": "Rao", "role": "student"}),
        (enrollments, {**nameless, "status": "ended", "endedAt": moment}),
        (reviews, {**nameless, "status": "visible", "rating": 5, "updatedAt": moment}),
    ):
        collection.raw.insert_one(document, bypass_document_validation=True)
    refresh(world)
    assert kept("day")
    refresh(world)
    count_all(world)
    assert outbox.count({"state": {"$ne": "done"}}) == 0
    assert controller.every_day(moment)[0] == day_of(school.began)
    for collection in (users, enrollments, reviews):
        collection.raw.delete_many({"_id": {"$exists": True}, "createdAt": None, "enrolledAt": None})
    assert_rollups_equal_raw()


def test_a_weeks_days_are_one_job(world: World) -> None:
    world.person(createdAt=now() - timedelta(days=100))
    controller.recount_all()
    weeks = [{monday(date.fromisoformat(each)) for each in row["args"]} for row in outbox.find({})]
    assert all(len(each) == 1 for each in weeks)
    assert len(weeks) == len(set.union(*weeks)) >= 14


def test_the_schedule_keeps_them() -> None:
    assert jobs.refresh.every == "*/5 * * * *"
    assert jobs.recount_all.every.startswith("15 4 ")


def test_days_follow_the_schools_clock(world: World, settings: Any) -> None:
    moment = datetime(2026, 3, 1, 18, 30)
    assert day_of(moment) == day(moment) == date(2026, 3, 2)
    assert Period(date(2026, 3, 2), "day").begins == moment
    settings(school_timezone="UTC")
    assert day_of(moment) == date(2026, 3, 1)
