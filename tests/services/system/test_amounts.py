"""Numbers as people in India read them."""

import pytest

from lms.services.system.amounts import number, rupees


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (99_999, "99,999"), (100_000, "1,00,000"), (-12_345_678, "-1,23,45,678")],
)
def test_numbers_are_grouped_as_in_india(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize("currency", ["USD", "JPY", "XYZ"])
def test_other_currencies_are_named_and_grouped_alike(currency: str) -> None:
    assert rupees(-12_345_605, currency) == f"-{currency} 1,23,456.05"
