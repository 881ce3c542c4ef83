"""Counts what an import reads and what becomes of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from lms.models.system.moves import Loss, MoveState

MOST_NAMED = 20
"""Documents that are named for each reason; the report as JSON names them all."""


@dataclass
class Count:
    """Of one collection of theirs: every document that was read is written here, merged into another, or refused.

    Of what is here, some was made by this run, changed or removed; the rest was as it is.
    """

    read: int = 0
    written: int = 0
    merged: int = 0
    refused: int = 0
    made: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def adds_up(self) -> bool:
        return self.read == self.written + self.merged + self.refused


@dataclass
class Tally:
    """`counts` by collection of theirs, `losses` by reason, and the first documents of each reason."""

    counts: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    losses: Counter[str] = field(default_factory=Counter)
    named: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def became(self, kind: str, key: str, state: MoveState, losses: Iterable[Loss]) -> None:
        """Count what became of one document; `key` is that of its row."""
        count = self.counts[kind]
        count.read += 1
        setattr(count, state, getattr(count, state) + 1)
        for loss in losses:
            code = loss["code"]
            self.losses[code] += loss["count"]
            if len(self.named[code]) < MOST_NAMED:
                self.named[code].append(key)

    @property
    def changes(self) -> int:
        """How many documents here this run has made, changed or removed."""
        return sum(count.made + count.changed + count.removed for count in self.counts.values())

    def stored(self) -> dict[str, Any]:
        return {
            "counts": {kind: asdict(count) for kind, count in self.counts.items()},
            "losses": {code: {"count": count, "named": self.named[code]} for code, count in self.losses.items()},
        }
