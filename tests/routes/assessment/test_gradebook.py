"""The gradebook: who has reached what, what authors give instead, what learners are told."""

import csv
import io
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.assessment import grades as controller
from lms.controllers.assessment.grades import Marked
from lms.models.assessment.assignments import assignments
from lms.models.assessment.grades import grades
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.learning.course_progress import course_progress
from tests.database import profiled
from tests.world import MadeCourse, Person, World, faults, refused

BOOK = "/assessments/gradebook"
OWN = "/assessments/grades"


@dataclass
class Book:
    """A course of two assignments: one that weighs three times the other."""

    course: MadeCourse
    light: ObjectId
    heavy: ObjectId


def assignment(course: MadeCourse, title: str, weight: int) -> ObjectId:
    rules: dict[str, Any] = {
        "brief": "",
        "accept": ["pdf"],
        "text": True,
        "url": False,
        "mostFiles": 1,
        "mostBytes": 1000,
        "due": None,
        "closes": None,
        "graceSeconds": 60,
        "late": {"kind": "none", "percent": 0, "most": 0},
        "tries": None,
        "rubric": [],
        "outOf": 2000,
        "passPercent": 50,
        "blind": False,
        "weight": weight,
    }
    made = assignments.add(course.id, rules)["_id"]
    lesson = {"title": title, "description": "", "duration": 0, "preview": False, "kind": "assignment"}
    subsections.add(course.id, course.section, {**lesson, "assessment": made})
    return made


@pytest.fixture
def book(world: World, course: MadeCourse) -> Book:
    return Book(course, assignment(course, "Light", 1), assignment(course, "=Heavy()", 3))


def mark(book: Book, person: Person, assessment: ObjectId, raw: int, penalty: int = 0) -> None:
    about: Any = {"course": book.course.id, "user": person.id, "assessment": assessment, "kind": "assignment"}
    marked: Any = {"raw": raw, "penalty": penalty, "out_of": 2000, "pass_percent": 50, "released_at": now()}
    controller.record(Marked(**about, **marked, source=ObjectId()))


def attending(world: World, book: Book, **fields: Any) -> Person:
    person = world.person(**fields)
    world.enroll(person, book.course)
    return person


def rows(world: World, book: Book, by: Person, query: str = "") -> list[dict[str, Any]]:
    answer = world.get(f"{BOOK}/{book.course.id}{query}", by=by)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["data"]
    return found


def test_it_has_every_learner_and_every_graded_lesson(world: World, teacher: Person, book: Book) -> None:
    graded, fresh = attending(world, book, firstName="Asha"), attending(world, book, firstName="Bela")
    mark(book, graded, book.light, 1900, penalty=300)
    answer = world.get(f"{BOOK}/{book.course.id}", by=teacher)
    assert [(each["title"], each["weight"], each["outOf"]) for each in answer.json["assessments"]] == [
        ("Light", 1, 2000),
        ("=Heavy()", 3, 2000),
    ]
    first, second = answer.json["data"]
    assert (first["name"].split()[0], second["name"].split()[0]) == ("Asha", "Bela")
    cell = first["grades"][str(book.light)]
    assert (cell["raw"], cell["penalty"], cell["points"]) == (1900, 300, 1600)
    assert (cell["percent"], cell["passed"]) == (80, True)
    assert first["total"] == {"percent": 80, "points": 80, "outOf": 100, "passed": True, "items": 1}
    assert (second["id"], second["grades"], second["total"]) == (str(fresh.id), {}, None)
    assert answer.json["pagination"]["total"] == 2


def test_totals_are_those_of_a_spreadsheet(world: World, teacher: Person, book: Book) -> None:
    """Fifty learners with weights, penalties and overrides, added up again by another road."""
    draw = random.Random("a gradebook")
    expected = {}
    for _ in range(50):
        person = attending(world, book)
        reached = []
        for assessment, weight in ((book.light, 1), (book.heavy, 3)):
            raw, penalty = draw.randrange(2001), draw.choice([0, 0, 200, 400])
            if draw.random() < 0.1:
                continue
            mark(book, person, assessment, raw, penalty)
            points = max(0, raw - penalty)
            if draw.random() < 0.2:
                points = draw.randrange(2001)
                controller.put_override(assessment, person.id, points, "Seen in class.", teacher.id)
            reached.append((Fraction(points, 2000), weight))
        whole = sum(weight for _, weight in reached)
        expected[str(person.id)] = int(sum(part * weight for part, weight in reached) * 100 / whole) if whole else None
    found = {row["id"]: row["total"] and row["total"]["percent"] for row in rows(world, book, teacher, "?limit=100")}
    assert found == expected


def test_learners_are_searched_sorted_filtered_and_paged(world: World, teacher: Person, book: Book) -> None:
    people = {name: attending(world, book, firstName=name) for name in ("Asha", "Bela", "Chitra")}
    mark(book, people["Asha"], book.light, 1000)
    mark(book, people["Bela"], book.light, 2000)

    def named(query: str) -> list[str]:
        return [row["name"].split()[0] for row in rows(world, book, teacher, query)]

    assert named("?sort=-percent") == ["Bela", "Asha", "Chitra"]
    assert named("?sort=-name") == ["Chitra", "Bela", "Asha"]
    assert named("?below=60") == ["Asha", "Chitra"]
    assert named("?q=chi") == ["Chitra"]
    assert named("?limit=2&page=2") == ["Chitra"]
    assert named("?page=9") == []


def test_who_left_and_other_courses_are_not_in_it(world: World, teacher: Person, book: Book) -> None:
    gone, other = attending(world, book), world.course(teacher)
    world.delete(f"/courses/enroll/{book.course.id}", by=gone)
    stranger = world.person()
    world.enroll(stranger, other)
    assert rows(world, book, teacher) == []


def test_what_an_author_gave_stays_the_same_share_where_there_is_another_number_to_reach(
    world: World, teacher: Person, book: Book
) -> None:
    person = attending(world, book)
    body = {"points": 1800, "reason": "Seen in class.", "revision": 0}
    path = f"{BOOK}/{book.course.id}/{book.light}/{person.id}"
    assert world.put(path, body, by=teacher).json["data"]["percent"] == 90
    assignments.update({"_id": book.light}, {"$set": {"outOf": 300}})
    marked: Any = {"raw": 100, "out_of": 300, "pass_percent": 50, "released_at": now()}
    about: Any = {"course": book.course.id, "user": person.id, "assessment": book.light, "kind": "assignment"}
    controller.record(Marked(**about, **marked, source=ObjectId()))
    cell = rows(world, book, teacher)[0]["grades"][str(book.light)]
    assert (cell["points"], cell["percent"]) == (270, 90)
    controller.put_override(book.light, person.id, None)
    assert rows(world, book, teacher)[0]["grades"][str(book.light)]["points"] == 100


def test_who_passes_while_the_course_is_deleted_has_passed_when_it_comes_back(
    world: World, teacher: Person, book: Book
) -> None:
    person = attending(world, book)
    world.delete(f"/courses/enroll/{book.course.id}", by=person)
    assert world.delete(f"/courses/deleteCourse/{book.course.id}", by=teacher).status_code == 200
    mark(book, person, book.light, 2000)
    assert world.post(f"/courses/restoreCourse/{book.course.id}", by=teacher).status_code == 200
    lesson = subsections.get({"assessment": book.light})
    found = course_progress.of_learner(person.id, book.course.id)
    assert lesson
    assert found
    assert found["completed"] == [lesson["_id"]]


def test_an_author_gives_other_points_and_takes_them_back(world: World, teacher: Person, book: Book) -> None:
    person = attending(world, book)
    mark(book, person, book.light, 400)
    path = f"{BOOK}/{book.course.id}/{book.light}/{person.id}"
    body = {"points": 1500, "reason": "The key was wrong.", "revision": 1}
    answer = world.put(path, body, by=teacher)
    cell = answer.json["data"]
    assert (cell["points"], cell["percent"], cell["passed"], cell["raw"]) == (1500, 75, True, 400)
    assert cell["overrideReason"] == "The key was wrong."
    assert refused(world.put(path, body, by=teacher)) == (409, "changed_meanwhile")
    mark(book, person, book.light, 600)
    assert rows(world, book, teacher)[0]["grades"][str(book.light)]["points"] == 1500
    seen = rows(world, book, teacher)[0]["grades"][str(book.light)]["revision"]
    assert refused(world.delete(f"{path}?revision=1", by=teacher)) == (409, "changed_meanwhile")
    assert world.delete(f"{path}?revision={seen}", by=teacher).status_code == 200
    back = rows(world, book, teacher)[0]["grades"][str(book.light)]
    assert (back["points"], back["overrideReason"]) == (600, None)
    again = world.delete(f"{path}?revision={back['revision']}", by=teacher)
    assert refused(again) == (404, "grade_not_found")


def test_who_handed_in_nothing_can_be_given_points_and_passes_by_them(
    world: World, teacher: Person, book: Book
) -> None:
    person = attending(world, book)
    path = f"{BOOK}/{book.course.id}/{book.heavy}/{person.id}"
    given = world.put(path, {"points": 1000, "reason": "An oral exam.", "revision": 0}, by=teacher).json["data"]
    assert (given["points"], given["passed"]) == (1000, True)
    own = world.get(f"{OWN}/{book.course.id}", by=person).json["data"]
    assert own["total"]["percent"] == 50
    assert [each["grade"] and each["grade"]["points"] for each in own["assessments"]] == [None, 1000]
    state = course_progress.of_learner(person.id, book.course.id)
    lesson = subsections.get({"assessment": book.heavy})
    assert state is not None
    assert lesson is not None
    assert state["completed"] == [lesson["_id"]]
    assert world.delete(f"{path}?revision={given['revision']}", by=teacher).status_code == 200
    assert grades.count({}) == 0
    assert rows(world, book, teacher)[0]["grades"] == {}
    assert course_progress.of_learner(person.id, book.course.id)["completed"] == []  # type: ignore[index]


def test_what_cannot_be_given_is_refused(world: World, teacher: Person, book: Book) -> None:
    person, stranger = attending(world, book), world.person()
    path, body = f"{BOOK}/{book.course.id}", {"points": 2001, "reason": "Why not.", "revision": 0}
    of_them = f"{path}/{book.light}/{person.id}"
    assert refused(world.put(of_them, body, by=teacher)) == (409, "points_above_all")
    assert faults(world.put(of_them, {**body, "points": -1, "reason": " "}, by=teacher)) == {"points", "reason"}
    fine = {**body, "points": 5}
    assert refused(world.put(f"{path}/{ObjectId()}/{person.id}", fine, by=teacher)) == (404, "assessment_not_found")
    assert refused(world.put(f"{path}/{book.light}/{stranger.id}", fine, by=teacher)) == (403, "not_enrolled")
    assert grades.count({}) == 0
    missing = world.delete(f"{path}/{ObjectId()}/{person.id}", by=teacher)
    assert refused(missing) == (404, "assessment_not_found")


def test_learners_are_told_what_is_released_and_of_some_only_whether_they_passed(world: World, book: Book) -> None:
    person = attending(world, book)
    mark(book, person, book.light, 1200)
    mark(book, person, book.heavy, 1900)
    grades.update({"assessment": book.heavy}, {"$set": {"releasedAt": None}})
    own = world.get(f"{OWN}/{book.course.id}", by=person).json["data"]
    assert [each["grade"] and each["grade"]["percent"] for each in own["assessments"]] == [60, None]
    assert own["total"] is not None
    grades.update({"assessment": book.light}, {"$set": {"onlyPassed": True}})
    own = world.get(f"{OWN}/{book.course.id}", by=person).json["data"]
    told = own["assessments"][0]["grade"]
    assert (told["passed"], told["points"], told["percent"], own["total"]) == (True, None, None, None)


def test_the_sheet_has_all_of_it_and_no_formula(world: World, teacher: Person, book: Book) -> None:
    person = attending(world, book, firstName="=1+1")
    attending(world, book, firstName="Zoya")
    mark(book, person, book.light, 1500)
    answer = world.get(f"{BOOK}/{book.course.id}/csv", by=teacher)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    read = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert read[0][2:] == ["Light (percent)", "'=Heavy() (percent)", "Total (percent)", "Passed"]
    assert read[1][0].startswith("'=1+1")
    assert read[1][2:] == ["75", "", "75", "yes"]
    assert read[2][2:] == ["", "", "", ""]


def test_a_deleted_lesson_is_out_of_it(world: World, teacher: Person, book: Book) -> None:
    lesson = subsections.get({"assessment": book.heavy})
    assert lesson is not None
    world.delete(f"/courses/deleteSubsection/{lesson['_id']}", by=teacher)
    answer = world.get(f"{BOOK}/{book.course.id}", by=teacher)
    assert [each["title"] for each in answer.json["assessments"]] == ["Light"]


def test_a_page_is_four_questions_to_the_database_however_many_learners_it_has(
    world: World, teacher: Person, book: Book
) -> None:
    asked = []
    for _ in range(2):
        for _ in range(3):
            mark(book, attending(world, book), book.light, 500)
        with profiled() as commands:
            rows(world, book, teacher)
        asked.append(sorted(each["ns"].partition(".")[2] for each in commands if each["op"] in ("query", "command")))
    assert asked[0] == asked[1]
    assert [each for each in asked[0] if each != "sessions"] == ["courses", "enrollments", "grades", "subsections"]
