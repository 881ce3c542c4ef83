from typing import Any

import pytest

from lms.services.assessment import questions
from lms.services.assessment.marking import mark

ABC = [{"id": each, "body": each.upper()} for each in "abc"]
XY = [{"id": each, "body": each.upper()} for each in "xy"]


def content(kind: str, key: dict[str, Any], choices: Any = (), targets: Any = ()) -> dict[str, Any]:
    return {"kind": kind, "key": key, "choices": list(choices), "targets": list(targets), "points": 100}


RIGHT = {
    "single": content("single", {"right": ["a"]}, ABC),
    "multiple": content("multiple", {"right": ["a", "c"]}, ABC),
    "truefalse": content("truefalse", {"holds": False}),
    "number": content("number", {"value": "12,5", "tolerance": "0"}),
    "text": content("text", {"accepted": ["Paris"]}),
    "order": content("order", {"order": ["c", "a", "b"]}, ABC),
    "match": content("match", {"pairs": {"a": "x", "b": "y", "c": "x"}}, ABC, XY),
    "essay": content("essay", {}),
}
ANSWERS: dict[str, Any] = {
    "single": "a",
    "multiple": ["c", "a"],
    "truefalse": False,
    "number": "12.50",
    "text": "PARIS",
    "order": ["c", "a", "b"],
    "match": {"a": "x", "b": "y", "c": "x"},
}


@pytest.mark.parametrize("kind", RIGHT)
def test_a_question_of_each_kind_can_be_asked(kind: str) -> None:
    assert questions.faults(RIGHT[kind]) == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (content("single", {"right": ["a", "b"]}, ABC), "key.right"),
        (content("single", {"right": ["z"]}, ABC), "key.right"),
        (content("single", {"right": []}, ABC), "key.right"),
        (content("single", {"right": ["a"]}, ABC[:1]), "choices"),
        (content("single", {"right": ["a"]}, [ABC[0], ABC[0]]), "choices"),
        (content("single", {"right": ["a"]}, ABC, XY), "targets"),
        (content("single", {}, ABC), "key.right"),
        (content("single", {"right": ["a"], "holds": True}, ABC), "key.holds"),
        (content("multiple", {"right": ["a", "b", "c"]}, ABC), "key.right"),
        (content("multiple", {"right": []}, ABC), "key.right"),
        (content("multiple", {"right": ["a", "a"]}, ABC), "key.right"),
        (content("truefalse", {"holds": True}, ABC), "choices"),
        (content("number", {"value": "many", "tolerance": "0"}), "key.value"),
        (content("number", {"value": "1", "tolerance": "-1"}), "key.tolerance"),
        (content("number", {"value": "1", "tolerance": "\u22121"}), "key.tolerance"),
        (content("text", {"accepted": []}), "key.accepted"),
        (content("text", {"accepted": ["Paris", "PARIS "]}), "key.accepted"),
        (content("order", {"order": ["a", "b"]}, ABC), "key.order"),
        (content("match", {"pairs": {"a": "x"}}, ABC, XY), "key.pairs"),
        (content("match", {"pairs": {"a": "x", "b": "z", "c": "x"}}, ABC, XY), "key.pairs"),
        (content("match", {"pairs": {"a": "x", "b": "y", "c": "x"}}, ABC), "targets"),
        (content("essay", {"accepted": ["Well."]}), "key.accepted"),
    ],
)
def test_one_that_cannot_be_marked_is_refused_by_its_field(wrong: dict[str, Any], field: str) -> None:
    assert field in questions.faults(wrong)


@pytest.mark.parametrize("kind", ["single", "multiple", "order", "match"])
def test_what_is_kept_has_ids_that_tell_nothing_and_the_same_key(kind: str) -> None:
    kept = questions.stored(RIGHT[kind])
    ids = {each["id"] for name in ("choices", "targets") for each in kept[name]}
    assert len(ids) == len(RIGHT[kind]["choices"]) + len(RIGHT[kind]["targets"])
    assert not ids & set("abcxy")
    assert [each["body"] for each in kept["choices"]] == ["A", "B", "C"]
    assert questions.faults(kept) == {}
    names = {old["id"]: new["id"] for part in ("choices", "targets") for old, new in zip(
        RIGHT[kind][part], kept[part], strict=True
    )}  # fmt: skip
    given = ANSWERS[kind]
    answer: Any = names[given] if isinstance(given, str) else [names[each] for each in given]
    if kind == "match":
        answer = {names[left]: names[right] for left, right in given.items()}
    assert mark(kept, 100, answer) == 100
    assert mark(RIGHT[kind], 100, given) == 100


def test_ids_that_a_question_had_are_kept() -> None:
    kept = questions.stored(RIGHT["single"], known=["a"])
    assert kept["choices"][0]["id"] == "a"
    assert kept["key"] == {"right": ["a"]}
    assert kept["choices"][1]["id"] != "b"


def test_numbers_are_kept_with_a_point() -> None:
    assert questions.stored(RIGHT["number"])["key"] == {"value": "12.5", "tolerance": "0"}


@pytest.mark.parametrize("kind", RIGHT)
def test_an_answer_of_its_kind_is_taken_and_of_another_is_not(kind: str) -> None:
    asked = {**RIGHT[kind], **{part: [each["id"] for each in RIGHT[kind][part]] for part in ("choices", "targets")}}
    assert questions.takes(asked, ANSWERS.get(kind, "Well."))
    assert questions.takes(asked, None)
    others: list[Any] = ["no choice", ["a", "a"], {"a": "nowhere"}, True]
    taken = {"truefalse": [True]}.get(kind, ["no choice"] if kind in ("number", "text", "essay") else [])
    assert [each for each in others if questions.takes(asked, each)] == taken
