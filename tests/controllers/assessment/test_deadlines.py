"""What comes with time: reminders, once each, and deadlines in countries that change their clocks."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from structlog.testing import capture_logs

from lms.controllers.assessment import deadlines
from lms.jobs.assessment import assignments as jobs
from lms.models.assessment.assignments import assignments
from lms.models.assessment.extensions import extensions
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from tests.handing_in import assigned, edit, extend, handed_in, save
from tests.world import MadeCourse, Person, World

DUE = {"local": "2037-06-30T23:59", "zone": "Asia/Kolkata"}


@pytest.fixture
def made(world: World, teacher: Person, course: MadeCourse) -> dict[str, Any]:
    return assigned(world, teacher, course, title="Knots", due=DUE)


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def remind() -> None:
    jobs.remind_due.run([])


def recount() -> None:
    jobs.recount_deadlines.run([])


def due_in(made: dict[str, Any], hours: float) -> None:
    """The deadline of all lies so far ahead."""
    at = {"$set": {"due.at": now() + timedelta(hours=hours)}}
    assignments.update({"_id": ObjectId(made["id"])}, at)


def reminded(world: World, *people: Person) -> list[int]:
    """How many mails each got by now."""
    remind()
    world.run_jobs()
    return [len(world.inbox.to(each.email)) for each in people]


class TestReminders:
    def test_come_a_day_and_two_hours_before_and_once_each(
        self, world: World, made: dict[str, Any], learner: Person
    ) -> None:
        for hours, mails in ((25, 0), (23.9, 1), (23, 1), (2.1, 1), (1.9, 2), (0.1, 2), (-1, 2)):
            due_in(made, hours)
            assert reminded(world, learner) == [mails]
        mail = world.inbox.to(learner.email)[0]
        assert "Knots" in mail.text
        assert "2037-06-30 23:59 (Asia/Kolkata)" in mail.text

    def test_that_were_missed_are_one(self, world: World, made: dict[str, Any], learner: Person) -> None:
        due_in(made, 1)
        assert reminded(world, learner) == [1]
        assert reminded(world, learner) == [1]

    def test_are_for_who_attends_and_has_handed_in_nothing(
        self, world: World, course: MadeCourse, made: dict[str, Any], learner: Person
    ) -> None:
        done, left, stranger = world.person(), world.person(), world.person()
        for person in (done, left):
            world.enroll(person, course)
        enrollments.leave(left.id, course.id)
        handed_in(world, done, made)
        save(world, learner, made, text="Half a page.")
        due_in(made, 20)
        assert reminded(world, learner, done, left, stranger) == [1, 0, 0, 0]

    def test_reach_everybody_once_though_the_worker_dies_on_the_way(
        self, world: World, course: MadeCourse, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = [world.person() for _ in range(7)]
        for person in people:
            world.enroll(person, course)
        due_in(made, 20)
        monkeypatch.setattr(deadlines, "AT_ONCE", 2)
        mail, calls = jobs.mail_due_soon.promise, []

        def promise(*args: Any) -> Any:
            calls.append(args)
            if len(calls) == 4:
                raise ZeroDivisionError
            return mail(*args)

        monkeypatch.setattr(type(jobs.mail_due_soon), "promise", lambda self, *args: promise(*args))
        with pytest.raises(ZeroDivisionError):
            remind()
        monkeypatch.undo()
        assert reminded(world, *people) == [1] * 7
        found = assignments.get({})
        assert found is not None
        assert "remindedTo" not in found

    def test_are_dropped_where_it_is_handed_in_before_they_are_mailed(
        self, world: World, made: dict[str, Any], learner: Person
    ) -> None:
        due_in(made, 20)
        remind()
        handed_in(world, learner, made)
        world.run_jobs()
        assert world.inbox.to(learner.email) == []

    def test_come_anew_for_another_deadline(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        due_in(made, 20)
        assert reminded(world, learner) == [1]
        edit(world, teacher, made, weight=2)
        assert reminded(world, learner) == [1]
        edit(world, teacher, made, due={**DUE, "local": "2037-07-01T12:00"})
        due_in(made, 20)
        assert reminded(world, learner) == [2]

    def test_go_by_the_deadline_somebody_was_given(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00", zone="Europe/Berlin")
        due_in(made, 20)
        assert reminded(world, learner) == [0]
        extensions.update({}, {"$set": {"due.at": now() + timedelta(hours=20)}})
        assert reminded(world, learner) == [1]
        assert "2037-07-05 18:00 (Europe/Berlin)" in world.inbox.to(learner.email)[0].text
        assert reminded(world, learner) == [1]

    def test_are_none_once_the_lesson_is_deleted(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        world.delete(f"/courses/deleteSubsection/{made['lessonId']}", by=teacher)
        due_in(made, 20)
        assert reminded(world, learner) == [0]


class TestClocksThatChange:
    def test_move_deadlines_and_each_is_logged(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00", zone="Europe/Berlin")
        extensions.update({}, {"$set": {"due.at": now()}})
        due_in(made, 20)
        with capture_logs() as logs:
            recount()
        assert [(each["event"], each["collection"]) for each in logs] == [
            ("deadline_moved", "assignments"),
            ("deadline_moved", "extensions"),
        ]
        found, given = assignments.get({}), extensions.get({})
        assert found is not None
        assert given is not None
        assert found["due"] is not None
        assert found["due"]["at"].isoformat() == "2037-06-30T18:29:59.999000"
        assert given["due"] is not None
        assert given["due"]["at"].isoformat() == "2037-07-05T16:00:59.999000"
        with capture_logs() as logs:
            recount()
        assert logs == []

    def test_that_swallow_a_deadline_leave_it_and_say_so(self, world: World, made: dict[str, Any]) -> None:
        gap = {"due.local": "2027-03-28T02:30", "due.zone": "Europe/Berlin"}
        assignments.update({}, {"$set": gap})
        with capture_logs() as logs:
            recount()
        assert [each["event"] for each in logs] == ["deadline_has_no_time"]
        found = assignments.get({})
        assert found is not None
        assert found["due"] is not None
        assert found["due"]["at"].isoformat() == "2037-06-30T18:29:59.999000"
