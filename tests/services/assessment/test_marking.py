"""Marking, against an oracle that was written from the rules alone and shares no code with it."""

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.services.assessment.marking import mark, number

Question = dict[str, Any]

IDS = ["a1", "b2", "c3", "d4", "e5", "f6"]
some_ids = st.lists(st.sampled_from(IDS), min_size=2, max_size=6, unique=True)
points = st.integers(1, 10_000)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(IDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(IDS), inner, max_size=4),
    max_leaves=6,
)


def question(kind: str, key: dict[str, Any], ids: Sequence[str] = (), targets: Sequence[str] = ()) -> Question:
    return {
        "kind": kind,
        "choices": [{"id": each, "body": each} for each in ids],
        "targets": [{"id": each, "body": each} for each in targets],
        "key": key,
    }


@st.composite
def questions(draw: Callable[..., Any]) -> Question:
    kind = draw(st.sampled_from(["single", "multiple", "truefalse", "number", "text", "order", "match", "essay"]))
    ids = draw(some_ids)
    keys: dict[str, Callable[[], dict[str, Any]]] = {
        "single": lambda: {"right": [draw(st.sampled_from(ids))]},
        "multiple": lambda: {
            "right": draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1, unique=True))
        },
        "truefalse": lambda: {"holds": draw(st.booleans())},
        "number": lambda: {
            "value": str(draw(st.decimals(-999, 999, places=2))),
            "tolerance": str(draw(st.decimals(0, 9, places=2))),
        },
        "text": lambda: {"accepted": draw(st.lists(st.text("abÄß ", min_size=1, max_size=4), min_size=1, max_size=3))},
        "order": lambda: {"order": draw(st.permutations(ids))},
        "match": lambda: {"pairs": {each: draw(st.sampled_from(IDS)) for each in ids}},
        "essay": dict,
    }
    with_choices = kind in ("single", "multiple", "order", "match")
    return question(kind, keys[kind](), ids if with_choices else [], IDS if kind == "match" else [])


def multiple_by_the_rules(ids: list[str], right: list[str], chosen: list[str], most: int) -> int:
    """Every right one is worth a part of the points, every wrong one costs such a part; nobody goes below nothing."""
    wrong = [each for each in ids if each not in right]
    hits = len([each for each in right if each in chosen])
    misses = len([each for each in wrong if each in chosen])
    above = hits * len(wrong) - misses * len(right)
    return max(0, most * above // (len(right) * len(wrong)))


@given(questions(), points, anything)
def test_no_answer_earns_more_than_the_points_or_less_than_nothing(asked: Question, most: int, answer: Any) -> None:
    earned = mark(asked, most, answer)
    assert earned is None or 0 <= earned <= most


@given(questions(), points)
def test_no_answer_earns_nothing(asked: Question, most: int) -> None:
    assert mark(asked, most, None) == 0


@given(some_ids, st.data(), points)
def test_several_choices_earn_what_the_rules_say(ids: list[str], data: st.DataObject, most: int) -> None:
    right = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1, unique=True))
    chosen = data.draw(st.lists(st.sampled_from(ids), max_size=8))
    asked = question("multiple", {"right": right}, ids)
    earned = mark(asked, most, chosen)
    assert earned == multiple_by_the_rules(ids, right, chosen, most)
    assert (earned == most) == (set(chosen) == set(right))
    assert mark(asked, most, data.draw(st.permutations(chosen))) == earned
    assert mark(asked, most, [*chosen, *chosen]) == earned


@given(some_ids, st.data(), points)
def test_choosing_all_earns_nothing(ids: list[str], data: st.DataObject, most: int) -> None:
    right = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1, unique=True))
    assert mark(question("multiple", {"right": right}, ids), most, ids) == 0
    assert mark(question("single", {"right": right[:1]}, ids), most, ids) == 0


@given(st.permutations(IDS), st.permutations(IDS), points)
def test_an_order_is_right_or_it_is_not(right: list[str], answer: list[str], most: int) -> None:
    earned = mark(question("order", {"order": right}, sorted(IDS)), most, answer)
    assert earned == (most if all(a == b for a, b in zip(right, answer, strict=True)) else 0)


@given(st.dictionaries(st.sampled_from(IDS), st.sampled_from(IDS), min_size=2), st.data(), points)
def test_every_right_pair_earns_its_share(pairs: dict[str, str], data: st.DataObject, most: int) -> None:
    answer = data.draw(st.dictionaries(st.sampled_from(list(pairs)), st.sampled_from(IDS)))
    hits = sum(1 for left, right in answer.items() if pairs[left] == right)
    assert mark(question("match", {"pairs": pairs}, list(pairs), IDS), most, answer) == most * hits // len(pairs)


@given(st.decimals(-9999, 9999, places=4), st.decimals(0, 99, places=4), st.decimals(-9999, 9999, places=4), points)
def test_a_number_is_right_within_its_tolerance_the_edges_included(
    value: Decimal, tolerance: Decimal, answer: Decimal, most: int
) -> None:
    asked = question("number", {"value": str(value), "tolerance": str(tolerance)})
    with localcontext() as exact:
        exact.prec = 60
        within = value - tolerance <= answer <= value + tolerance
        edges = (value - tolerance, value + tolerance)
    assert mark(asked, most, str(answer)) == (most if within else 0)
    assert mark(asked, most, str(answer).replace(".", ",")) == (most if within else 0)
    for edge in edges:
        assert mark(asked, most, format(edge, "f")) == most


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12,5", "12.5"),
        (" 12.5 ", "12.5"),
        ("1 234,5", "1234.5"),
        ("\u22123", "-3"),
        ("+.5", "0.5"),
        ("1e3", "1000"),
        ("१२.५", "12.5"),
        ("１２", "12"),
        ("1,234.5", None),
        ("1,2,3", None),
        ("", None),
        ("12 apples", None),
        ("NaN", None),
        ("Infinity", None),
        ("9" * 50, None),
        ("1e999", None),
    ],
)
def test_numbers_as_people_type_them(typed: str, read: str | None) -> None:
    assert number(typed) == (None if read is None else Decimal(read))


TEXTS = {"Straße": ["STRASSE", " straße ", "strasse"], "é": ["e\u0301", "É"], "New  York": ["new york", "NEW\nYORK"]}


@pytest.mark.parametrize(("accepted", "typed"), [(each, typed) for each, told in TEXTS.items() for typed in told])
def test_texts_are_compared_without_case_form_and_blanks(accepted: str, typed: str) -> None:
    assert mark(question("text", {"accepted": ["other", accepted]}), 100, typed) == 100


@pytest.mark.parametrize("typed", ["Strase", "Straße.", "Str aße", "", None, "e", "New", ["Straße"], ".*"])
def test_what_is_only_like_an_accepted_text_is_wrong(typed: Any) -> None:
    assert mark(question("text", {"accepted": list(TEXTS)}), 100, typed) == 0


@pytest.mark.parametrize(("answer", "earned"), [(True, 100), (False, 0), (1, 0), ("true", 0)])
def test_a_statement_holds_or_not(answer: Any, earned: int) -> None:
    assert mark(question("truefalse", {"holds": True}), 100, answer) == earned


def test_an_essay_waits_for_a_person_unless_nothing_is_in_it() -> None:
    assert [mark(question("essay", {}), 100, each) for each in ("Because.", "", " \n", None)] == [None, 0, 0, 0]


def test_the_hundredths_of_all_ways_to_choose_among_three() -> None:
    """The whole table of one question, by hand: a and b are right, c is wrong."""
    asked = question("multiple", {"right": ["a", "b"]}, ["a", "b", "c"])
    ways = [list(way) for size in range(4) for way in itertools.combinations("abc", size)]
    assert [(("".join(way)), mark(asked, 101, way)) for way in ways] == [
        ("", 0),
        ("a", 50),
        ("b", 50),
        ("c", 0),
        ("ab", 101),
        ("ac", 0),
        ("bc", 0),
        ("abc", 0),
    ]
