from collections import Counter
from random import Random
from time import thread_time
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from lms.services.assessment import papers

IDS = ["a1", "b2", "c3", "d4"]
CHI2_3_AT_1_IN_10000 = 21.108
"""The quantile of chi² with three degrees of freedom that chance exceeds once in ten thousand times."""


def question(kind: str = "single", tags: tuple[str, ...] = (), points: int = 100) -> dict[str, Any]:
    choices = [{"id": each, "body": each} for each in IDS] if kind in ("single", "multiple", "order", "match") else []
    targets = choices if kind == "match" else []
    known = {"_id": ObjectId(), "kind": kind, "tags": list(tags), "points": points, "version": 1}
    return {**known, "choices": choices, "targets": targets}


def quiz(*items: dict[str, Any], shuffle: bool = True, choices: bool = True) -> dict[str, Any]:
    return {"items": list(items), "shuffle": shuffle, "shuffleChoices": choices}


def draw(count: int, *tags: str, **more: int) -> dict[str, Any]:
    return {"draw": {"tags": list(tags), "count": count, **more}}


@pytest.mark.parametrize(("kind", "shuffle_choices"), [("single", True), ("multiple", True), ("order", False)])
def test_a_choice_stands_first_as_often_as_chance_has_it(kind: str, shuffle_choices: bool) -> None:
    asked, lot = question(kind), Random(7)
    whole = quiz({"question": asked["_id"]}, choices=shuffle_choices)
    first = Counter(papers.assemble(whole, [asked], lot)[0]["choices"][0] for _ in range(1000))
    expected = 1000 / len(IDS)
    assert sum((first[each] - expected) ** 2 / expected for each in IDS) < CHI2_3_AT_1_IN_10000


def test_the_partners_of_a_match_tell_nothing_by_their_place() -> None:
    asked, lot = question("match"), Random(7)
    whole = quiz({"question": asked["_id"]}, choices=False)
    made = [papers.assemble(whole, [asked], lot)[0] for _ in range(1000)]
    together = Counter(each["choices"].index("a1") == each["targets"].index("a1") for each in made)
    assert abs(together[True] - 250) < 70


def test_every_question_of_a_pool_is_drawn_as_often() -> None:
    bank, lot = [question(tags=("loops",)) for _ in range(4)], Random(7)
    drawn = Counter(papers.assemble(quiz(draw(1, "loops")), bank, lot)[0]["q"] for _ in range(1000))
    assert sum((drawn[each["_id"]] - 250) ** 2 / 250 for each in bank) < CHI2_3_AT_1_IN_10000


def test_choices_stay_in_their_order_where_the_author_wants_that() -> None:
    asked = question()
    whole = quiz({"question": asked["_id"]}, choices=False)
    assert {tuple(papers.assemble(whole, [asked], Random(n))[0]["choices"]) for n in range(20)} == {tuple(IDS)}


def test_questions_stay_in_their_order_unless_they_are_shuffled() -> None:
    bank = [question("truefalse") for _ in range(4)]
    items = [{"question": each["_id"]} for each in bank]
    plain = papers.assemble(quiz(*items, shuffle=False), bank, Random(1))
    assert [each["q"] for each in plain] == [each["_id"] for each in bank]
    shuffled = {tuple(each["q"] for each in papers.assemble(quiz(*items), bank, Random(n))) for n in range(20)}
    assert len(shuffled) > 10


def test_what_is_drawn_is_worth_what_the_draw_says() -> None:
    bank = [question(points=300, tags=("x",)), question(points=300, tags=("y",))]
    paper = papers.assemble(quiz(draw(1, "x", points=50), draw(1, "y")), bank, Random(1))
    assert sorted(each["points"] for each in paper) == [50, 300]


def test_a_paper_tells_no_key() -> None:
    asked = {**question(), "key": {"right": ["a1"]}, "explanation": "Because."}
    [item] = papers.assemble(quiz({"question": asked["_id"]}), [asked], Random(1))
    assert set(item) == {"q", "version", "kind", "points", "choices", "targets"}


tags = st.lists(st.sampled_from("xyz"), max_size=2, unique=True)


@given(st.lists(tags, min_size=1, max_size=8), st.lists(st.tuples(st.integers(1, 4), tags), max_size=4), st.integers())
def test_a_quiz_that_is_not_short_never_comes_up_short_and_asks_nothing_twice(
    bank_tags: list[list[str]], draws: list[tuple[int, list[str]]], seed: int
) -> None:
    bank = [question(tags=tuple(each)) for each in bank_tags]
    items = [{"question": bank[0]["_id"]}, *(draw(count, *wanted) for count, wanted in draws)]
    paper = papers.assemble(quiz(*items), bank, Random(seed))
    asked = [each["q"] for each in paper]
    assert len(asked) == len(set(asked))
    if not papers.short_draws(items, bank):
        assert len(paper) == 1 + sum(count for count, _ in draws)


def test_a_draw_is_short_that_others_can_empty() -> None:
    bank = [question(tags=("x", "y")), question(tags=("y",))]
    assert papers.short_draws([draw(1, "y"), draw(1, "x")], bank) == [1]
    assert papers.short_draws([draw(1, "x"), draw(1, "y")], bank) == []
    assert papers.short_draws([draw(3, "y")], bank) == [0]
    assert papers.short_draws([{"question": bank[0]["_id"]}, draw(1, "x")], bank) == [1]


def test_two_hundred_draws_from_a_full_bank_are_looked_at_while_their_author_waits() -> None:
    bank = [question(tags=("x",)) for _ in range(5000)]
    before = thread_time()
    assert papers.short_draws([draw(1, "x") for _ in range(200)], bank) == []
    assert papers.short_draws([draw(26, "x") for _ in range(200)], bank) == list(range(192, 200))
    assert thread_time() - before < 4
