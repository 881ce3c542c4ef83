from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.services.assessment import totals

counted = st.lists(
    st.builds(
        lambda out_of, share, passed, weight: {
            "points": out_of * share // 100,
            "outOf": out_of,
            "passed": passed,
            "weight": weight,
        },
        out_of=st.integers(1, 20_000),
        share=st.integers(0, 100),
        passed=st.booleans(),
        weight=st.integers(0, 100),
    ),
    max_size=6,
)


def item(points: int, out_of: int, weight: int = 1, passed: bool = True) -> dict[str, Any]:
    return {"points": points, "outOf": out_of, "passed": passed, "weight": weight}


def test_a_heavier_item_counts_more() -> None:
    found = totals.of_course([item(800, 1000, 2), item(500, 1000, 1)])
    assert found == {"points": 210, "outOf": 300, "percent": 70, "passed": True, "items": 2}


def test_what_weighs_nothing_is_left_out_though_it_is_not_passed() -> None:
    assert totals.of_course([item(100, 100), item(0, 100, 0, passed=False)])["passed"] is True
    assert totals.of_course([item(100, 100, 0)]) == {"points": 0, "outOf": 0, "percent": 0, "passed": False, "items": 0}


def test_a_third_is_33_percent_and_three_thirds_are_100() -> None:
    assert totals.percent(1, 3) == 33
    assert totals.of_course([item(1, 3), item(2, 3), item(3, 3)])["percent"] == 66
    assert totals.of_course([item(3, 3), item(3, 3), item(3, 3)])["percent"] == 100


@given(counted, st.randoms(use_true_random=False))
def test_the_total_is_the_weighted_mean_in_whatever_order(rows: list[dict[str, Any]], random: Any) -> None:
    found = totals.of_course(rows)
    assert found == totals.of_course(random.sample(rows, len(rows)))
    weights = sum(row["weight"] for row in rows)
    mean = sum(Fraction(row["points"] * row["weight"], row["outOf"]) for row in rows) / weights if weights else 0
    assert found["percent"] <= mean * 100 < found["percent"] + 1
    assert 0 <= found["points"] <= found["outOf"] == weights * 100


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 100))
def test_who_passes_has_the_percent_for_it(points: int, out_of: int, least: int) -> None:
    assert totals.passes(points, out_of, least) == (totals.percent(points, out_of) >= least)
