"""Item analysis against a table worked out by hand, and against the point-biserial formula of textbooks."""

from math import sqrt
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.services.assessment.item_analysis import measured

POINTS = 100


def papers(table: list[list[int]], points: int = POINTS) -> list[dict[str, Any]]:
    """A marked paper a row: how many points each question earned; what earned nothing was not answered."""
    return [
        {
            "paper": [{"q": q, "points": points, "version": 1} for q in range(len(row))],
            "marks": {str(q): {"points": earned} for q, earned in enumerate(row)},
            "answered": [str(q) for q, earned in enumerate(row) if earned],
            "score": sum(row),
            "outOf": points * len(row),
        }
        for row in table
    ]


def by_question(table: list[list[int]]) -> dict[int, dict[str, Any]]:
    return {each["q"]: each for each in measured(papers(table))}


def test_a_table_worked_out_by_hand() -> None:
    """Five learners, four questions: the first parts good from poor, the third does the opposite."""
    one, nothing = POINTS, 0
    found = by_question(
        [
            [one, one, nothing, one],
            [one, one, nothing, one],
            [one, nothing, nothing, one],
            [nothing, nothing, one, one],
            [nothing, nothing, one, one],
        ]
    )
    assert {q: each["difficulty"] for q, each in found.items()} == {0: 0.6, 1: 0.4, 2: 0.4, 3: 1}
    # The rest of question 0 is 2, 2, 1, 2, 2 of three: its mean is 1.8 in all and 5/3 of those who were right.
    assert found[0]["discrimination"] == round((5 / 3 - 2) / sqrt(0.16) * sqrt(0.6 * 0.4), 3) == -0.408
    # That of question 1 is 2, 2, 2, 2, 2: nothing parts good from poor there.
    assert found[1]["discrimination"] is None
    assert found[2]["discrimination"] == round((1 - 8 / 3) / sqrt(0.8) * sqrt(0.4 * 0.6), 3) == -0.913
    assert found[3]["discrimination"] is None
    assert {q: each["answeredShare"] for q, each in found.items()} == {0: 0.6, 1: 0.4, 2: 0.4, 3: 1}


def point_biserial(right: list[bool], rest: list[float]) -> float | None:
    """`(M₁ - M₀) / s · √(p·q)`, as textbooks have it for what is right or wrong."""
    p, spread = fmean(right), pstdev(rest)
    if p in (0, 1) or spread == 0:
        return None
    good = fmean(value for value, is_right in zip(rest, right, strict=True) if is_right)
    poor = fmean(value for value, is_right in zip(rest, right, strict=True) if not is_right)
    return (good - poor) / spread * sqrt(p * (1 - p))


@given(
    st.integers(2, 6).flatmap(
        lambda wide: st.lists(st.lists(st.booleans(), min_size=wide, max_size=wide), min_size=2, max_size=40)
    )
)
def test_of_what_is_right_or_wrong_it_is_the_point_biserial_correlation(table: list[list[bool]]) -> None:
    found = by_question([[POINTS * each for each in row] for row in table])
    for q, each in found.items():
        right = [row[q] for row in table]
        rest = [float(sum(row) - row[q]) for row in table]
        expected = point_biserial(right, rest)
        if expected is None:
            assert each["discrimination"] is None
        else:
            assert each["discrimination"] == pytest.approx(expected, abs=0.001)


@given(st.lists(st.lists(st.integers(0, POINTS), min_size=3, max_size=3), min_size=1, max_size=30))
def test_shares_stay_within_their_bounds(table: list[list[int]]) -> None:
    for q, each in by_question(table).items():
        assert each["difficulty"] == pytest.approx(sum(row[q] for row in table) / POINTS / len(table), abs=0.001)
        assert 0 <= each["difficulty"] <= 1
        assert 0 <= each["answeredShare"] <= 1
        assert each["discrimination"] is None or -1 <= each["discrimination"] <= 1


def test_papers_that_are_drawn_by_lot_are_compared_by_shares() -> None:
    """Two papers of other lengths in which question 0 is met: half of the rest is half of the rest."""
    short, long = papers([[100, 50]])[0], papers([[0, 50, 50, 50]])[0]
    found = {each["q"]: each for each in measured([short, long])}
    assert (found[0]["asked"], found[1]["asked"], found[3]["asked"]) == (2, 2, 1)
    assert found[0]["discrimination"] is None


def test_the_hardest_stand_first_and_a_paper_of_one_question_parts_nobody() -> None:
    assert [each["q"] for each in measured(papers([[100, 0, 50]]))] == [1, 2, 0]
    assert [each["discrimination"] for each in measured(papers([[100], [0]]))] == [None]
    assert measured([]) == []
