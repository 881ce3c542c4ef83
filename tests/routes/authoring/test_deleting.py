from typing import Any

import pytest
from bson import ObjectId

from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, refused

DELETE = "/courses/deleteCourse"
RESTORE = "/courses/restoreCourse"
DETAILS = "/courses/getCourseDetails"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    """A published course of two sections."""
    made = world.draft(teacher, lessons=2, status="published")
    world.lesson(made.id, sections.add(made.id, "End"))
    return made


def stored(course: MadeCourse) -> dict[str, Any]:
    found: dict[str, Any] | None = courses.raw.find_one({"_id": course.id})
    assert found is not None
    return found


def test_a_deleted_course_is_gone_for_everyone_at_the_next_read(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    lesson, shelf = course.lessons[0].id, f"/courses/getCategoryPageDetails/{stored(course)['category']}"
    assert world.get(f"{DETAILS}/{course.id}").status_code == 200
    assert len(world.get("/courses/getAllCourses").json["data"]) == 1
    assert len(world.get(shelf).json["data"]["selectedCourses"]) == 1
    answer = world.delete(f"{DELETE}/{course.id}", by=teacher)
    assert (answer.status_code, answer.json["data"]) == (200, None)
    assert world.get("/courses/getAllCourses").json["data"] == []
    assert world.get(shelf).json["data"]["selectedCourses"] == []
    assert world.get("/courses/getInstructorCourses", by=teacher).json["data"] == []
    for by in (None, teacher, world.person("admin"), world.person()):
        assert refused(world.get(f"{DETAILS}/{course.id}", by=by)) == (404, "course_not_found")
        assert world.get(f"/courses/playback/{lesson}", by=by).status_code == 404
    assert refused(world.post(f"/courses/enroll/{course.id}", by=world.person())) == (404, "course_not_found")


def test_its_sections_and_lessons_go_with_it_in_the_same_moment(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    parts = [*sections.raw.find({"course": course.id}), *subsections.raw.find({"course": course.id})]
    marks = {(part["deletedAt"], part["deletedBy"]) for part in (*parts, stored(course))}
    assert (len(parts), len(marks)) == (5, 1)
    for path in (f"updateSection/{course.section}", f"updateSubsection/{course.lessons[0].id}"):
        body = {"sectionName": "X"} if "Section/" in path else {"title": "X"}
        assert world.put(f"/courses/{path}", body, by=teacher).status_code == 404


@pytest.mark.parametrize("status", ["draft", "in_review", "archived"])
def test_courses_in_any_state_can_be_deleted(world: World, teacher: Person, status: str) -> None:
    course = world.draft(teacher, status=status)
    assert world.delete(f"{DELETE}/{course.id}", by=teacher).status_code == 200


@pytest.mark.parametrize("status", ["published", "draft", "in_review", "archived"])
def test_a_course_that_learners_attend_is_not_deleted(world: World, teacher: Person, status: str) -> None:
    course, learner = world.draft(teacher, status=status), world.person()
    world.enroll(learner, course)
    for by in (teacher, world.person("admin")):
        assert refused(world.delete(f"{DELETE}/{course.id}", by=by)) == (409, "course_has_students")
    assert "deletedAt" not in stored(course)
    assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).status_code == 200


def test_of_deletion_and_enrolment_at_once_only_one_happens(world: World, teacher: Person) -> None:
    for _ in range(10):
        course, learner = world.draft(teacher, status="published"), world.person()
        deleted, enrolled = world.together(
            ("DELETE", f"{DELETE}/{course.id}", None, teacher),
            ("POST", f"/courses/enroll/{course.id}", None, learner),
        )
        assert (deleted.status_code, enrolled.status_code) in {(200, 404), (409, 201)}
        attended = enrollments.attends(learner.id, course.id)
        assert ("deletedAt" in stored(course), attended) == (deleted.status_code == 200, enrolled.status_code == 201)


def test_of_two_deletions_at_once_the_second_finds_nothing(world: World, teacher: Person) -> None:
    for _ in range(5):
        course = world.draft(teacher)
        answers = world.together(*[("DELETE", f"{DELETE}/{course.id}", None, teacher)] * 2)
        assert sorted(answer.status_code for answer in answers) == [200, 404]


def test_a_deletion_that_fails_half_way_deletes_nothing(world: World, teacher: Person, course: MadeCourse) -> None:
    with only_accepting("subsections", {"deletedAt": {"$exists": False}}):
        assert refused(world.delete(f"{DELETE}/{course.id}", by=teacher)) == (500, "internal_error")
    assert "deletedAt" not in stored(course)
    assert (sections.count({}), subsections.count({})) == (2, 3)


def test_a_restored_course_is_as_it_was_at_the_next_read(world: World, teacher: Person, course: MadeCourse) -> None:
    gone = sections.add(course.id, "Gone before")
    world.lesson(course.id, gone)
    world.delete(f"/courses/deleteSection/{gone}", by=teacher)
    before = world.get(f"{DETAILS}/{course.id}").json["data"]
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    assert world.get(f"{DETAILS}/{course.id}").status_code == 404
    answer = world.post(f"{RESTORE}/{course.id}", by=teacher)
    assert (answer.status_code, answer.json["data"]) == (200, before)
    assert world.get(f"{DETAILS}/{course.id}").json["data"] == before
    assert [card["id"] for card in world.get("/courses/getAllCourses").json["data"]] == [str(course.id)]
    assert {"deletedAt", "deletedBy"}.isdisjoint(stored(course))
    assert world.get(f"/courses/playback/{course.lessons[1].id}", by=teacher).status_code == 200


def test_a_restoration_that_fails_half_way_restores_nothing(world: World, teacher: Person, course: MadeCourse) -> None:
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    with only_accepting("subsections", {"deletedAt": {"$exists": True}}):
        assert refused(world.post(f"{RESTORE}/{course.id}", by=teacher)) == (500, "internal_error")
    assert "deletedAt" in stored(course)
    assert (sections.count({}), subsections.count({})) == (0, 0)
    assert world.post(f"{RESTORE}/{course.id}", by=teacher).status_code == 200


def test_what_is_not_deleted_is_not_restored(world: World, teacher: Person, course: MadeCourse) -> None:
    assert refused(world.post(f"{RESTORE}/{course.id}", by=teacher)) == (409, "course_not_deleted")


def test_of_two_restorations_at_once_one_counts(world: World, teacher: Person, course: MadeCourse) -> None:
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    answers = world.together(*[("POST", f"{RESTORE}/{course.id}", None, teacher)] * 2)
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_what_staff_deleted_only_staff_restore(world: World, teacher: Person, course: MadeCourse) -> None:
    admin = world.person("admin")
    world.delete(f"{DELETE}/{course.id}", by=admin)
    assert refused(world.post(f"{RESTORE}/{course.id}", by=teacher)) == (403, "forbidden")
    assert world.post(f"{RESTORE}/{course.id}", by=world.person("admin")).status_code == 200


def test_staff_may_restore_what_its_author_deleted(world: World, teacher: Person, course: MadeCourse) -> None:
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    assert world.post(f"{RESTORE}/{course.id}", by=world.person("admin")).status_code == 200


def test_only_the_owner_deletes_and_restores(world: World, teacher: Person, course: MadeCourse) -> None:
    for method, path in (("DELETE", DELETE), ("POST", RESTORE)):
        address = f"{path}/{course.id}"
        assert refused(world.request(method, address)) == (401, "not_signed_in")
        assert refused(world.request(method, address, by=world.person())) == (403, "forbidden")
        assert refused(world.request(method, address, by=world.person("instructor"))) == (404, "course_not_found")
        assert refused(world.request(method, f"{path}/{ObjectId()}", by=teacher)) == (404, "course_not_found")
        assert refused(world.request(method, f"{path}/1", by=teacher)) == (400, "invalid_id")
        assert world.request(method, address, by=teacher).status_code == 200
