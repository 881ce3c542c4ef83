"""A process that is killed while somebody hands in a quiz: all that follows from it is there once, or not yet."""

import contextlib
import http.client
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from lms.extensions import mongo
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.base import now
from lms.models.certificates.certificates import certificates
from lms.models.learning.course_progress import course_progress
from tests.assessing import (  # noqa: F401
    Asked,
    begin,
    course_of_one_lesson,
    given,
    learner_who_attends,
    make_quiz,
    save,
    single_choice,
)
from tests.certificates import complete, enable
from tests.processes import gunicorn_process
from tests.waiting import eventually
from tests.world import API, MadeCourse, Person, World

TRIES = 3
"""How often a transaction that meets what another holds has been given up, at least, when it is at its last write."""


@pytest.fixture
def quiz(world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked) -> str:
    """Which completes the course, that gives certificates, for a learner who has done all of the rest."""
    complete(world, learner, course)
    made = make_quiz(world, teacher, course, single, attempts=None)
    enable(course)
    course_progress.update({"user": learner.id}, {"$set": {"completedAt": None}})
    return made


@pytest.fixture
def api(world: World, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    with gunicorn_process("wsgi:app", environment) as found:
        yield found


def hand_in(address: str, attempt: str, learner: Person, answers: list[int]) -> None:
    """Ask for it, and note the answer's status if there is one."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    headers = {"Authorization": f"Bearer {learner.token}"}
    with contextlib.suppress(http.client.HTTPException, ConnectionError), contextlib.closing(connection):
        connection.request("POST", f"{API}/assessments/attempts/{attempt}/submit", headers=headers)
        answers.append(connection.getresponse().status)


@contextmanager
def held_up(learner: Person) -> Iterator[Callable[[], bool]]:
    """The last thing that handing in writes is held by somebody else; gives whether it has been tried."""
    client: Any = mongo.cx
    given_up = lambda: int(client.admin.command("serverStatus")["transactions"]["totalAborted"])  # noqa: E731
    with client.start_session() as session, session.start_transaction():
        where, change = {"user": learner.id}, {"$set": {"updatedAt": now()}}
        course_progress.raw.update_one(where, change, session=session)
        before = given_up()
        yield lambda: given_up() >= before + TRIES
        session.abort_transaction()


def kill_workers(master: int) -> None:
    for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def test_killed_between_its_writes_it_has_not_happened_and_happens_once_afterwards(
    world: World, course: MadeCourse, learner: Person, single: Asked, quiz: str, api: tuple[str, int]
) -> None:
    address, master = api
    attempt, answers = begin(world, learner, quiz)["id"], list[int]()
    assert save(world, learner, attempt, given(single, single.right)).status_code == 200
    with held_up(learner) as is_at_its_last_write:
        asking = threading.Thread(target=hand_in, args=(address, attempt, learner, answers))
        asking.start()
        eventually(is_at_its_last_write, "The end of what handing in writes")
        kill_workers(master)
        asking.join()
    assert answers == []
    assert [each["state"] for each in quiz_attempts.find({})] == ["open"]
    assert grades.count({}) == course_grades.count({}) == certificates.count({}) == 0

    def handed_in() -> bool:
        hand_in(address, attempt, learner, answers)
        return answers[-1:] == [200]

    eventually(handed_in, "The answer to handing in again")
    first = all_that_follows()
    assert handed_in()
    assert all_that_follows() == first
    [ended], [grade] = quiz_attempts.find({}), grades.find({})
    assert (ended["state"], ended["how"], ended["score"], ended["revision"]) == ("graded", "learner", 100, 2)
    assert (grade["source"], grade["points"], grade["revision"]) == (ObjectId(attempt), 100, 1)
    assert certificates.count({"user": learner.id, "course": course.id}) == 1


def all_that_follows() -> list[Any]:
    return [each.find({}) for each in (quiz_attempts, grades, course_grades, course_progress, certificates)]
