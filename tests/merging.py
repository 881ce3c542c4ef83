"""Two accounts of one person, for tests that make one of them."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

from lms.controllers.accounts import merging
from lms.controllers.accounts.merging import Look
from lms.controllers.catalogue import counters
from lms.models.accounts.users import users
from lms.models.actors import Actor, acting_as
from lms.models.base import COLLECTIONS
from lms.models.catalogue.courses import courses
from lms.models.fields import Ref
from lms.models.merging import Stays
from tests.world import Person

ADMINISTRATOR = Actor(None, "Meera Rao", "admin")


def looked_at(kept: Person, merged: Person) -> Look:
    with acting_as(ADMINISTRATOR):
        return merging.look(kept.id, merged.id)


def merge(kept: Person, merged: Person, seen: str | None = None) -> None:
    with acting_as(ADMINISTRATOR):
        merging.merge(kept.id, merged.id, "Both are hers: she answered from both addresses.", seen)


def naming_people() -> Iterator[tuple[str, str]]:
    """Each collection, and the path of each field in it that names a person."""
    for name, collection in COLLECTIONS.items():
        for shape in get_args(collection.fields) or (collection.fields,):
            yield from ((name, path) for path in sorted(set(_paths(shape, ""))))


def _paths(shape: Any, before: str) -> Iterator[str]:
    for name, hint in get_type_hints(shape, include_extras=True).items():
        for path, inner in _within(hint, f"{before}{name}"):
            if isinstance(inner, Ref) and inner.collection == "users":
                yield path
            elif isinstance(inner, type) and getattr(inner, "__required_keys__", None) is not None:
                yield from _paths(inner, f"{path}.")


def _within(hint: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, hint
    for each in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        if get_origin(hint) is not None or hasattr(hint, "__metadata__"):
            yield from _within(each, path)


def left_behind(person: Person) -> list[tuple[str, str]]:
    """Where somebody is named still, but for what stays as it was written."""
    return [
        (name, field)
        for name, collection in COLLECTIONS.items()
        for field, rule in collection.on_merge.items()
        if not isinstance(rule, Stays) and collection().raw.count_documents({field: person.id})
    ]


def wrong_counters() -> list[Any]:
    """What the nightly proof of courses' counters would mend."""
    truth = counters.truth_of({})
    return [
        (each["title"], counters.wrong_in(each, truth)) for each in courses.find({}) if counters.wrong_in(each, truth)
    ]


def stored(person: Person) -> dict[str, Any]:
    """The account as it is kept, whatever became of it."""
    found: dict[str, Any] = users.raw.find_one({"_id": person.id})
    return found
