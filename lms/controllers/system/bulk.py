"""One decision on several things, each of them decided alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bson import ObjectId

from lms.errors import Refusal


@dataclass(frozen=True, slots=True)
class Selected:
    """One of several that staff selected from a list, with its revision in that list."""

    id: ObjectId
    seen: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which were done, and of the others why not."""

    done: list[ObjectId] = field(default_factory=list)
    refused: dict[ObjectId, Refusal] = field(default_factory=dict)


def decide(selected: Iterable[Selected], decision: Callable[[ObjectId, int], None]) -> Outcome:
    outcome = Outcome()
    for each in selected:
        try:
            decision(each.id, each.seen)
        except Refusal as refusal:
            outcome.refused[each.id] = refusal
        else:
            outcome.done.append(each.id)
    return outcome
