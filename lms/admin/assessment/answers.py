"""Answers and keys as people read them, by the bodies of the choices that they name."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from lms.admin.formats import rich_html

Said = list[Markup]


def readable(asked: Mapping[str, Any]) -> dict[str, Said]:
    """What was answered to a question (`said`) and what is right (`right`), line by line; nothing where nothing was."""
    key = asked["key"]
    right = {
        "single": key.get("right"),
        "multiple": key.get("right"),
        "truefalse": key.get("holds"),
        "order": key.get("order"),
        "match": key.get("pairs"),
    }.get(asked["kind"])
    written = {"number": _within(key), "text": [escape(each) for each in key.get("accepted", [])]}
    return {"said": _lines(asked, asked["answer"]), "right": written.get(asked["kind"]) or _lines(asked, right)}


def _lines(asked: Mapping[str, Any], value: Any) -> Said:
    bodies = {each["id"]: rich_html(each["body"]) for name in ("choices", "targets") for each in asked[name]}
    if value is None:
        return []
    if isinstance(value, bool):
        return [escape("true" if value else "false")]
    if isinstance(value, Mapping):
        return [Markup("{} → {}").format(bodies[left], bodies[right]) for left, right in value.items()]
    return [bodies.get(each, escape(each)) for each in (value if isinstance(value, list) else [value])]


def _within(key: Mapping[str, Any]) -> Said:
    """A number, with how far off an answer may be."""
    if "value" not in key:
        return []
    off = key.get("tolerance", "0")
    return [escape(key["value"] if off == "0" else f"{key['value']} ± {off}")]
