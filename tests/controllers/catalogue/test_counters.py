from threading import Event
from typing import Any

import pytest

from lms.controllers.catalogue.counters import COUNTERS, prove_counters
from lms.jobs.catalogue import courses as jobs
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from tests.world import MadeCourse, Person, World, at_once


def counters(course: MadeCourse) -> dict[str, Any]:
    stored = courses.get({"_id": course.id})
    assert stored is not None
    return {name: stored[name] for name in COUNTERS}  # type: ignore[literal-required]


def busy_course(world: World) -> tuple[MadeCourse, Person]:
    """A course after a mixture of everything the API does to its counters."""
    teacher = world.person("instructor")
    course = world.course(teacher, lessons=4)
    learners = [world.person() for _ in range(5)]
    made = []
    for rating, learner in enumerate(learners, 1):
        world.post(f"/courses/enroll/{course.id}", by=learner)
        body = {"courseId": str(course.id), "rating": rating}
        made.append(world.post("/courses/createRating", body, by=learner).json["data"]["id"])
    world.put(f"/courses/reviews/{made[0]}", {"rating": 5}, by=learners[0])
    world.put(f"/courses/reviews/{made[1]}", {"review": "Same."}, by=learners[1])
    world.delete(f"/courses/reviews/{made[2]}", by=learners[2])
    lesson = {"title": "More", "videoPublicId": world.video(teacher, 25)}
    world.post(f"/courses/addSubsection/{course.section}", lesson, by=teacher)
    world.put(
        f"/courses/updateSubsection/{course.lessons[0].id}", {"videoPublicId": world.video(teacher, 10)}, by=teacher
    )
    world.delete(f"/courses/deleteSubsection/{course.lessons[1].id}", by=teacher)
    world.post(f"/courses/addSectionToACourse/{course.id}", {"sectionName": "Empty"}, by=teacher)
    return course, teacher


def test_what_the_api_counts_is_true(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    course, _ = busy_course(world)
    before = counters(course)
    assert len(before["lessons"]) == 4
    assert before.pop("lessons") == before.pop("requiredLessons")
    assert before == {
        "studentsCount": 5,
        "ratingCount": 4,
        "ratingAverage": 4,
        "ratingHistogram": {"1": 0, "2": 1, "3": 0, "4": 1, "5": 2},
        "totalDuration": 10 + 60 + 60 + 25,
        "restricted": False,
    }
    prove_counters()
    counted = counters(course)
    assert {**before, **{name: counted[name] for name in ("lessons", "requiredLessons")}} == counted
    assert "counter_mended" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("counter", "wrong"),
    [
        ("studentsCount", 77),
        ("ratingCount", 0),
        ("ratingAverage", 1.5),
        ("ratingHistogram", {"1": 9, "2": 0, "3": 0, "4": 0, "5": 0}),
        ("totalDuration", -1),
    ],
)
def test_a_counter_broken_by_hand_is_mended_and_shown_at_once(
    world: World, capsys: pytest.CaptureFixture[str], counter: str, wrong: Any
) -> None:
    course, _ = busy_course(world)
    right = counters(course)
    courses.update({"_id": course.id}, {"$set": {counter: wrong}})
    shown = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]
    assert shown[counter] == wrong
    prove_counters()
    assert counters(course) == right
    assert world.get(f"/courses/getCourseDetails/{course.id}").json["data"][counter] == right[counter]
    assert f'"counters":["{counter}"]' in capsys.readouterr().out


def test_a_lost_lesson_is_put_back_in_its_place(world: World) -> None:
    course, _ = busy_course(world)
    right = counters(course)["lessons"]
    courses.update({"_id": course.id}, {"$set": {"lessons": right[::-1][1:], "requiredLessons": []}})
    prove_counters()
    assert counters(course)["lessons"] == counters(course)["requiredLessons"] == right


def test_a_missing_counter_is_mended(world: World) -> None:
    course, _ = busy_course(world)
    right = counters(course)
    missing = {"$unset": dict.fromkeys(COUNTERS, "")}
    courses.raw.update_one({"_id": course.id}, missing, bypass_document_validation=True)
    prove_counters()
    assert counters(course) == right


def test_only_the_broken_course_is_touched(world: World) -> None:
    course, teacher = busy_course(world)
    other = world.course(teacher)
    untouched = courses.get({"_id": other.id})
    courses.update({"_id": course.id}, {"$set": {"studentsCount": 0}})
    prove_counters()
    assert courses.get({"_id": other.id}) == untouched


def test_refunded_learners_are_not_counted(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    world.enroll(learner, course)
    enrollments.update({"user": learner.id}, {"$set": {"status": "refunded"}})
    prove_counters()
    assert counters(course)["studentsCount"] == 0


def test_deleted_courses_are_left_alone(world: World) -> None:
    course = world.course(world.person("instructor"), deletedAt=now(), studentsCount=9)
    prove_counters()
    stored = courses.raw.find_one({"_id": course.id})
    assert stored is not None
    assert stored["studentsCount"] == 9


def test_proving_while_people_enrol_finds_nothing_to_mend(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    course = world.course(world.person("instructor"))
    learners = [world.person() for _ in range(24)]
    done = Event()

    def prove() -> None:
        with world.app.app_context():
            while not done.is_set():
                prove_counters()

    def enrol() -> None:
        try:
            calls = [("POST", f"/courses/enroll/{course.id}", None, learner) for learner in learners]
            for four in range(0, 24, 4):
                assert {answer.status_code for answer in world.together(*calls[four : four + 4])} == {201}
        finally:
            done.set()

    at_once([prove, prove, enrol])
    assert counters(course)["studentsCount"] == 24
    assert "counter_mended" not in capsys.readouterr().out


def test_the_job_runs_from_the_queue(world: World) -> None:
    course, _ = busy_course(world)
    courses.update({"_id": course.id}, {"$set": {"studentsCount": 0}})
    jobs.prove_counters.promise()
    world.run_jobs()
    assert counters(course)["studentsCount"] == 5
