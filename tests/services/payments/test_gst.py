import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.services.payments import gst

REAL = ("27AAPFU0939F1ZV", "29AAGCB7383J1Z4", "07AAACI1681G1ZX"[:-1] + "R")


@pytest.mark.parametrize("number", REAL)
def test_a_gstin_is_taken(number: str) -> None:
    assert gst.gstin(number) == number


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("27AAPFU0939F1Z", "15 characters"),
        ("27AAPFU0939F1ZVV", "15 characters"),
        ("27AAPFU0939F1XV", "15 characters"),
        ("27AAPFU0939F0ZV", "15 characters"),
        ("27aapfu0939f1zv", "15 characters"),
        ("२७AAPFU0939F1ZV", "15 characters"),
        ("27AAPFU0939F1ZV\n", "15 characters"),
        ("00AAPFU0939F1ZV", "00 is none"),
        ("28AAPFU0939F1ZV", "28 is none"),
        ("27AAPFU0939F1ZO", "mistyped"),
        ("27AAPFU0993F1ZV", "mistyped"),
    ],
)
def test_what_is_no_gstin_is_told_why(number: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        gst.gstin(number)


@given(st.sampled_from(REAL), st.integers(2, 13), st.sampled_from(gst.DIGITS))
def test_one_mistyped_character_is_found(number: str, place: int, digit: str) -> None:
    mistyped = number[:place] + digit + number[place + 1 :]
    assert (gst.check_character(mistyped[:-1]) == mistyped[-1]) == (mistyped == number)


def test_every_state_has_its_code_and_is_found_by_its_name() -> None:
    assert len(gst.STATES) == 37
    for code, name in gst.STATES.items():
        assert gst.state(code) == gst.state(name) == gst.state(f" {name.upper()} ") == code
    assert gst.state("Jammu & Kashmir") == "01"
    assert gst.state("outside india") == gst.ABROAD
    for nowhere in ("28", "7", "Bombay", "", "९७"):
        with pytest.raises(ValueError, match="not a state of India"):
            gst.state(nowhere)


@pytest.mark.parametrize(
    ("buyer", "place", "halves"),
    [("", "29", True), ("29", "29", True), ("27", "27", False), (gst.ABROAD, gst.ABROAD, False)],
)
def test_a_course_is_supplied_where_the_buyer_is_on_record(buyer: str, place: str, halves: bool) -> None:
    assert gst.place_of_supply("29", buyer) == place
    assert gst.within_a_state("29", place) is halves


def test_a_place_is_shown_with_its_code() -> None:
    assert gst.shown("29") == "Karnataka (29)"
    assert (gst.shown(gst.ABROAD), gst.shown("")) == ("Outside India", "")
