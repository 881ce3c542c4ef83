import pytest
from bson import ObjectId

from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from tests.database import only_accepting
from tests.world import World, refused

ENROLL = "/courses/enroll"


def students_count(world: World) -> int:
    count: int = world.get("/courses/getAllCourses").json["data"][0]["studentsCount"]
    return count


def test_a_student_enrols_in_a_free_course(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    assert students_count(world) == 0
    assert world.get("/profile/getEnrolledCourses/me", by=learner).json["pagination"]["total"] == 0
    answer = world.post(f"{ENROLL}/{course.id}", by=learner)
    assert answer.status_code == 201
    assert answer.json["data"]["courseId"] == str(course.id)
    kept = enrollments.get({"_id": ObjectId(answer.json["data"]["id"])})
    assert kept is not None
    assert (kept["user"], kept["course"], kept["status"], kept["source"]) == (learner.id, course.id, "active", "free")
    assert students_count(world) == 1
    assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).status_code == 200
    assert world.get("/profile/getEnrolledCourses/me", by=learner).json["pagination"]["total"] == 1


def test_enrolling_again_changes_nothing(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    world.post(f"{ENROLL}/{course.id}", by=learner)
    assert refused(world.post(f"{ENROLL}/{course.id}", by=learner)) == (409, "already_enrolled")
    assert (students_count(world), enrollments.count({})) == (1, 1)


def test_of_twenty_enrolments_of_one_person_at_once_one_counts(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    answers = world.together(*[("POST", f"{ENROLL}/{course.id}", None, learner)] * 20)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert {refused(answer)[1] for answer in answers if answer.status_code == 409} == {"already_enrolled"}
    assert (students_count(world), enrollments.count({})) == (1, 1)


def test_twenty_people_enrolling_at_once_all_count(world: World) -> None:
    course = world.course(world.person("instructor"))
    answers = world.together(*[("POST", f"{ENROLL}/{course.id}", None, world.person()) for _ in range(20)])
    assert [answer.status_code for answer in answers] == [201] * 20
    assert (students_count(world), enrollments.count({})) == (20, 20)


def test_an_enrolment_that_cannot_be_counted_is_not_kept(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    with only_accepting("courses", {"studentsCount": 0}):
        assert refused(world.post(f"{ENROLL}/{course.id}", by=learner)) == (500, "internal_error")
    assert enrollments.count({}) == 0
    assert world.post(f"{ENROLL}/{course.id}", by=learner).status_code == 201


def test_a_paid_course_has_to_be_bought(world: World) -> None:
    course, learner = world.course(world.person("instructor"), amount=1), world.person()
    assert refused(world.post(f"{ENROLL}/{course.id}", by=learner)) == (402, "payment_required")
    assert (students_count(world), enrollments.count({})) == (0, 0)


def test_who_has_bought_it_already_is_told_so(world: World) -> None:
    course, learner = world.course(world.person("instructor"), amount=100), world.person()
    world.enroll(learner, course, "purchase", 100)
    assert refused(world.post(f"{ENROLL}/{course.id}", by=learner)) == (409, "already_enrolled")


def test_who_had_their_money_back_may_enter_once_it_is_free(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    world.enroll(learner, course, "purchase", 100)
    enrollments.update({"user": learner.id}, {"$set": {"status": "refunded"}})
    courses.count_student(course.id, -1)
    assert world.post(f"{ENROLL}/{course.id}", by=learner).status_code == 201
    assert refused(world.post(f"{ENROLL}/{course.id}", by=learner)) == (409, "already_enrolled")
    assert (students_count(world), enrollments.count({"status": "active"})) == (1, 1)


@pytest.mark.parametrize("status", ["draft", "in_review", "archived"])
def test_unpublished_courses_cannot_be_entered(world: World, status: str) -> None:
    course = world.course(world.person("instructor"), status=status)
    assert refused(world.post(f"{ENROLL}/{course.id}", by=world.person())) == (404, "course_not_found")


def test_deleted_and_absent_courses_and_bad_ids_are_refused(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    for course_id in (course.id, ObjectId()):
        assert refused(world.post(f"{ENROLL}/{course_id}", by=learner)) == (404, "course_not_found")
    assert refused(world.post(f"{ENROLL}/me", by=learner)) == (400, "invalid_id")


def test_only_students_enrol(world: World) -> None:
    teacher = world.person("instructor")
    course = world.course(teacher)
    assert refused(world.post(f"{ENROLL}/{course.id}")) == (401, "not_signed_in")
    for by in (teacher, world.person("instructor"), world.person("admin")):
        assert refused(world.post(f"{ENROLL}/{course.id}", by=by)) == (403, "forbidden")
    assert enrollments.count({}) == 0
