import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from lms.services.authoring.markup import MOST_CHARACTERS, MOST_TAGS, TAGS, clean
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
        ("<h1>Big</h1>", "&lt;h1&gt;Big&lt;/h1&gt;"),
        ('<p class="x" style="color:red" onclick="y()" id=z>a</p>', "<p>a</p>"),
        ("a<script>alert(1)</script>b", "a&lt;script&gt;alert(1)&lt;/script&gt;b"),
        ("a<style>p{}</style>b", "a&lt;style&gt;p{}&lt;/style&gt;b"),
        ("a<!-- hidden -->b", "a&lt;!-- hidden --&gt;b"),
        ("<vector> and <map> in practice", "&lt;vector&gt; and &lt;map&gt; in practice"),
        ("Array<b> of <b>bold</b>", "Array&lt;b&gt; of <b>bold</b>"),
        ("x</b>y", "x&lt;/b&gt;y"),
        ("<a lot of text> behind", "&lt;a lot of text&gt; behind"),
        ("H<b>2</b>O", "H<b>2</b>O"),
        ('<a href="https://x.example" download>x</a>', '<a href="https://x.example" rel="noopener nofollow">x</a>'),
        ('<p class="a"id="b">x</p>', "<p>x</p>"),
        ("<B>x</B><BR/>", "<b>x</b><br>"),
        ("one<p>two<br>three", "one<p>two<br>three</p>"),
        ("<pre>\n\n x</pre>", "<pre>\n\n x</pre>"),
        (
            '<a href="https://a.example/?a=1&copy=2">x</a>',
            '<a href="https://a.example/?a=1&amp;copy=2" rel="noopener nofollow">x</a>',
        ),
        ("?a=1&copy=2 &copy; &unknown;", "?a=1&amp;copy=2 \N{COPYRIGHT SIGN} &amp;unknown;"),
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


@given(texts)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_nothing_that_runs_is_left(text: str) -> None:
    for tag in BeautifulSoup(clean(text), "html.parser").find_all():
        assert tag.name in TAGS
        assert set(tag.attrs) <= ({"href", "rel"} if tag.name == "a" else set())
        assert str(tag.get("href", "https:")).startswith(("https:", "http:", "mailto:")) or ":" not in str(tag["href"])


@given(
    st.lists(st.sampled_from([*"<>&/'\"=! \n", "vector", "int", "h1", "script", "!--", "-->", "é", "R&D", "x"])).map(
        "".join
    )
)
def test_nothing_that_is_no_tag_of_text_is_lost(text: str) -> None:
    assert BeautifulSoup(clean(text), "html.parser").get_text().split() == text.split()


@given(st.text(alphabet=st.characters(exclude_characters="<>&\r\0\xa0", exclude_categories=["Cs"])))
def test_text_without_signs_of_html_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("unit", ["<ul><li>", "<blockquote>", "<a><b><i>", "<p a=b>"])
def test_text_that_would_take_too_long_is_refused_at_once(unit: str) -> None:
    started = time.monotonic()
    with pytest.raises(ValueError, match="too many tags"):
        clean(unit * (MOST_CHARACTERS // len(unit)))
    with pytest.raises(ValueError, match="too long"):
        clean(unit * (1_000_000 // len(unit)))
    assert time.monotonic() - started < at_most(5)


@pytest.mark.parametrize("unit", ["<ul><li>", "<h1><ul><li>", "<a x='", "<blockquote>", "<a\n", '<b c="d" ', "&", "<"])
def test_the_most_that_is_taken_takes_no_time(unit: str) -> None:
    tags = unit * ((MOST_TAGS - 1) // unit.count("<") if "<" in unit else 10_000)
    text = tags + "<a " + "x" * (MOST_CHARACTERS - len(tags) - 4)
    started = time.monotonic()
    clean(text)
    assert time.monotonic() - started < at_most(2)
