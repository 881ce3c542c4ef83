"""What authors type, at its worst."""

import time
from typing import Any

import pytest
from bs4 import BeautifulSoup

from lms.models.catalogue.courses import courses
from tests.waiting import at_most
from tests.world import Person, World, faults, refused

CREATE = "/courses/createCourse"
EDIT = "/courses/editCourse"

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<a href="javascript:alert(1)">x</a>',
    '<p style="background:url(//evil.example)" onclick=alert(1)>x</p>',
    "<style>*{display:none}</style>",
]


def written(world: World, by: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post(CREATE, {"title": "Knots", **fields}, by=by)
    assert answer.status_code == 201, answer.json
    shown: dict[str, Any] = answer.json["data"]
    return shown


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_that_runs_is_kept_where_html_may_stand(world: World, teacher: Person, script: str) -> None:
    text = f"Before {script} after"
    course = written(world, teacher, description=text, instructions=[text])
    for rich in (course["description"], *course["instructions"]):
        shown = BeautifulSoup(rich, "html.parser")
        assert {tag.name for tag in shown.find_all()} <= {"a", "p"}
        assert not any(set(tag.attrs) - {"rel"} for tag in shown.find_all())
        assert shown.get_text().startswith("Before")
        assert shown.get_text().endswith("after")


@pytest.mark.parametrize(
    "text", [*SCRIPTS, "std::vector<int>", "<input> and <label>", "I <3 a < b", "&lt;b&gt;", "AT&amp;T"]
)
def test_plain_text_comes_out_as_it_was_sent(world: World, teacher: Person, text: str) -> None:
    course = written(world, teacher, title=text, language=text[:40], tags=[text[:40]], whatYouWillLearn=[text])
    assert course["title"] == course["whatYouWillLearn"][0] == text
    assert course["language"] == text[:40].strip()
    assert course["tags"] == [text[:40].strip().lower()]


def test_a_tag_that_rich_text_does_not_know_is_shown_as_it_was_typed(world: World, teacher: Person) -> None:
    course = written(world, teacher, description="<p>Use <vector> &amp; <map>\r\nand <b>lists</b></p>")
    assert course["description"] == "<p>Use &lt;vector&gt; & &lt;map&gt;\nand <b>lists</b></p>"


def test_rich_text_keeps_its_few_tags(world: World, teacher: Person) -> None:
    rich = '<h3>Knots</h3><p>Tie <b>them</b> <a href="https://knots.example" rel="noopener nofollow">fast</a>.</p>'
    course = written(world, teacher, description=rich, instructions=[rich])
    assert course["description"] == course["instructions"][0] == rich


def test_text_sent_back_as_it_was_shown_does_not_change(world: World, teacher: Person) -> None:
    texts = {
        "title": "R&D: 2 < 3 &amp; more",
        "description": "R&D: 2 < 3 <b>&amp;</b> more",
        "instructions": ["a & b < c"],
    }
    first = written(world, teacher, **texts)
    again = {name: first[name] for name in texts}
    assert world.put(f"{EDIT}/{first['id']}", again, by=teacher).json["data"] == first


@pytest.mark.parametrize("title", ["नमस्ते क्\u200dष", "👩\u200d🌾 Farming", "Crème brûlée", "数学 I", "C++ & Rust < 3"])
def test_letters_of_any_script_are_kept(world: World, teacher: Person, title: str) -> None:
    course = written(world, teacher, title=title, tags=[title], whatYouWillLearn=[title])
    assert course["title"] == course["whatYouWillLearn"][0] == title
    assert course["tags"] == [title.lower()]


def test_letters_written_in_two_ways_are_kept_in_one(world: World, teacher: Person) -> None:
    course = written(world, teacher, title="Cre\u0300me", tags=["cre\u0300me", "cr\u00e8me"])
    assert (course["title"], course["tags"]) == ("Cr\u00e8me", ["cr\u00e8me"])


@pytest.mark.parametrize("character", ["\x00", "\x1b"])
def test_characters_that_control_are_refused_and_named(world: World, teacher: Person, character: str) -> None:
    text = f"a{character}b"
    body = {"title": text, "description": text, "language": text, "tags": [text], "instructions": [text]}
    answer = world.post(CREATE, body, by=teacher)
    assert faults(answer) == {"title", "description", "language", "tags.0", "instructions.0"}
    assert set(answer.json["errors"].values()) == {f"Character 2, U+{ord(character):04X}, cannot be used."}
    assert courses.count({}) == 0


@pytest.mark.parametrize("text", ["a&#0;b&#x1b;", "&#27;"])
def test_a_character_reference_cannot_spell_what_is_refused(world: World, teacher: Person, text: str) -> None:
    assert faults(world.post(CREATE, {"title": "Knots", "description": text}, by=teacher)) == {"description"}


def test_what_hides_is_left_out_of_every_text(world: World, teacher: Person) -> None:
    text = "Pro\xadgram\u200bming\ufeff in\u2060 Python\u202e"
    fields = {
        "title": text,
        "description": f"{text}&shy;&#x200b;",
        "language": text,
        "tags": [text],
        "instructions": [text],
    }
    course = written(world, teacher, **fields)
    seen = {course["title"], course["description"], course["language"], *course["instructions"]}
    assert (seen, course["tags"]) == ({"Programming in Python"}, ["programming in python"])


@pytest.mark.parametrize("title", ["\u200d", "\u3164", "\ufeff \xad", "\u2800", "\u0301"])
def test_a_title_that_shows_nothing_is_empty(world: World, teacher: Person, title: str) -> None:
    answer = world.post(CREATE, {"title": title}, by=teacher)
    assert (faults(answer), answer.json["errors"]["title"]) == ({"title"}, "This cannot be empty.")


def test_a_line_break_of_a_form_is_one_character(world: World, teacher: Person) -> None:
    form = {"title": "Two lines", "description": "first\r\nsecond\rthird\tfourth"}
    answer = world.post(CREATE, by=teacher, data=form, content_type="multipart/form-data")
    assert answer.json["data"]["description"] == "first\nsecond\nthird\tfourth"


def test_an_instruction_of_nothing_but_tags_is_empty(world: World, teacher: Person) -> None:
    for empty in ("<p></p>", "&nbsp;", "<br>", "&shy;"):
        answer = world.post(CREATE, {"title": "Knots", "instructions": [empty]}, by=teacher)
        assert faults(answer) == {"instructions.0"}, empty


def test_tags_that_readers_take_for_the_same_are_one(world: World, teacher: Person) -> None:
    course = written(world, teacher, tags=["Straße", "STRASSE", "Python", "\uff50ython", "Crème", "creme"])
    assert course["tags"] == ["straße", "python", "crème"]


@pytest.mark.parametrize("title", ["English \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"])
def test_the_flag_of_a_region_is_kept(world: World, teacher: Person, title: str) -> None:
    assert written(world, teacher, title=title)["title"] == title


def test_half_of_a_surrogate_pair_is_no_json(world: World, teacher: Person) -> None:
    for text in (r'{"title": "\ud83d"}', r'{"title": "x", "tags": ["\udc00"]}'):
        answer = world.post(CREATE, by=teacher, data=text, content_type="application/json")
        assert refused(answer) == (400, "invalid_json")


@pytest.mark.parametrize("unit", ["<ul><li>", "<blockquote>", "&amp;amp;lt;", "<", "<font a>", "<b", "&amp;"])
@pytest.mark.parametrize("field", ["title", "description", "instructions"])
def test_text_made_to_keep_the_parser_busy_is_refused_quickly(
    world: World, teacher: Person, unit: str, field: str
) -> None:
    text = unit * (900_000 // len(unit))
    started = time.monotonic()
    answer = world.post(CREATE, {"title": "Knots", field: [text] if field == "instructions" else text}, by=teacher)
    assert time.monotonic() - started < at_most(5)
    assert faults(answer) == {"instructions.0" if field == "instructions" else field}


def test_a_sign_up_cannot_keep_the_parser_busy_either(world: World) -> None:
    started = time.monotonic()
    answer = world.post("/auth/signup", {"firstName": "<ul><li>" * 100_000})
    assert time.monotonic() - started < at_most(5)
    assert "firstName" in faults(answer)


def test_the_words_of_a_description_are_found_and_its_tags_are_not(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    body = {"description": '<blockquote>Hem<b>p</b> &amp; <a href="https://jute.example">flax</a></blockquote>'}
    assert world.put(f"{EDIT}/{course.id}", body, by=teacher).status_code == 200
    for words, count in (("flax", 1), ("blockquote", 0), ("jute", 0), ("amp", 0)):
        assert len(world.get(f"/courses/getAllCourses?q={words}").json["data"]) == count, words


def test_a_caller_over_their_limit_is_told_so_before_anything_is_read(world: World, teacher: Person) -> None:
    body = {"description": "no title"}
    answers = [world.post(CREATE, body, by=teacher) for _ in range(101)]
    assert {refused(answer) for answer in answers[:100]} == {(400, "validation_failed")}
    assert refused(answers[100]) == (429, "rate_limited")
    assert refused(world.post(CREATE, by=teacher, data="{", content_type="application/json")) == (429, "rate_limited")
