"""Taking out of texts and structures what tells of a person."""

import re
from collections.abc import Container, Iterable
from typing import Any

ADDRESS = re.compile(r"[^\s@<>()\[\]{}\"',:;]+@[^\s@<>()\[\]{}\"',:;]+")
MASK = "(address)"
ERASED = "(erased)"


def without_addresses(text: str) -> str:
    """The text with every e-mail address masked."""
    return ADDRESS.sub(MASK, text) if "@" in text else text


def hinted(address: str) -> str:
    """An e-mail address as who has it knows it again, and nobody else can write to it: `a…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def without_fields(value: Any, names: Container[str]) -> Any:
    """JSON without the fields of these names, however deep, and with the addresses in what is left masked."""
    if isinstance(value, dict):
        return {name: without_fields(each, names) for name, each in value.items() if name not in names}
    if isinstance(value, list):
        return [without_fields(each, names) for each in value]
    return without_addresses(value) if isinstance(value, str) else value


def without_facts(value: Any, facts: Iterable[str]) -> Any:
    """What a document holds, with every mention of one of these texts erased; a short name is none within a word."""
    if isinstance(value, dict):
        return {name: without_facts(each, facts) for name, each in value.items()}
    if isinstance(value, list):
        return [without_facts(each, facts) for each in value]
    if isinstance(value, str):
        for fact in facts:
            value = _mention(fact).sub(ERASED, value)
    return value


def _mention(fact: str) -> re.Pattern[str]:
    before, after = (r"\b" if re.match(r"\w", edge) else "" for edge in (fact[0], fact[-1]))
    return re.compile(before + re.escape(fact) + after)
