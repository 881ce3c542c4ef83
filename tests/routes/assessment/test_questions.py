from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.models.assessment.questions import question_versions, questions
from lms.models.assessment.quizzes import quizzes
from tests.documents import whole
from tests.world import MadeCourse, Person, World, faults, refused

SINGLE: dict[str, Any] = {
    "kind": "single",
    "body": "<p>Which is <b>even</b>?</p>",
    "choices": [{"id": "wrong", "body": "3"}, {"id": "right", "body": "4"}],
    "key": {"right": ["right"]},
    "points": 250,
    "tags": ["Numbers", "NUMBERS", "parity"],
}
NUMBER: dict[str, Any] = {"kind": "number", "body": "Half of 25?", "key": {"value": "12,5"}}


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher)


def add(world: World, course: MadeCourse, teacher: Person, **fields: Any) -> TestResponse:
    return world.post(f"/assessments/questions/{course.id}", {**SINGLE, **fields}, by=teacher)


def test_a_question_is_kept_with_ids_that_do_not_tell(world: World, course: MadeCourse, teacher: Person) -> None:
    answer = add(world, course, teacher)
    assert answer.status_code == 201
    question = answer.json["data"]
    wrong, right = (each["id"] for each in question["choices"])
    assert question["key"] == {"right": [right]}
    assert len({"wrong", "right", wrong, right}) == 4
    assert (question["points"], question["tags"], question["revision"]) == (250, ["numbers", "parity"], 1)


def test_the_bank_is_listed_by_tag_and_kind(world: World, course: MadeCourse, teacher: Person) -> None:
    first = add(world, course, teacher).json["data"]["id"]
    second = world.post(f"/assessments/questions/{course.id}", NUMBER, by=teacher).json["data"]["id"]

    def listed(query: str = "") -> list[str]:
        answer = world.get(f"/assessments/questions/{course.id}{query}", by=teacher)
        return [each["id"] for each in answer.json["data"]]

    assert set(listed()) == {first, second}
    assert listed("?tag=NUMBERS") == [first]
    assert listed("?kind=number") == [second]
    assert listed("?kind=essay") == []


def test_an_edit_makes_a_version_and_keeps_the_ids(world: World, course: MadeCourse, teacher: Person) -> None:
    before = add(world, course, teacher).json["data"]
    wrong, right = before["choices"]
    change = {**SINGLE, "choices": [right, wrong, {"id": "new", "body": "6"}], "revision": 1}
    change["key"] = {"right": [wrong["id"]]}
    answer = world.put(f"/assessments/question/{before['id']}", change, by=teacher)
    assert answer.status_code == 200
    after = answer.json["data"]
    assert [each["id"] for each in after["choices"][:2]] == [right["id"], wrong["id"]]
    assert after["choices"][2]["id"] != "new"
    assert (after["revision"], after["key"]) == (2, {"right": [wrong["id"]]})
    kept = {each["version"]: each["key"] for each in question_versions.find({})}
    assert kept == {1: before["key"], 2: after["key"]}
    assert refused(world.put(f"/assessments/question/{before['id']}", change, by=teacher)) == (409, "changed_meanwhile")


def test_a_question_keeps_its_kind(world: World, course: MadeCourse, teacher: Person) -> None:
    id = add(world, course, teacher).json["data"]["id"]
    assert faults(
        world.put(f"/assessments/question/{id}", {**NUMBER, "revision": 1}, by=teacher), "unsound_question"
    ) == {"kind"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"body": "<p> </p>"}, "body"),
        ({"points": 10_001}, "points"),
        ({"points": 0}, "points"),
        ({"choices": [{"id": "a b", "body": "x"}]}, "choices.0.id"),
        ({"kind": "riddle"}, "kind"),
    ],
)
def test_what_is_wrong_is_named(
    world: World, course: MadeCourse, teacher: Person, wrong: dict[str, Any], field: str
) -> None:
    assert field in faults(add(world, course, teacher, **wrong))
    assert questions.count({}) == 0


@pytest.mark.parametrize(
    ("wrong", "field"), [({"key": {"right": ["wrong", "right"]}}, "key.right"), ({"kind": "essay"}, "choices")]
)
def test_what_could_not_be_asked_or_marked_is_refused(
    world: World, course: MadeCourse, teacher: Person, wrong: dict[str, Any], field: str
) -> None:
    assert field in faults(add(world, course, teacher, **wrong), "unsound_question")
    assert questions.count({}) == 0


def test_scripts_do_not_get_into_a_question(world: World, course: MadeCourse, teacher: Person) -> None:
    body = add(world, course, teacher, body="<script>x</script>Hello <b onclick='x'>you</b>").json["data"]["body"]
    assert body == "&lt;script&gt;x&lt;/script&gt;Hello <b>you</b>"


def test_a_bank_holds_as_many_as_it_says(
    world: World, course: MadeCourse, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.controllers.assessment.questions.MOST_IN_BANK", 1)
    assert add(world, course, teacher).status_code == 201
    assert refused(add(world, course, teacher)) == (409, "bank_full")


def quiz_of(course: MadeCourse, *items: dict[str, Any]) -> None:
    from lms.models.assessment.quizzes import Quiz

    quizzes.insert(whole(Quiz, course=course.id, items=list(items)))  # type: ignore[arg-type]


def test_a_question_that_a_quiz_asks_stays(world: World, course: MadeCourse, teacher: Person) -> None:
    add(world, course, teacher)
    [question] = questions.find({})
    quiz_of(course, {"question": question["_id"]})
    path = f"/assessments/question/{question['_id']}"
    assert refused(world.delete(path, by=teacher)) == (409, "question_in_use")
    quizzes.delete_many({})
    assert world.delete(path, by=teacher).status_code == 204
    assert refused(world.delete(path, by=teacher)) == (404, "question_not_found")


def test_a_pool_stays_as_large_as_is_drawn_from_it(world: World, course: MadeCourse, teacher: Person) -> None:
    for _ in range(2):
        add(world, course, teacher)
    quiz_of(course, {"draw": {"tags": ["numbers"], "count": 2}})
    id = questions.find({})[0]["_id"]
    assert refused(world.delete(f"/assessments/question/{id}", by=teacher)) == (409, "question_in_use")
    untagged = {**SINGLE, "tags": [], "revision": 1}
    untagged |= {"choices": questions.find({})[0]["choices"], "key": questions.find({})[0]["key"]}
    answer = world.put(f"/assessments/question/{id}", untagged, by=teacher)
    assert refused(answer) == (409, "question_in_use")
    assert questions.count({"tags": "numbers"}) == 2
    assert question_versions.count({}) == 2


def test_a_question_is_its_courses_authors_alone(world: World, course: MadeCourse, teacher: Person) -> None:
    id = add(world, course, teacher).json["data"]["id"]
    other = world.person("instructor")
    path = f"/assessments/question/{id}"
    assert refused(world.put(path, {**SINGLE, "revision": 1}, by=other)) == (404, "question_not_found")
    assert refused(world.get(f"/assessments/questions/{course.id}", by=world.person())) == (403, "forbidden")
