"""Finding the lesson in which something was said."""

from typing import Any

import pytest

from tests.handing_in import assigned, edit
from tests.world import MadeCourse, Person, World, faults, refused

FIND = "/courses/searchLessons"
ADD = "/courses/addSubsection"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    course = world.course(teacher, lessons=1)
    text = {"title": "Friction", "kind": "text", "text": "<p>Ropes <b>hold</b> by Straße and नमस्ते.</p>"}
    world.post(f"{ADD}/{course.section}", {**text, "description": "<p>Why &amp; how.</p>"}, by=teacher)
    assigned(world, teacher, course, brief="<p>Describe a bowline.</p>")
    return course


def found(world: World, course: MadeCourse, by: Person, q: str) -> list[str]:
    answer = world.get(f"{FIND}/{course.id}", by=by, query_string={"q": q})
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json["data"]]


def test_words_are_found_in_titles_descriptions_texts_and_briefs(
    world: World, course: MadeCourse, attending: Person, teacher: Person
) -> None:
    for by in (attending, teacher):
        for q, titles in (
            ("friction", ["Friction"]),
            ("WHY how", ["Friction"]),
            ("hold STRASSE", ["Friction"]),
            ("नमस्ते", ["Friction"]),
            ("bowline", ["Knots"]),
            ("lesson", ["A lesson"]),
            ("o", ["A lesson", "Friction", "Knots"]),
            ("friction bowline", []),
        ):
            assert found(world, course, by, q) == titles, q


def test_an_edited_text_is_found_by_what_it_says_now(
    world: World, course: MadeCourse, attending: Person, teacher: Person
) -> None:
    outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"][0]["subsections"]
    world.put(f"/courses/updateSubsection/{outline[1]['id']}", {"text": "<p>Splices.</p>"}, by=teacher)
    assert found(world, course, attending, "splices") == ["Friction"]
    assert found(world, course, attending, "ropes") == []


def test_an_edited_brief_is_found_by_what_it_says_now(
    world: World, course: MadeCourse, attending: Person, teacher: Person
) -> None:
    outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"][0]["subsections"]
    edit(world, teacher, {"id": outline[2]["assessmentId"]}, brief="<p>Describe a sheet bend.</p>")
    assert found(world, course, attending, "sheet bend") == ["Knots"]
    assert found(world, course, attending, "bowline") == []


def test_of_a_locked_lesson_only_the_title_is_looked_at(
    world: World, course: MadeCourse, attending: Person, teacher: Person
) -> None:
    outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"][0]["subsections"]
    world.put(f"/courses/updateSubsection/{outline[1]['id']}", {"opens": {"days": 9}}, by=teacher)
    assert found(world, course, attending, "ropes") == []
    answer = world.get(f"{FIND}/{course.id}", by=attending, query_string={"q": "friction"})
    assert [(each["title"], each["locked"]) for each in answer.json["data"]] == [("Friction", True)]
    assert found(world, course, teacher, "ropes") == ["Friction"]


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "&&"}, {"q": "a" * 121}])
def test_what_holds_no_word_is_refused(
    world: World, course: MadeCourse, attending: Person, query: dict[str, Any]
) -> None:
    assert faults(world.get(f"{FIND}/{course.id}", by=attending, query_string=query)) == {"q"}


def test_it_is_for_those_who_attend(world: World, course: MadeCourse) -> None:
    answer = world.get(f"{FIND}/{course.id}", by=world.person(), query_string={"q": "a"})
    assert refused(answer) == (403, "not_enrolled")
