from decimal import Decimal
from functools import reduce
from itertools import pairwise
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.services.payments.tax_split import Tax, part, split, tax_of

AMOUNTS = st.lists(st.integers(0, 10**10) | st.integers(0, 100), min_size=1, max_size=50)
RATES = st.decimals(0, 100, places=2) | st.sampled_from([Decimal(rate) for rate in (0, 5, 12, 18, 28, 40)])


@given(AMOUNTS, RATES, st.booleans())
def test_lines_come_to_the_total_and_each_is_right_to_the_paisa(
    amounts: list[int], rate: Decimal, in_halves: bool
) -> None:
    lines = split(amounts, rate, in_halves)
    total = reduce(add, lines)
    assert [line.amount for line in lines] == amounts
    assert (total.taxable, total.tax) == tax_of(sum(amounts), rate)
    for line, amount in zip(lines, amounts, strict=True):
        assert min(line.taxable, line.cgst, line.sgst, line.igst) >= 0
        assert abs(line.taxable * (100 + rate) - amount * 100) < 100 + rate
    for each in (*lines, total):
        assert each.igst == (0 if in_halves else each.tax)
        assert not in_halves or 0 <= abs(each.sgst - each.cgst) <= 1


@given(st.integers(1, 10**8), RATES, st.booleans(), st.data())
def test_parts_that_go_back_come_to_the_whole_however_it_is_cut(
    amount: int, rate: Decimal, in_halves: bool, data: st.DataObject
) -> None:
    others = data.draw(AMOUNTS)
    whole = split([amount, *others], rate, in_halves)[0]
    cuts = sorted({0, amount, *data.draw(st.lists(st.integers(0, amount), max_size=12))})
    parts = [part(whole, start, end - start) for start, end in pairwise(cuts)]
    assert reduce(add, parts) == whole
    assert [each.amount for each in parts] == [end - start for start, end in pairwise(cuts)]
    assert min(min(each.taxable, each.cgst, each.sgst, each.igst) for each in parts) >= 0


def test_ten_parts_of_a_rupee() -> None:
    (whole,) = split([1000], Decimal(18), in_halves=True)
    assert whole == Tax(847, 76, 77)
    parts = [part(whole, 100 * done, 100) for done in range(10)]
    assert {each.taxable for each in parts} == {84, 85}
    assert reduce(add, parts) == whole


@pytest.mark.parametrize(
    ("amounts", "in_halves", "expected"),
    [
        ([349_900], True, [Tax(296_525, 26_687, 26_688)]),
        ([349_900], False, [Tax(296_525, igst=53_375)]),
        ([100, 100, 100], True, [Tax(85, 8, 7), Tax(85, 7, 8), Tax(84, 8, 8)]),
        ([0, 118], True, [Tax(0), Tax(100, 9, 9)]),
    ],
)
def test_examples(amounts: list[int], in_halves: bool, expected: list[Tax]) -> None:
    assert split(amounts, Decimal(18), in_halves) == expected
