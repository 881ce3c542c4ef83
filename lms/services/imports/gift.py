"""Moodle's GIFT: questions as text, read into the columns of our own tables.

The format is Moodle's (docs.moodle.org, "GIFT format"): blank lines between questions, `{…}` around what is answered,
`=` before what is right and `~` before what is wrong.
"""

import re
from collections.abc import Iterator

from lms.services.imports.unreadable import Unreadable

ESCAPED = {
    "~": "\ue000",
    "=": "\ue001",
    "#": "\ue002",
    "{": "\ue003",
    "}": "\ue004",
    ":": "\ue005",
    "n": "\n",
    "\\": "\\",
}
BACK = {mark: sign for sign, mark in ESCAPED.items() if sign not in "n\\"}
LETTERS = "ABCDEFGHIJKLMNOPQRST"
TITLE = re.compile(r"^\s*::.*?::\s*", re.DOTALL)
MARKUP = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]\s*")
ANSWER = re.compile(r"([=~])\s*(?:%(-?[\d.]+)%)?\s*([^=~]*)", re.DOTALL)
NUMBER = re.compile(r"^=?\s*(?:%[\d.]+%)?\s*(-?\d+(?:\.\d+)?)\s*(?:(:|\.\.)\s*(-?\d+(?:\.\d+)?))?")

Row = dict[str, str]


def rows(text: str) -> list[tuple[int, Row]]:
    """Each question as a row of our columns, with the number of its first line; raises Unreadable for no question."""
    found: list[tuple[int, Row]] = []
    category = ""
    for line, block in _blocks(text):
        if block.startswith("$CATEGORY:"):
            category = block.removeprefix("$CATEGORY:").strip().rpartition("/")[2]
            continue
        row = _row(block)
        found.append((line, {**row, "tags": category} if category else row))
    if not found:
        raise Unreadable("The file has no question.")
    return found


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """What stands between blank lines, without comments."""
    gathered: list[str] = []
    began = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.lstrip().startswith("//"):
            continue
        if line.strip():
            began = began or number
            gathered.append(line)
        elif gathered:
            yield began, "\n".join(gathered)
            gathered, began = [], 0


def _row(block: str) -> Row:
    hidden = re.sub(r"\\([~=#{}:n\\])", lambda found: ESCAPED[found[1]], block)
    hidden = MARKUP.sub("", TITLE.sub("", hidden))
    before, opened, rest = hidden.partition("{")
    answers, _, after = rest.rpartition("}")
    body = f"{before.strip()} _____ {after.strip()}".strip() if after.strip() else before.strip()
    answers, _, explanation = answers.partition("####")
    row = {"body": body, "explanation": explanation.strip()}
    row |= _answered(answers.strip()) if opened and "}" in rest else {"kind": "?"}
    return {name: _plain(value) for name, value in row.items() if value}


def _answered(answers: str) -> Row:
    """The kind and the key that the answers tell."""
    word = answers.partition("#")[0].strip().upper()
    if not answers:
        return {"kind": "essay"}
    if word in ("T", "TRUE", "F", "FALSE"):
        return {"kind": "truefalse", "key": "true" if word.startswith("T") else "false"}
    if answers.startswith("#"):
        return _number(answers[1:].strip())
    given = [(sign, weight, text.partition("#")[0].strip()) for sign, weight, text in ANSWER.findall(answers)]
    if given and all("->" in text for _, _, text in given):
        return {"kind": "match", **{f"choice{LETTERS[n % 20]}": text for n, (_, _, text) in enumerate(given)}}
    if given and all(sign == "=" for sign, _, _ in given):
        return {"kind": "text", "key": "|".join(text for _, _, text in given)}
    return _choices(given)


def _number(answer: str) -> Row:
    found = NUMBER.match(answer)
    if found is None:
        return {"kind": "number", "key": answer}
    first, between, second = found.groups()
    if between == "..":
        low, high = float(first), float(second)
        return {"kind": "number", "key": f"{(low + high) / 2:g}±{abs(high - low) / 2:g}"}
    return {"kind": "number", "key": f"{first}±{second}" if between else first}


def _choices(given: list[tuple[str, str, str]]) -> Row:
    right = [LETTERS[n % 20] for n, (sign, weight, _) in enumerate(given) if sign == "=" or float(weight or 0) > 0]
    shown = {f"choice{LETTERS[n % 20]}": text for n, (_, _, text) in enumerate(given)}
    return {"kind": "single" if len(right) == 1 else "multiple", **shown, "key": ",".join(right)}


def _plain(value: str) -> str:
    for mark, sign in BACK.items():
        value = value.replace(mark, sign)
    return value.strip()
