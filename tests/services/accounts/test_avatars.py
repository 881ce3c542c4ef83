from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.services.accounts import avatars

ANY_TEXT = st.text(st.characters(exclude_categories=()))
SVG = "{http://www.w3.org/2000/svg}"


def contrast_with_white(colour: str) -> float:
    """The contrast of WCAG 2: (1 + 0.05) : (relative luminance + 0.05)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("Asha", "Mwangi", "AM"),
        ("asha", "mwangi", "AM"),
        ("Jyl", "", "J"),
        ("", "Mwangi", "M"),
        ("", "", ""),
        (" \t", "\N{ZERO WIDTH SPACE}", ""),
        ("  Asha", "'t Hooft", "AT"),
        ("(Bob)", "3rd", "BR"),
        ("42", "7", "47"),
        ("élodie", "E\N{COMBINING ACUTE ACCENT}lan", "ÉÉ"),
        ("x\N{COMBINING TILDE}u", "", "X\N{COMBINING TILDE}"),
        ("\N{COMBINING TILDE}", "", ""),
        ("राहुल", "शर्मा", "राश"),
        ("किशोर", "", "कि"),
        ("李", "明", "李明"),
        ("한", "\u1112\u1161\u11ab", "한한"),
        ("محمد", "علي", "مع"),
        ("\N{MODIFIER LETTER TURNED COMMA}Iolani", "", "I"),
        ("😀", "❤️", "😀❤️"),
        ("😀 Bob", "", "B"),
        ("\ud800", "\0", ""),
        ("<b>", "&", "B&"),
    ],
)
def test_initials_are_the_first_letters_of_any_script(first: str, last: str, expected: str) -> None:
    assert avatars.initials(first, last) == expected


def test_every_colour_can_be_read_against_white() -> None:
    assert round(contrast_with_white("#767676"), 2) == 4.54
    assert 8 <= len(set(avatars.COLOURS)) <= 10
    assert min(map(contrast_with_white, avatars.COLOURS)) >= 4.5


def test_the_colour_is_the_seeds_and_stays_the_same() -> None:
    assert avatars.draw("Asha", "Mwangi", "1") == avatars.draw("Asha", "Mwangi", "1")
    assert b"#1a5fa8" in avatars.draw("Asha", "Mwangi", "1")
    assert b"#1a5fa8" in avatars.draw("Somebody", "Else", "1")
    drawn = [avatars.draw("Asha", "Mwangi", str(seed)).decode() for seed in range(300)]
    assert {colour for colour in avatars.COLOURS if any(colour in each for each in drawn)} == set(avatars.COLOURS)


@given(ANY_TEXT, ANY_TEXT, st.text())
@example("<script>", '"', "")
@example("&", ">", "")
@example("]]>", "'", "")
@example("\0", "\ufffe", "")
@example("{", "}", "")
def test_no_name_breaks_or_changes_the_picture(first: str, last: str, seed: str) -> None:
    picture = ElementTree.fromstring(avatars.draw(first, last, seed))
    initials = avatars.initials(first, last)
    assert [each.tag.removeprefix(SVG) for each in picture.iter()] == ["svg", "title", "rect", "text"]
    assert picture.attrib == {"viewBox": "0 0 96 96", "role": "img"}
    for part in ("title", "text"):
        assert (picture.findtext(SVG + part) or "") == initials
    rect = picture.find(f"{SVG}rect")
    assert rect is not None
    assert rect.get("fill") in avatars.COLOURS


@given(ANY_TEXT, ANY_TEXT, st.text())
def test_nothing_in_it_is_styled_run_or_fetched(first: str, last: str, seed: str) -> None:
    drawn = avatars.draw(first, last, seed).decode().lower()
    assert not [word for word in ("style", "script", "href", "url(", " on", "<!", "<?", "image") if word in drawn]
    assert drawn.count("http") == 1


@given(ANY_TEXT, ANY_TEXT)
def test_one_initial_a_name(first: str, last: str) -> None:
    assert avatars.initials(first, last) == avatars.initials(first, "") + avatars.initials("", last)
    assert avatars.initials(last, "") == avatars.initials("", last)
