"""What a document's class declares of its fields: their types, and what is marked beside them."""

import copy
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, NotRequired, Required, TypeVar, get_args, get_origin, get_type_hints

M = TypeVar("M")

Shown = Literal["text", "rupees", "seconds", "category", "medium"]


@dataclass(frozen=True)
class Ref:
    """The field is the id of a document elsewhere: `Annotated[ObjectId, Ref("courses")]`."""

    collection: str


@dataclass(frozen=True)
class Label:
    """What staff pages call the field, and how they show what is in it."""

    text: str
    shown: Shown = "text"


@dataclass(frozen=True)
class Default:
    """What the field holds until it is given something; documents from before it was declared get it, too."""

    value: Any


@dataclass(frozen=True)
class Bounds:
    """The least and the most the number may be."""

    least: int
    most: int | None = None


@dataclass(frozen=True)
class AsOfThen:
    """The field copies documents as they were: what has been declared of them since need not be there."""


@dataclass(frozen=True)
class Declared:
    """One field: `hint` is its type, less `NotRequired` and the marks."""

    name: str
    hint: Any
    marks: tuple[Any, ...]
    required: bool

    def mark(self, kind: type[M]) -> M | None:
        """The field's mark of this kind."""
        return next((each for each in self.marks if isinstance(each, kind)), None)


def fields_of(document: Any) -> dict[str, Declared]:
    """The fields of a document's class by their names; of a union, those of all its classes."""
    return {name: field for shape in shapes(document) for name, field in _fields(shape).items()}


def shapes(document: Any) -> tuple[Any, ...]:
    """The classes a collection's documents may have: those of a union, or the one there is."""
    return get_args(document) or (document,)


@cache
def _fields(shape: Any) -> dict[str, Declared]:
    hints = get_type_hints(shape, include_extras=True)
    return {name: _field(name, hint, name in shape.__required_keys__) for name, hint in hints.items()}


def _field(name: str, hint: Any, required: bool) -> Declared:
    marks: tuple[Any, ...] = ()
    while (origin := get_origin(hint)) in (Annotated, NotRequired, Required):
        marks += get_args(hint)[1:] if origin is Annotated else ()
        hint = get_args(hint)[0]
    return Declared(name, hint, marks, required)


def marked(document: Any, kind: type[M]) -> dict[str, M]:
    """The fields that have a mark of this kind, with it."""
    marks = {name: field.mark(kind) for name, field in fields_of(document).items()}
    return {name: mark for name, mark in marks.items() if mark is not None}


def defaults(document: Any) -> dict[str, Any]:
    """A fresh copy of every default that the class declares."""
    return {name: copy.deepcopy(default.value) for name, default in marked(document, Default).items()}
