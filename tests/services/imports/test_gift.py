import pytest

from lms.services.imports import gift
from lms.services.imports.unreadable import Unreadable

CHOICES = {"choiceA": "A bowline", "choiceB": "A bobbin", "choiceC": "A shed"}
SINGLE = {"kind": "single", **CHOICES, "key": "A"}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Which is a knot? {=A bowline ~A bobbin ~A shed}", SINGLE),
        (
            "::Q1:: [html]Which is a knot? {\n=A bowline#Yes!\n~A bobbin#No\n~A shed\n}",
            {"kind": "single", **CHOICES, "key": "A"},
        ),
        (
            "Which is a knot? {~%50%A bowline ~%50%A bobbin ~%-100%A shed}",
            {**SINGLE, "kind": "multiple", "key": "A,B"},
        ),
        ("Which is a knot? {T}", {"kind": "truefalse", "key": "true"}),
        ("Which is a knot? {FALSE#It is not}", {"kind": "truefalse", "key": "false"}),
        ("Which is a knot? {#3}", {"kind": "number", "key": "3"}),
        ("Which is a knot? {#3.5:0.1}", {"kind": "number", "key": "3.5±0.1"}),
        ("Which is a knot? {#1..5}", {"kind": "number", "key": "3±2"}),
        ("Which is a knot? {=bowline =the bowline}", {"kind": "text", "key": "bowline|the bowline"}),
        ("Which is a knot? {}", {"kind": "essay"}),
        (
            "Which is a knot? {=A -> 1 =B -> 2}",
            {"kind": "match", "choiceA": "A -> 1", "choiceB": "B -> 2"},
        ),
        (
            "Which is a knot? {=A bowline ~A bobbin ~A shed####Because.}",
            {**SINGLE, "explanation": "Because."},
        ),
        ("Which is a knot?", {"kind": "?"}),
    ],
)
def test_each_kind_of_question(text: str, row: dict[str, str]) -> None:
    assert gift.rows(text) == [(1, {"body": "Which is a knot?", **row})]


def test_a_gap_in_the_middle_categories_comments_and_signs_that_are_meant() -> None:
    text = "// ours\n$CATEGORY: top/Knots\n\nA {=bowline} is a knot.\n\n// more\n2 \\= 2 \\{always\\}? {T}\n"
    assert gift.rows(text) == [
        (4, {"body": "A _____ is a knot.", "kind": "text", "key": "bowline", "tags": "Knots"}),
        (7, {"body": "2 = 2 {always}?", "kind": "truefalse", "key": "true", "tags": "Knots"}),
    ]


def test_a_file_without_a_question() -> None:
    with pytest.raises(Unreadable, match="no question"):
        gift.rows("// nothing here\n")
