import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.schemas.text import MEANINGLESS, clean, one_line

BLANK = "\u2800"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

SIGNS = (
    *"<>&\"'/=;:#-_ \n\t\r\xa0\u3000",
    *(
        "\r\n",
        "\u200b",
        "\ufeff",
        "\xad",
        "\u2060",
        "\u202e",
        "\u200e",
        "\u200c",
        "\u200d",
        "\ufe0f",
        "\u0301",
        "\u094d",
    ),
    *(
        "<vector>",
        "<script>",
        "</b>",
        "&lt;",
        "&amp;",
        "x",
        "é",
        "क",
        "می",
        "李",
        "👩",
        "🚀",
        SCOTLAND,
        "\U000e0067",
        BLANK,
    ),
)
texts = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join) | st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), max_size=60
)


def seen(text: str) -> str:
    """What of it leaves a trace."""
    composed = unicodedata.normalize("NFC", MEANINGLESS.sub("", text))
    return "".join(each for each in composed if unicodedata.category(each)[0] in "LNPS")


@pytest.mark.parametrize(
    "text",
    [
        "std::vector<int>",
        "<input> and <label>: forms from scratch",
        "Map<String, List<Integer>>",
        "I <3 R&D",
        "a < b && b > c",
        "&lt;b&gt; &amp; &copy;",
        "<script>alert(1)</script>",
        "two\nlines\twith a tab",
        "नमस्ते क्\u200dष",
        "می\u200cخواهم",
        "র\u200d্যাব",
        "ක්\u200dෂ",
        "👩\u200d🚀 and ❤\ufe0f\u200d🔥",
        f"English {SCOTLAND} course",
        "un\xa0espace",
        "Letters: ب\u200d \u200dب\u200d \u200dب",
        "PDF\u200cها و ۵\u200cتا (کتاب)\u200cها",
        "\U0001fae8",
        "\U0001fae9\u200d\U0001fa77",
        "\U0002ebf0",
        "\ue000",
        "\u202f".join("12"),
    ],
)
def test_text_comes_out_as_it_was_typed(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_line_break_is_one_character(line_break: str) -> None:
    assert clean(f"one{line_break}{line_break}two") == "one\n\ntwo"


@pytest.mark.parametrize(
    "character",
    "\xad\u034f\u061c\u115f\u1160\u200b\u200e\u200f\u202a\u202e\u2060\u2064\u2066\u2069\u206f\u3164\ufeff\uffa0\ufff9\U000e0001\U000e0067",
)
def test_what_nobody_sees_is_left_out(character: str) -> None:
    assert clean(f"Pro{character}gram{character}") == "Program"


@pytest.mark.parametrize("joiner", "\u200c\u200d")
def test_joiners_stay_only_where_a_script_or_an_emoji_is_written_with_them(joiner: str) -> None:
    assert clean(f"ad{joiner}min{joiner} 1{joiner}") == "admin 1"
    assert clean(f"क्{joiner}ष") == f"क्{joiner}ष"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200d", "\u3164", "\u3164 \u3164", "\u2800", "\ufe0f", "\u0301", "\xad\u200b", "\U000e0067\U000e007f"],
)
def test_what_shows_nothing_is_empty(text: str) -> None:
    assert clean(text) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\x00b", "Character 2, U+0000, cannot be used."),
        ("ab\x1b", "Character 3, U+001B, cannot be used."),
        ("\u200b\xad\x07", "Character 3, U+0007, cannot be used."),
        ("\ud83d", "Character 1, U+D83D, cannot be used."),
        ("a" + "\u0301" * 31, "There are too many accents on one letter, at character 32."),
    ],
)
def test_what_cannot_be_kept_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        clean(text)
    assert str(raised.value) == sentence


@given(texts)
def test_nothing_that_can_be_seen_is_lost(text: str) -> None:
    kept = clean(text)
    assert seen(kept) == seen(text).replace(BLANK, "") if not kept else seen(kept) == seen(text)
    assert clean(kept) == kept


@given(texts)
def test_one_line_has_no_line_break_and_the_same_words(text: str) -> None:
    line = one_line(clean(text))
    assert not set(line) & set("\n\t")
    assert line.split() == clean(text).split()
    assert one_line(line) == line
