"""Which pages a write makes old, and what a page has been made of: both in the same keys.

A key names something pages show: a document (`course/<id>`), what one reader sees of themselves (`learner/<id>`), or a
field that lists are chosen or sorted by (`courses.status`). Collections declare the keys of their documents; a write
makes old those of what it changed, and a page is kept under those of what was read for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Fields = frozenset[str]

EVERY_FIELD: Fields = frozenset({"*"})
"""What an insert and a deletion change."""


@dataclass(frozen=True)
class Shown:
    """Pages show documents under `key`, such as `course/{_id}`: the braces name fields. Of `fields`, or of all."""

    key: str
    fields: Fields | None = None

    @property
    def needed(self) -> Fields:
        """The fields of a document that have to be known to tell its keys."""
        return frozenset(part.partition("}")[0] for part in self.key.split("{")[1:])

    def keys(self, name: str, changed: Fields, document: Document) -> Iterable[str]:
        if self.fields is None or changed == EVERY_FIELD or self.fields & changed:
            yield self.key.format_map(document)


@dataclass(frozen=True)
class Listed:
    """Lists are chosen or sorted by these `fields`; they hold only documents with the values of `where`."""

    fields: Fields
    where: Mapping[str, Any]

    @property
    def needed(self) -> Fields:
        return frozenset(self.where)

    def keys(self, name: str, changed: Fields, document: Document) -> Iterable[str]:
        if any(document.get(field) != value for field, value in self.where.items() if field not in changed):
            return
        moved = self.fields if changed == EVERY_FIELD else self.fields & changed
        yield from (f"{name}.{field}" for field in moved)


Rule = Shown | Listed


def changed_by(change: Any) -> Fields:
    """The fields that an update of MongoDB's writes, be it a document of operators or a pipeline."""
    stages = change if isinstance(change, list) else [change]
    return frozenset(name for stage in stages for named in stage.values() for name in _names(named))


def _names(named: Any) -> Iterator[str]:
    for each in [named] if isinstance(named, str) else named:
        yield each.partition(".")[0]


_reading: ContextVar[set[str] | None] = ContextVar("reading", default=None)


@contextmanager
def reading() -> Iterator[set[str]]:
    """Gathers the keys of all that is read for a page."""
    keys: set[str] = set()
    token = _reading.set(keys)
    try:
        yield keys
    finally:
        _reading.reset(token)


def read(*keys: str) -> None:
    """Note that the page being made, if one is, shows what is under these keys."""
    gathered = _reading.get()
    if gathered is not None:
        gathered.update(keys)


def read_list(name: str, listed: Listed, *conditions: Mapping[str, Any], words: Fields = frozenset()) -> None:
    """Note that the page being made holds a list of this collection, chosen and sorted by these filters and orders.

    `words` are the fields in which a filter by `$text` looks. Raises TypeError where a field is asked of which no write
    is declared to make lists old.
    """
    asked = {field for condition in conditions for field in _asked(condition, words)}.union(listed.where)
    if unknown := asked - listed.fields:
        raise TypeError(f"Lists of {name} are not declared to depend on {', '.join(sorted(unknown))}.")
    read(*(f"{name}.{field}" for field in asked))


def _asked(condition: Mapping[str, Any], words: Fields) -> Iterator[str]:
    for field, value in condition.items():
        if field in ("$and", "$or"):
            for each in value:
                yield from _asked(each, words)
        elif field == "$text":
            yield from words
        elif field != "_id" and not (isinstance(value, Mapping) and "$meta" in value):
            yield field
