"""What makes a question of each kind one that can be asked and marked: pure functions of what an author wrote."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lms.services.assessment.marking import folded, number

Content = Mapping[str, Any]
Faults = Iterator[tuple[str, str]]

MOST_CHOICES = 20
ANSWERED_BY = {
    "single": {"right"},
    "multiple": {"right"},
    "truefalse": {"holds"},
    "number": {"value", "tolerance"},
    "text": {"accepted"},
    "order": {"order"},
    "match": {"pairs"},
    "essay": set[str](),
}
"""The fields of the key, by the kind of question."""
WITH_CHOICES = {"single", "multiple", "order", "match"}


def faults(content: Content) -> dict[str, str]:
    """What is wrong with a question, by its fields."""
    found = dict(_of_choices(content))
    key, known = content["key"], ANSWERED_BY[content["kind"]]
    for name in sorted(known.symmetric_difference(key)):
        found[f"key.{name}"] = "This field is required." if name in known else "This kind of question has no such key."
    if not found:
        found |= dict(KEYS[content["kind"]](content, key))
    return found


def _of_choices(content: Content) -> Faults:
    wanted = {"choices": content["kind"] in WITH_CHOICES, "targets": content["kind"] == "match"}
    for name, has in wanted.items():
        ids = _ids(content[name])
        if has and not 2 <= len(ids) <= MOST_CHOICES:
            yield name, f"This takes 2 to {MOST_CHOICES}."
        if not has and ids:
            yield name, "This kind of question has none."
        if len(set(ids)) < len(ids):
            yield name, "Each needs an id of its own."


def _single(content: Content, key: Content) -> Faults:
    if len(key["right"]) != 1 or key["right"][0] not in _ids(content["choices"]):
        yield "key.right", "Name the one choice that is right."


def _multiple(content: Content, key: Content) -> Faults:
    ids, right = set(_ids(content["choices"])), set(key["right"])
    if len(right) < len(key["right"]) or not right < ids or not right:
        yield "key.right", "Name the choices that are right: at least one, and not all."


def _number(content: Content, key: Content) -> Faults:
    told = {name: number(key[name]) for name in ("value", "tolerance")}
    for name in told:
        if told[name] is None:
            yield f"key.{name}", "This has to be a number."
    if (told["tolerance"] or 0) < 0:
        yield "key.tolerance", "This has to be at least 0."


def _text(content: Content, key: Content) -> Faults:
    told = [folded(each) for each in key["accepted"]]
    if not told or not all(told) or len(set(told)) < len(told):
        yield "key.accepted", "Name at least one text, and each once: case and blanks do not matter."


def _order(content: Content, key: Content) -> Faults:
    if sorted(key["order"]) != sorted(_ids(content["choices"])):
        yield "key.order", "Name each choice once, in the right order."


def _match(content: Content, key: Content) -> Faults:
    if set(key["pairs"]) != set(_ids(content["choices"])) or not set(key["pairs"].values()) <= set(
        _ids(content["targets"])
    ):
        yield "key.pairs", "Name for each choice the target that it belongs to."


def _nothing(content: Content, key: Content) -> Faults:
    yield from ()


KEYS: Mapping[str, Callable[[Content, Content], Faults]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _nothing,
    "number": _number,
    "text": _text,
    "order": _order,
    "match": _match,
    "essay": _nothing,
}


def _ids(choices: Iterable[Content]) -> list[str]:
    return [each["id"] for each in choices]


def stored(content: Content, known: Iterable[str] = ()) -> dict[str, Any]:
    """The question as it is kept: ids that tell nothing instead of the author's, unless `known`; numbers with a point.

    An author's `right` or `a`, `b`, `c` would tell learners what is right, or in which order it was written.
    """
    kept, ids = set(known), [*_ids(content["choices"]), *_ids(content["targets"])]
    new = {each: each if each in kept else secrets.token_hex(6) for each in ids}
    return {
        **content,
        **{name: [{**each, "id": new[each["id"]]} for each in content[name]] for name in ("choices", "targets")},
        "key": _renamed(content["key"], new),
    }


def _renamed(key: Content, new: Mapping[str, str]) -> dict[str, Any]:
    renamed: dict[str, Any] = {**key}
    for name in ("right", "order"):
        if name in key:
            renamed[name] = [new[each] for each in key[name]]
    if "pairs" in key:
        renamed["pairs"] = {new[each]: new[partner] for each, partner in key["pairs"].items()}
    for name in ("value", "tolerance"):
        if name in key:
            renamed[name] = str(number(key[name]))
    return renamed


def takes(asked: Content, value: Any) -> bool:
    """Whether an answer has the shape of the question's kind; `asked` is an item of a paper. Nothing always fits."""
    if value is None:
        return True
    choices, targets = set(asked["choices"]), set(asked["targets"])
    if asked["kind"] in ("multiple", "order"):
        return isinstance(value, list) and len(set(value)) == len(value) and set(value) <= choices
    if asked["kind"] == "match":
        return isinstance(value, Mapping) and set(value) <= choices and set(value.values()) <= targets
    if asked["kind"] == "truefalse":
        return isinstance(value, bool)
    return isinstance(value, str) and (asked["kind"] != "single" or value in choices)
