"""Tables of questions for the bank of a course."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, ClassVar

from bson import ObjectId

from lms.controllers.assessment import questions as bank
from lms.controllers.imports.kinds.base import Column, Kind, RowFault, Written, told, valid
from lms.models.assessment.questions import questions
from lms.models.assessment.quizzes import quizzes
from lms.models.catalogue.courses import courses
from lms.models.imports.import_rows import Made
from lms.models.imports.imports import Import
from lms.schemas.assessment.questions import QuestionIn
from lms.schemas.imports.imports import CHOICES
from lms.services.assessment import questions as rules

PARTNER = re.compile(r"\s*(?:->|=)\s*")
HUNDREDTHS = 100


class Questions(Kind[QuestionIn]):
    name = "questions"
    columns: ClassVar[Sequence[Column]] = (
        Column(
            "kind",
            "single, multiple, truefalse, number, text, order, match or essay.",
            ("single", "number"),
            True,
            ("type",),
        ),
        Column(
            "body",
            "What is asked.",
            ("Which of these is a knot?", "How many feet has a yard?"),
            True,
            ("question", "text"),
        ),
        *(
            Column(
                name,
                "A choice; of a match with its partner behind =, of an order in the right order.",
                (example, ""),
                also=(name[-1], f"option{name[-1]}"),
            )
            for name, example in zip(CHOICES, ("A bowline", "A bobbin", *[""] * 18), strict=True)
        ),
        Column(
            "key",
            "The letters of what is right (A or A,C), true or false, a number (3 or 3±0.1), texts with | between them.",
            ("A", "3"),
            also=("answer", "answers", "correct"),
        ),
        Column("points", "1 where it is empty.", ("1", "2.5"), also=("marks", "score")),
        Column("tags", "With | between them.", ("knots", ""), also=("category",)),
        Column("explanation", "Shown with the answers.", ("", "A yard has three feet.")),
    )

    def check(self, row: Mapping[str, str], of: Import) -> QuestionIn:
        kind, body = row.get("kind", "").lower(), row.get("body", "")
        if kind not in READ:
            sentence = f"A question is one of {', '.join(READ)}."
            raise RowFault("unknown_kind", told("kind", row.get("kind", ""), sentence), "kind")
        read: dict[str, Any] = {"kind": kind, "body": _rich(body), **READ[kind](row)}
        read |= {"points": _points(row), "tags": _listed(row.get("tags", ""))}
        found = _valid({**read, "explanation": _rich(row.get("explanation", ""))})
        for where, sentence in rules.faults(found.content()).items():
            column = "key" if where.startswith("key") else where
            raise RowFault("unsound_question", told(column, row.get(column, ""), sentence), column)
        return found

    def identity(self, checked: QuestionIn) -> Any:
        return checked.body

    def write(self, rows: Sequence[QuestionIn], of: Import) -> list[Written]:
        course = of["course"]
        if courses.get({"_id": course}, {"_id": 1}) is None:
            gone = RowFault("no_such_course", "The course is not there any more.")
            return [Written.fault(gone) for _ in rows]
        known = {
            each["body"] for each in questions.find({"course": course, "body": {"$in": [row.body for row in rows]}})
        }
        room = bank.MOST_IN_BANK - questions.count({"course": course})
        written = []
        for row in rows:
            if row.body in known:
                written.append(Written("skipped", code="duplicate", reason="The bank has this question."))
            elif room <= 0:
                written.append(Written("failed", code="bank_full", reason="The bank of the course is full."))
            else:
                made = bank.put(course, row, of["by"])
                written.append(Written("created", [{"collection": questions.name, "id": made["_id"]}]))
                room -= 1
        return written

    def undo(self, made: Sequence[Made]) -> bool:
        """Questions go that no quiz names and that nobody has edited."""
        for each in made:
            question = questions.get({"_id": each["id"]})
            if question is None:
                continue
            if question["version"] > 1 or quizzes.count({"course": question["course"], "items.question": each["id"]}):
                return False
            questions.remove(each["id"], ObjectId("0" * 24))
        return True


def _valid(read: dict[str, Any]) -> QuestionIn:
    try:
        return valid(QuestionIn, read)
    except RowFault as fault:
        column = fault.column if fault.column in ("body", "points", "tags", "explanation", "kind") else "key"
        raise RowFault(fault.code, fault.reason, column) from None


def _rich(text: str) -> str:
    """A cell as rich text: HTML as it is, and lines of plain text."""
    return text if re.search(r"</?\w+[^>]*>", text) else escape(text, quote=False).replace("\n", "<br>")


def _listed(cell: str) -> list[str]:
    return [each for each in (part.strip() for part in cell.split("|")) if each]


def _points(row: Mapping[str, str]) -> int:
    cell = row.get("points", "1").replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", cell):
        raise RowFault(
            "invalid_value", told("points", row["points"], "This has to be a number, such as 2.5."), "points"
        )
    return round(float(cell) * HUNDREDTHS)


def _given(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """The letters of the choices that are there, and their texts."""
    return [(name[-1], row[name]) for name in CHOICES if name in row]


def _choices(row: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": letter, "body": _rich(text)} for letter, text in _given(row)]


def _letters(row: Mapping[str, str]) -> list[str]:
    found = re.split(r"[\s,;|]+", row.get("key", "").upper().strip())
    return [each for each in found if each]


def _chosen(row: Mapping[str, str]) -> dict[str, Any]:
    return {"choices": _choices(row), "key": {"right": _letters(row)}}


def _truefalse(row: Mapping[str, str]) -> dict[str, Any]:
    word = row.get("key", "").lower()
    if word not in ("true", "false", "t", "f", "yes", "no", "1", "0"):
        raise RowFault("invalid_value", told("key", row.get("key", ""), "This has to be true or false."), "key")
    return {"key": {"holds": word in ("true", "t", "yes", "1")}}


def _number(row: Mapping[str, str]) -> dict[str, Any]:
    value, _, tolerance = (part.strip() for part in row.get("key", "").partition("±"))
    return {"key": {"value": value, "tolerance": tolerance or "0"}}


def _text(row: Mapping[str, str]) -> dict[str, Any]:
    return {"key": {"accepted": _listed(row.get("key", ""))}}


def _order(row: Mapping[str, str]) -> dict[str, Any]:
    choices = _choices(row)
    return {"choices": choices, "key": {"order": _letters(row) or [each["id"] for each in choices]}}


def _match(row: Mapping[str, str]) -> dict[str, Any]:
    """Choices with their partners; a partner that comes twice is one target."""
    choices, targets, pairs = [], dict[str, str](), dict[str, str]()
    for letter, cell in _given(row):
        left, *right = PARTNER.split(cell, maxsplit=1)
        if not right:
            raise RowFault(
                "no_partner", told(f"choice{letter}", cell, "Write its partner behind =."), f"choice{letter}"
            )
        target = targets.setdefault(right[0], f"t{len(targets) + 1}")
        choices.append({"id": letter, "body": _rich(left)})
        pairs[letter] = target
    shown = [{"id": id, "body": _rich(text)} for text, id in targets.items()]
    return {"choices": choices, "targets": shown, "key": {"pairs": pairs}}


READ: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
    "single": _chosen,
    "multiple": _chosen,
    "truefalse": _truefalse,
    "number": _number,
    "text": _text,
    "order": _order,
    "match": _match,
    "essay": lambda row: {},
}
"""What the cells say of a question, by its kind."""
