"""What the demo quiz asks, a question of every kind, and what learners hand in for the demo assignment."""

from typing import Any

CHEAT_SHEET = """<p>Three things to have beside you while you practise.</p><ul><li><b>Outline first</b>: one h1, then
h2 below it, and never a level left out.</li><li><b>Box model</b>: content, padding, border, margin, from the inside
out.</li><li><b>Layout</b>: flexbox for a row or a column, grid for both at once.</li></ul>"""

QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "kind": "single",
        "body": "<p>Which element is the most important heading of a page?</p>",
        "choices": ["<p>h1</p>", "<p>header</p>", "<p>head</p>", "<p>title</p>"],
        "key": {"right": ["c0"]},
        "explanation": "<p>head and title are about the document, header is a part of the page.</p>",
        "tags": ["html"],
    },
    {
        "kind": "multiple",
        "body": "<p>Which of these can a screen reader make use of?</p>",
        "choices": [
            "<p>alt text</p>",
            "<p>a label for a field</p>",
            "<p>a background picture</p>",
            "<p>colour alone</p>",
        ],
        "key": {"right": ["c0", "c1"]},
        "explanation": "<p>What is only seen is not read out.</p>",
        "tags": ["html", "accessibility"],
    },
    {
        "kind": "truefalse",
        "body": "<p>A class may be used by many elements of a page, an id by one.</p>",
        "key": {"holds": True},
        "explanation": "",
        "tags": ["css"],
    },
    {
        "kind": "number",
        "body": "<p>A content-box is 200 px wide, with 20 px padding on each side. How wide is it drawn?</p>",
        "key": {"value": "240", "tolerance": "0"},
        "explanation": "<p>200 and twice 20.</p>",
        "tags": ["css"],
    },
    {
        "kind": "text",
        "body": "<p>Which property makes the distance between letters wider?</p>",
        "key": {"accepted": ["letter-spacing", "letter spacing"]},
        "explanation": "",
        "tags": ["css"],
    },
    {
        "kind": "order",
        "body": "<p>Order the box model from the inside out.</p>",
        "choices": ["<p>content</p>", "<p>padding</p>", "<p>border</p>", "<p>margin</p>"],
        "key": {"order": ["c0", "c1", "c2", "c3"]},
        "explanation": "",
        "tags": ["css"],
    },
    {
        "kind": "match",
        "body": "<p>What is each written in?</p>",
        "choices": ["<p>A heading</p>", "<p>A colour</p>", "<p>A column of the page</p>"],
        "targets": ["<p>HTML</p>", "<p>CSS</p>"],
        "key": {"pairs": {"c0": "t0", "c1": "t1", "c2": "t1"}},
        "explanation": "",
        "tags": ["html", "css"],
    },
    {
        "kind": "essay",
        "body": "<p>In two sentences: why does a page need a viewport meta tag on a phone?</p>",
        "key": {},
        "explanation": "<p>Without it phones draw the page as wide as on a desk and shrink it.</p>",
        "tags": ["responsive"],
    },
)

WRONG: dict[str, Any] = {
    "single": "c3",
    "multiple": ["c0", "c3"],
    "truefalse": False,
    "number": "220",
    "text": "word-spacing",
    "order": ["c0", "c2", "c1", "c3"],
    "match": {"c0": "t0", "c1": "t1", "c2": "t0"},
    "essay": "",
}
RIGHT: dict[str, Any] = {
    "single": "c0",
    "multiple": ["c0", "c1"],
    "truefalse": True,
    "number": "240",
    "text": "Letter-Spacing",
    "order": ["c0", "c1", "c2", "c3"],
    "match": {"c0": "t0", "c1": "t1", "c2": "t1"},
    "essay": "A phone would draw the page as wide as a desktop's and shrink it. The tag says: as wide as the screen.",
}

BRIEF = """<p>Build the page of a small shop near you: opening hours, a map, three things it sells. One HTML file and
one stylesheet, put online. <b>Hand in the address</b> and three sentences on what was hard.</p>"""

RUBRIC: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("Structure", (("Headings and landmarks in order", 400), ("Some levels left out", 250), ("One heap of divs", 0))),
    ("Layout on a phone", (("Nothing to zoom or to drag", 400), ("One part runs over the edge", 200), ("Unusable", 0))),
    ("Words", (("Says what was hard, and why", 200), ("Says that it was hard", 100))),
)

WORK = (
    "The map was hard: its frame ran over the edge of my phone until I gave it max-width. Grid made the rest easy.",
    "I first built it with tables and then threw that away. The footer still moves when the text is short.",
    "Choosing colours that can be read took longest. I checked them with a contrast tool, as in lesson six.",
    "Everything worked on my laptop and nothing on the phone, until the viewport tag.",
)
COMMENTS = (
    "<p>Clear and honest. Look at the order of your headings once more.</p>",
    "<p>The menu is better than the one in the lesson. Well done.</p>",
    "<p>Good start; on a phone the opening hours run over the edge.</p>",
)
