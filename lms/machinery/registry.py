"""What a job is: a function of ids, declared once; its name, queue, subject and times follow from the declaration."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, ParamSpec

from bson import ObjectId
from croniter import croniter

from lms.machinery import outbox
from lms.models.base import Collection

P = ParamSpec("P")

JOBS: dict[str, "Job[...]"] = {}
"""Every job by its name; complete once the application has been created."""


@dataclass(frozen=True)
class Job(Generic[P]):
    """`about` is the collection that the first argument is an id of, `every` when it runs by itself (cron, in UTC)."""

    name: str
    queue: str
    about: Collection[Any] | None
    every: str | None
    function: Callable[P, None]

    @property
    def purpose(self) -> str:
        """What it does, in one sentence."""
        return (self.function.__doc__ or "").partition("\n")[0]

    @property
    def parameters(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self.function).parameters.values())

    def promise(self, *args: P.args, **kwargs: P.kwargs) -> ObjectId:
        """Have it run at least once with these arguments, if the transaction around this is committed."""
        bound = inspect.signature(self.function).bind(*args, **kwargs)
        return outbox.promise(self.name, [str(each) for each in bound.args], self.queue)

    def typed(self, args: list[str]) -> list[Any]:
        """The arguments of a stored row as what the function takes."""
        types: list[Any] = [each.annotation for each in self.parameters]
        rest = types[-1:] * (len(args) - len(types))
        return [convert(arg) for convert, arg in zip([*types, *rest], args, strict=False)]

    def run(self, args: list[str]) -> None:
        """Do it now, with the arguments of a stored row."""
        function: Callable[..., None] = self.function
        function(*self.typed(args))

    def after(self, moment: datetime) -> datetime:
        """When it runs by itself next."""
        assert self.every, f"{self.name} does not run by the clock."
        following: datetime = croniter(self.every, moment).get_next(datetime)
        return following


def job(
    *, queue: str, about: Collection[Any] | None = None, every: str | None = None
) -> Callable[[Callable[P, None]], Job[P]]:
    """Declare a job; its name `<module>.<function>` stands in stored rows, so that files may move but not be renamed.

    `every` reads minute hour day month weekday, and seconds where given. Raises TypeError for what cannot work.
    """

    def declare(function: Callable[P, None]) -> Job[P]:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        made = Job(name, queue, about, every, function)
        if flaw := _flaw(made):
            raise TypeError(f"The job {name} {flaw}.")
        JOBS[name] = made
        return made

    return declare


def _flaw(made: Job[P]) -> str | None:
    types = [each.annotation for each in made.parameters]
    if made.name in JOBS:
        return "is declared twice"
    if not made.purpose:
        return "does not say what it does"
    if any(each not in (ObjectId, str) for each in types):
        return "takes something else than ids"
    if made.about is None and ObjectId in types:
        return "does not say what it is about"
    if made.about is not None and not types:
        return "is about something that it is not told"
    if made.every is not None and (types or not croniter.is_valid(made.every)):
        return "cannot run by the clock"
    return None


def queue_names() -> list[str]:
    """The queues that jobs are declared for, by the alphabet."""
    return sorted({each.queue for each in JOBS.values()})


def scheduled() -> list[Job[...]]:
    """The jobs that run by the clock, by the alphabet."""
    return sorted((each for each in JOBS.values() if each.every), key=lambda each: each.name)
