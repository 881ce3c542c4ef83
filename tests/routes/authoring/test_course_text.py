"""What authors type, at its worst."""

import time
from typing import Any

import pytest

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
def test_nothing_that_runs_is_kept_anywhere(world: World, teacher: Person, script: str) -> None:
    text = f"Before {script} after"
    lists = {"tags": [f"t {script}"], "whatYouWillLearn": [text], "instructions": [text]}
    course = written(world, teacher, title=text, description=text, language=f"Hindi {script}", **lists)
    plain = [course["title"], course["language"], *course["tags"], *course["whatYouWillLearn"]]
    assert not any("<" in each or "&lt;" in each for each in plain)
    for rich in (course["description"], *course["instructions"]):
        assert rich.startswith("Before")
        assert not any(bad in rich.lower() for bad in ("<script", "onerror", "onload", "onclick", "javascript:"))
        assert not any(bad in rich.lower() for bad in ("<iframe", "<svg", "<img", "<style", "style="))


def test_rich_text_keeps_its_few_tags_and_the_rest_none(world: World, teacher: Person) -> None:
    rich = '<h3>Knots</h3><p>Tie <b>them</b> <a href="https://knots.example" rel="noopener nofollow">fast</a>.</p>'
    course = written(world, teacher, title=rich, description=rich, whatYouWillLearn=[rich], instructions=[rich])
    assert course["description"] == course["instructions"][0] == rich
    assert course["title"] == course["whatYouWillLearn"][0] == "KnotsTie them fast."


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


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u200b", "\ufeff"])
def test_characters_that_hide_or_control_are_refused(world: World, teacher: Person, character: str) -> None:
    text = f"a{character}b"
    body = {"title": text, "description": text, "language": text, "tags": [text], "instructions": [text]}
    expected = {"title", "description", "language", "tags.0", "instructions.0"}
    assert faults(world.post(CREATE, body, by=teacher)) == expected
    assert courses.count({}) == 0


def test_half_of_a_surrogate_pair_is_no_json(world: World, teacher: Person) -> None:
    for text in (r'{"title": "\ud83d"}', r'{"title": "x", "tags": ["\udc00"]}'):
        answer = world.post(CREATE, by=teacher, data=text, content_type="application/json")
        assert refused(answer) == (400, "invalid_json")


@pytest.mark.parametrize("unit", ["<ul><li>", "<blockquote>", "&lt;dl&gt;&lt;dd&gt;", "<", "<font a>", "<b", "&amp;"])
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
