import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.services.authoring.markup import MOST_CHARACTERS, MOST_TAGS, clean, plain
from tests.waiting import at_most

PIECES = [
    *("<", ">", "&", "&lt;", "&gt;", "&amp;", "&#60;", "&#x3c", "/", "!--", "-->", '"', "'", "=", " ", "\n", "\0"),
    *(
        "b",
        "script",
        "img",
        "a href",
        "p",
        "svg",
        "style",
        "onclick",
        "javascript:",
        "data:",
        "x",
        "é",
        "क\u094d\u200dष",
    ),
]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("<p>Tie <b>them</b>.</p>", "<p>Tie <b>them</b>.</p>"),
        ("<ul><li>One</li></ul><h3>Two</h3>", "<ul><li>One</li></ul><h3>Two</h3>"),
        ("<h1>Big</h1><table><tr><td>cell</td></tr></table>", "Bigcell"),
        ('<p class="x" style="color:red" onclick="y()" id=z>a</p>', "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<style>p{}</style>b", "ab"),
        ("a<!-- hidden -->b", "ab"),
        ("<b>open", "<b>open</b>"),
        ("<b><i>x</b></i>", "<b><i>x</i></b>"),
        ("2 < 3 & 5 > 4", "2 &lt; 3 & 5 &gt; 4"),
        ("R&D", "R&amp;D"),
        ("salt & vinegar", "salt & vinegar"),
        ("&lt;b&gt;shown&lt;/b&gt;", "&lt;b&gt;shown&lt;/b&gt;"),
    ],
)
def test_rich_text_keeps_the_tags_of_text(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@pytest.mark.parametrize("address", ["https://a.example/x", "http://a.example", "mailto:a@a.example"])
def test_links_lead_to_pages_and_mailboxes(address: str) -> None:
    assert clean(f'<a href="{address}" target="_blank">x</a>') == f'<a href="{address}" rel="noopener nofollow">x</a>'


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        " javascript:x",
        "data:text/html,x",
        "vbscript:x",
    ],
)
def test_links_lead_nowhere_else(address: str) -> None:
    assert clean(f'<a href="{address}">x</a>') == '<a rel="noopener nofollow">x</a>'


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Tie <b>them</b>", "Tie them"),
        ("<script>alert(1)</script>Hi", "Hi"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hi", "Hi"),
        ("&#60;img src=x onerror=alert(1)&#62;Hi", "Hi"),
        ("<scr<i></i>ipt>alert(1)", "ipt>alert(1)"),
        ("2 < 3 & 5 > 4", "2 < 3 & 5 > 4"),
        ("I <3 R&D", "I <3 R&D"),
        ("AT&amp;T", "AT&amp;T"),
        ("", ""),
    ],
)
def test_plain_text_keeps_no_tag_and_every_sign(given_text: str, kept: str) -> None:
    assert plain(given_text) == kept


@given(texts)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert plain(plain(text)) == plain(text)


@given(texts)
def test_nothing_that_runs_is_left(text: str) -> None:
    kept = clean(text).lower()
    assert not any(f"<{tag}" in kept for tag in ("script", "img", "svg", "style"))
    assert plain(clean(plain(text))).count("<script") == 0


@given(st.text(alphabet=st.characters(exclude_characters="<>&\r\0\xa0", exclude_categories=["Cs"])))
def test_text_without_signs_of_html_is_left_alone(text: str) -> None:
    assert clean(text) == plain(text) == text


@pytest.mark.parametrize("unit", ["<ul><li>", "<blockquote>", "&lt;dl&gt;&lt;dd&gt;", "<a><b><i>", "<font a>"])
@pytest.mark.parametrize("function", [clean, plain])
def test_text_that_would_take_too_long_is_refused_at_once(function: Callable[[str], str], unit: str) -> None:
    started = time.monotonic()
    if function is clean and unit.startswith("&"):
        unit = unit.replace("&lt;", "<").replace("&gt;", ">")
    with pytest.raises(ValueError, match="too many tags"):
        function(unit * (1_000_000 // len(unit)))
    assert time.monotonic() - started < at_most(5)


@pytest.mark.parametrize("unit", ["<ul><li>", "<h1><ul><li>", "<font a>", "<blockquote>", "<nobr><div>"])
def test_the_most_that_is_taken_takes_no_time(unit: str) -> None:
    tags = unit * ((MOST_TAGS - 1) // unit.count("<"))
    text = tags + "<a " + "x" * (MOST_CHARACTERS - len(tags) - 4)
    started = time.monotonic()
    clean(text)
    assert time.monotonic() - started < at_most(2)
