"""What an answer earns: pure functions of a question with its key, and of what was answered.

Nothing here raises for an answer of the wrong shape; it earns nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")
MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")

NOTHING, ALL = Fraction(0), Fraction(1)

Question = Mapping[str, Any]


def mark(question: Question, points: int, answer: Any) -> int | None:
    """The hundredths that an answer earns of the question's `points`, rounded down; none where a person has to look."""
    if question["kind"] == "essay":
        return None if _is_written(answer) else 0
    return int(SHARES[question["kind"]](question, answer) * points)


def folded(text: str) -> str:
    """What texts are compared by: composed, without case, blanks as one; not by likeness."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(composed.split())


def number(text: str) -> Decimal | None:
    """A decimal number with a comma or a point, and blanks between its digits; none for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(MINUS).split())
    plain = "".join(str(unicodedata.decimal(each, each)) for each in plain)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def _is_written(answer: Any) -> bool:
    return isinstance(answer, str) and bool(answer.strip())


def _one(question: Question, answer: Any) -> Fraction:
    return ALL if [answer] == question["key"]["right"] else NOTHING


def _several(question: Question, answer: Any) -> Fraction:
    """The share of the right ones that were chosen, less that of the wrong ones: all of both is nothing."""
    ids, right = {each["id"] for each in question["choices"]}, set(question["key"]["right"])
    chosen = set(_texts(answer)) & ids
    wrong = ids - right
    earned = Fraction(len(chosen & right), len(right)) - Fraction(len(chosen & wrong), len(wrong))
    return max(NOTHING, earned)


def _holds(question: Question, answer: Any) -> Fraction:
    return ALL if answer is question["key"]["holds"] else NOTHING


def _number(question: Question, answer: Any) -> Fraction:
    given = number(answer) if isinstance(answer, str) else None
    if given is None:
        return NOTHING
    off = abs(Fraction(given) - Fraction(question["key"]["value"]))
    return ALL if off <= Fraction(question["key"]["tolerance"]) else NOTHING


def _text(question: Question, answer: Any) -> Fraction:
    accepted = {folded(each) for each in question["key"]["accepted"]}
    return ALL if isinstance(answer, str) and folded(answer) in accepted else NOTHING


def _order(question: Question, answer: Any) -> Fraction:
    """All or nothing: a sequence with two exchanged is another sequence."""
    return ALL if answer == question["key"]["order"] else NOTHING


def _match(question: Question, answer: Any) -> Fraction:
    """The share of the pairs that are right."""
    pairs = question["key"]["pairs"]
    given = answer if isinstance(answer, Mapping) else {}
    return Fraction(sum(given.get(each) == partner for each, partner in pairs.items()), len(pairs))


def _texts(answer: Any) -> list[str]:
    return [each for each in answer if isinstance(each, str)] if isinstance(answer, list) else []


SHARES: Mapping[str, Callable[[Question, Any], Fraction]] = {
    "single": _one,
    "multiple": _several,
    "truefalse": _holds,
    "number": _number,
    "text": _text,
    "order": _order,
    "match": _match,
}
"""The share of its points that an answer earns, by the kind of the question."""
