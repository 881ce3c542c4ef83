"""What a declaration of a job says, and what it may not say."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from bson import ObjectId

from lms.machinery import attempts, registry
from lms.machinery.registry import Job, job
from lms.models.accounts.users import users
from lms.models.system.outbox import outbox
from lms.models.transactions import transactional
from tests.world import World

Declared = Callable[..., Any]


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "JOBS", {})
    monkeypatch.setattr(attempts, "JOBS", registry.JOBS)


done: list[tuple[Any, ...]] = []


def greet(user_id: ObjectId, word: str) -> None:
    """Greet somebody with a word.

    Or with two.
    """
    done.append((user_id, word))


def tidy() -> None:
    """Tidy up."""


def add_up(*days: str) -> None:
    """Add the days up."""
    done.append(days)


def test_a_job_is_called_by_its_module_and_its_name_and_says_what_it_does() -> None:
    made = job(queue="mail", about=users)(greet)
    assert (made.name, made.purpose) == ("test_registry.greet", "Greet somebody with a word.")
    assert {"test_registry.greet": made} == registry.JOBS


def test_queues_and_the_schedule_follow_from_the_jobs() -> None:
    job(queue="mail", about=users)(greet)
    job(queue="letters")(add_up)
    assert (registry.queue_names(), registry.scheduled()) == (["letters", "mail"], [])
    made = job(queue="mail", every="0 3 * * *")(tidy)
    assert (registry.queue_names(), registry.scheduled()) == (["letters", "mail"], [made])
    assert made.after(datetime(2026, 1, 1, 4)) == datetime(2026, 1, 2, 3)


def test_a_promise_is_a_row_and_its_arguments_come_back_as_they_were_given(world: World) -> None:
    made, someone = job(queue="mail", about=users)(greet), ObjectId()
    row = outbox.get({"_id": made.promise(word="Hello", user_id=someone)})
    assert row is not None
    assert (row["job"], row["args"], row["queue"]) == (made.name, [str(someone), "Hello"], "mail")
    done.clear()
    attempts.run(str(row["_id"]))
    assert done == [(someone, "Hello")]


def test_a_promise_is_undone_with_its_transaction(world: World) -> None:
    made = job(queue="mail", about=users)(greet)

    @transactional
    def in_vain() -> None:
        made.promise(ObjectId(), "Hello")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is ours
        in_vain()
    assert outbox.count({}) == 0


def test_a_job_may_take_any_number_of_arguments(world: World) -> None:
    made = job(queue="letters")(add_up)
    done.clear()
    for days in ((), ("2026-01-01",), ("2026-01-01", "2026-01-02", "2026-01-03")):
        attempts.run(str(made.promise(*days)))
    assert done == [(), ("2026-01-01",), ("2026-01-01", "2026-01-02", "2026-01-03")]


@pytest.mark.parametrize("wrong", [(), ("one",), ("one", "two", "three")])
def test_nothing_is_promised_with_other_arguments(world: World, wrong: tuple[str, ...]) -> None:
    made: Job[...] = job(queue="mail", about=users)(greet)
    with pytest.raises(TypeError):
        made.promise(*wrong)
    assert outbox.count({}) == 0


def numbers(count: int) -> None:
    """Count."""


def silent(user_id: ObjectId) -> None: ...


@pytest.mark.parametrize(
    ("function", "said", "flaw"),
    [
        (greet, {}, "does not say what it is about"),
        (tidy, {"about": users}, "is about something that it is not told"),
        (silent, {"about": users}, "does not say what it does"),
        (numbers, {}, "takes something else than ids"),
        (greet, {"about": users, "every": "0 3 * * *"}, "cannot run by the clock"),
        (tidy, {"every": "sometimes"}, "cannot run by the clock"),
    ],
)
def test_what_cannot_work_is_refused_where_it_is_declared(function: Declared, said: dict[str, Any], flaw: str) -> None:
    with pytest.raises(TypeError, match=f"test_registry.{function.__name__} {flaw}"):
        job(queue="mail", **said)(function)
    assert registry.JOBS == {}


def test_two_jobs_cannot_have_one_name() -> None:
    job(queue="mail")(tidy)
    with pytest.raises(TypeError, match="is declared twice"):
        job(queue="letters")(tidy)


def test_what_is_no_job_is_never_run(world: World) -> None:
    for name in ("os.abort", "test_registry.tidy"):
        row_id = outbox.add(name, [], "mail", None)
        attempts.run(str(row_id))
        row = outbox.get({"_id": row_id})
        assert row is not None
        assert (row["state"], row["reason"]) == ("pending", f"LookupError: {name} is not a job")
