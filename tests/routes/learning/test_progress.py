import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from werkzeug.test import TestResponse

from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from tests.world import MadeCourse, Person, World, faults, refused

UPDATE = "/profile/updateCourseProgress"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, lessons=3)


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def ids(course: MadeCourse) -> list[str]:
    return [str(lesson.id) for lesson in course.lessons]


def event(lesson: str, at: datetime | str, number: int = 1, **fields: Any) -> dict[str, Any]:
    moment = at if isinstance(at, str) else f"{at.isoformat()}Z"
    return {"id": f"e{number}", "subsectionId": lesson, "at": moment, **fields}


def send(world: World, course: MadeCourse, learner: Person, **body: Any) -> TestResponse:
    return world.post(f"{UPDATE}/{course.id}", body, by=learner)


def resume(answer: TestResponse) -> int:
    """The position at which the learner would go on."""
    position: int = answer.json["data"]["resume"]["position"]
    return position


def test_a_lessons_state_is_kept(world: World, course: MadeCourse, learner: Person) -> None:
    first, second, _ = ids(course)
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": second, "position": 42}, by=learner)
    assert answer.status_code == 200
    assert answer.json["data"] == {
        "completedVideos": [],
        "progressPercentage": 0,
        "completedAt": None,
        "resume": {"subsectionId": second, "position": 42},
    }
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": first, "completed": True}, by=learner)
    assert answer.json["data"]["completedVideos"] == [first]
    assert answer.json["data"]["progressPercentage"] == 33
    assert answer.json["data"]["resume"] == {"subsectionId": second, "position": 42}


def test_finishing_every_lesson_finishes_the_course(world: World, course: MadeCourse, learner: Person) -> None:
    for lesson in reversed(ids(course)):
        data = world.post(f"{UPDATE}/{course.id}", {"subsectionId": lesson, "completed": True}, by=learner).json["data"]
    assert data["completedVideos"] == ids(course)
    assert data["progressPercentage"] == 100
    finished_at = data["completedAt"]
    assert finished_at is not None
    again = world.post(f"{UPDATE}/{course.id}", {"subsectionId": ids(course)[0], "completed": False}, by=learner)
    assert again.json["data"]["progressPercentage"] == 66
    assert again.json["data"]["completedAt"] == finished_at


def test_events_end_the_same_in_every_order_and_however_often(world: World, course: MadeCourse) -> None:
    first, second, _ = ids(course)
    start = now() - timedelta(hours=1)
    told = [
        event(first, start, 1, position=10),
        event(first, start + timedelta(minutes=2), 2, position=50, completed=True),
        event(second, start + timedelta(minutes=1), 3, position=5, completed=True),
        event(second, start + timedelta(minutes=3), 4, completed=False),
    ]
    ends = []
    for order in itertools.permutations(told):
        learner = world.person()
        world.enroll(learner, course)
        for each in (*order, order[0]):
            answer = world.post(f"{UPDATE}/{course.id}", {"events": [each, each]}, by=learner)
        ends.append(answer.json["data"])
    assert ends[0]["completedVideos"] == [first]
    assert ends[0]["resume"] == {"subsectionId": first, "position": 50}
    assert all(end == ends[0] for end in ends)


def test_times_finer_than_stored_end_the_same_in_both_orders(world: World, course: MadeCourse) -> None:
    lesson = ids(course)[0]
    told = [event(lesson, f"2025-01-01T00:00:00.12{digit}Z", position=int(digit)) for digit in ("34", "36")]
    ends = []
    for order in (told, told[::-1]):
        learner = world.person()
        world.enroll(learner, course)
        for each in order:
            answer = world.post(f"{UPDATE}/{course.id}", {"events": [each]}, by=learner)
        ends.append(answer.json["data"]["resume"]["position"])
    assert ends[0] == ends[1]


def test_times_may_come_from_any_zone(world: World, course: MadeCourse, learner: Person) -> None:
    lesson = ids(course)[0]
    later = event(lesson, "2025-01-01T06:30:00+05:30", position=2)
    earlier = event(lesson, "2025-01-01T00:59:00Z", position=1)
    answer = world.post(f"{UPDATE}/{course.id}", {"events": [later, earlier]}, by=learner)
    assert answer.json["data"]["resume"]["position"] == 2


def test_a_phone_whose_clock_is_slow_moves_the_position_on_by_when_it_says_it_sent(
    world: World, course: MadeCourse, learner: Person
) -> None:
    lesson, slow = ids(course)[0], now() - timedelta(minutes=10)
    send(world, course, learner, events=[event(lesson, now() - timedelta(minutes=1), position=10)])
    late = [event(lesson, slow - timedelta(seconds=5), 2, position=40)]
    assert resume(send(world, course, learner, events=late)) == 10
    for _ in range(2):
        answer = send(world, course, learner, events=late, sentAt=f"{slow.isoformat()}Z")
        assert resume(answer) == 40
    earlier = [event(lesson, slow - timedelta(minutes=2), 3, position=50)]
    assert resume(send(world, course, learner, events=earlier, sentAt=f"{slow.isoformat()}Z")) == 40


def test_a_clock_that_is_fast_is_set_right_too(world: World, course: MadeCourse, learner: Person) -> None:
    lesson, fast = ids(course)[0], now() + timedelta(hours=2)
    told = [event(lesson, fast - timedelta(minutes=5), position=40)]
    send(world, course, learner, events=told, sentAt=f"{fast.isoformat()}Z")
    newer = [event(lesson, now() - timedelta(minutes=4), 2, position=50)]
    assert resume(send(world, course, learner, events=newer, sentAt=f"{now().isoformat()}Z")) == 50


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_clock_that_is_absurd_moves_nothing_out_of_time(
    world: World, course: MadeCourse, learner: Person, sent: str
) -> None:
    told = [event(ids(course)[0], at, n, position=n) for n, at in enumerate(("0001-01-01T00:00:00Z", now()))]
    assert send(world, course, learner, events=told, sentAt=sent).status_code == 200


def test_a_clock_that_is_ahead_does_not_win_for_ever(world: World, course: MadeCourse, learner: Person) -> None:
    lesson = ids(course)[0]
    ahead = event(lesson, now() + timedelta(days=400), position=5)
    world.post(f"{UPDATE}/{course.id}", {"events": [ahead]}, by=learner)
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": lesson, "position": 9}, by=learner)
    assert answer.json["data"]["resume"]["position"] == 9


def test_updates_at_once_lose_nothing(world: World, teacher: Person) -> None:
    course, learner = world.course(teacher, lessons=12), world.person()
    world.enroll(learner, course)
    calls = [
        ("POST", f"{UPDATE}/{course.id}", {"subsectionId": each, "completed": True}, learner) for each in ids(course)
    ]
    assert {answer.status_code for answer in world.together(*calls)} == {200}
    data = world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).json["data"]
    assert (data["completedVideos"], data["progressPercentage"]) == (ids(course), 100)
    assert course_progress.count({}) == 1


def test_a_position_past_the_end_is_the_end(world: World, course: MadeCourse, learner: Person) -> None:
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": ids(course)[0], "position": 86_000}, by=learner)
    assert answer.json["data"]["resume"]["position"] == 60


def test_learners_do_not_touch_each_others_progress(world: World, course: MadeCourse, learner: Person) -> None:
    other = world.person()
    world.enroll(other, course)
    world.post(f"{UPDATE}/{course.id}", {"subsectionId": ids(course)[0], "completed": True}, by=learner)
    data = world.get(f"/courses/getFullCourseDetails/{course.id}", by=other).json["data"]
    assert data["completedVideos"] == []


def test_a_removed_lesson_no_longer_counts(world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
    for lesson in ids(course)[:2]:
        body = {"subsectionId": lesson, "completed": True, "position": 9}
        world.post(f"{UPDATE}/{course.id}", body, by=learner)
    for lesson in ids(course)[1:]:
        world.delete(f"/courses/deleteSubsection/{lesson}", by=teacher)
    data = world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).json["data"]
    assert (data["completedVideos"], data["progressPercentage"], data["resume"]) == (ids(course)[:1], 100, None)


def test_events_of_removed_lessons_are_left_out(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    first, gone, _ = ids(course)
    world.delete(f"/courses/deleteSubsection/{gone}", by=teacher)
    both = [event(first, now(), 1, completed=True), event(gone, now(), 2, completed=True)]
    answer = world.post(f"{UPDATE}/{course.id}", {"events": both}, by=learner)
    assert answer.json["data"]["completedVideos"] == [first]
    assert answer.json["data"]["progressPercentage"] == 50
    assert refused(world.post(f"{UPDATE}/{course.id}", {"events": both[1:]}, by=learner)) == (404, "lesson_not_found")


@pytest.mark.parametrize(
    ("position", "done"), [(0, False), (53, False), (53.9, False), (54, True), (60, True), (86_400, True)]
)
def test_nine_tenths_of_a_lesson_complete_it(
    world: World, course: MadeCourse, learner: Person, position: float, done: bool
) -> None:
    lesson = ids(course)[1]
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": lesson, "position": position}, by=learner)
    assert answer.json["data"]["completedVideos"] == ([lesson] if done else [])
    told = [event(ids(course)[2], now(), position=position)]
    answer = world.post(f"{UPDATE}/{course.id}", {"events": told}, by=learner)
    assert answer.json["data"]["progressPercentage"] == (66 if done else 0)


def test_what_the_learner_says_counts_more_than_the_position(world: World, course: MadeCourse, learner: Person) -> None:
    lesson = ids(course)[0]
    said = {"subsectionId": lesson, "position": 60, "completed": False}
    assert world.post(f"{UPDATE}/{course.id}", said, by=learner).json["data"]["completedVideos"] == []
    told = [event(lesson, now(), 1, position=5), event(lesson, now(), 2, position=60, completed=False)]
    answer = world.post(f"{UPDATE}/{course.id}", {"events": told}, by=learner)
    assert answer.json["data"]["completedVideos"] == []


def test_a_lesson_watched_to_its_end_stays_completed_when_watched_again(
    world: World, course: MadeCourse, learner: Person
) -> None:
    lesson = ids(course)[0]
    for position in (58, 3):
        body = {"subsectionId": lesson, "position": position}
        data = world.post(f"{UPDATE}/{course.id}", body, by=learner).json["data"]
    assert (data["completedVideos"], data["resume"]["position"]) == ([lesson], 3)


def test_a_lesson_of_unknown_length_is_not_completed_by_a_position(
    world: World, course: MadeCourse, learner: Person
) -> None:
    lesson = ids(course)[0]
    subsections.edit(ObjectId(lesson), {"duration": 0})
    for position in (0, 86_400):
        body = {"subsectionId": lesson, "position": position}
        assert world.post(f"{UPDATE}/{course.id}", body, by=learner).json["data"]["completedVideos"] == []


def test_positions_that_complete_end_the_same_in_every_order(world: World, course: MadeCourse) -> None:
    start, lesson = now() - timedelta(hours=1), ids(course)[0]
    told = [
        event(lesson, start, 1, position=59),
        event(lesson, start + timedelta(minutes=1), 2, completed=False),
        event(lesson, start + timedelta(minutes=2), 3, position=55),
        event(lesson, start + timedelta(minutes=3), 4, position=1),
    ]
    for order in itertools.permutations(told):
        learner = world.person()
        world.enroll(learner, course)
        for each in order:
            data = world.post(f"{UPDATE}/{course.id}", {"events": [each]}, by=learner).json["data"]
        assert (data["completedVideos"], data["resume"]["position"]) == ([lesson], 1)


def test_five_hundred_events_are_taken_and_one_more_is_not(world: World, course: MadeCourse, learner: Person) -> None:
    told = [event(ids(course)[0], now(), number, position=number // 10) for number in range(501)]
    answer = world.post(f"{UPDATE}/{course.id}", {"events": told[:500]}, by=learner)
    assert answer.json["data"]["resume"]["position"] == 49
    assert faults(world.post(f"{UPDATE}/{course.id}", {"events": told}, by=learner)) == {"events"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"subsectionId": "one"}, {"subsectionId"}),
        ({"position": -1}, {"position"}),
        ({"position": 86_401}, {"position"}),
        ({"position": True}, {"position"}),
        ({"position": "1"}, {"position"}),
        ({"completed": "soon"}, {"completed"}),
        ({"progressPercentage": 100}, {"progressPercentage"}),
    ],
)
def test_bad_states_are_refused_by_field(
    world: World, course: MadeCourse, learner: Person, change: dict[str, Any], fields: set[str]
) -> None:
    body = {"subsectionId": ids(course)[0], **change}
    assert faults(world.post(f"{UPDATE}/{course.id}", body, by=learner)) == fields
    assert course_progress.count({}) == 0


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"at": "yesterday"}, {"events.0.at"}),
        ({"at": "0001-01-01T00:00:00+05:00"}, {"events.0.at"}),
        ({"at": "9999-12-31T23:59:59-05:00"}, {"events.0.at"}),
        ({"at": None}, {"events.0.at"}),
        ({"id": ""}, {"events.0.id"}),
        ({"id": "i" * 65}, {"events.0.id"}),
        ({"subsectionId": None}, {"events.0.subsectionId"}),
        ({"position": -1}, {"events.0.position"}),
        ({"user": "x"}, {"events.0.user"}),
    ],
)
def test_bad_events_are_refused_by_field(
    world: World, course: MadeCourse, learner: Person, change: dict[str, Any], fields: set[str]
) -> None:
    body = {"events": [{**event(ids(course)[0], now()), **change}]}
    assert faults(world.post(f"{UPDATE}/{course.id}", body, by=learner)) == fields


def test_the_earliest_and_latest_times_are_taken(world: World, course: MadeCourse, learner: Person) -> None:
    told = [event(ids(course)[0], at, position=1) for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")]
    assert world.post(f"{UPDATE}/{course.id}", {"events": told}, by=learner).status_code == 200


def test_either_a_lesson_or_events_have_to_come(world: World, course: MadeCourse, learner: Person) -> None:
    both = {"subsectionId": ids(course)[0], "events": [event(ids(course)[0], now())]}
    for body in ({}, {"completed": True}, both):
        assert refused(world.post(f"{UPDATE}/{course.id}", body, by=learner)) == (400, "validation_failed")


def test_lessons_of_other_courses_are_refused(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    for lesson in (ids(world.course(teacher))[0], str(ObjectId())):
        answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": lesson, "completed": True}, by=learner)
        assert refused(answer) == (404, "lesson_not_found")


def test_only_who_attends_has_progress(world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
    body = {"subsectionId": ids(course)[0], "completed": True}
    assert refused(world.post(f"{UPDATE}/{course.id}", body)) == (401, "not_signed_in")
    for by in (world.person(), teacher, world.person("admin")):
        assert refused(world.post(f"{UPDATE}/{course.id}", body, by=by)) == (403, "not_enrolled")
    enrollments.update({"user": learner.id}, {"$set": {"status": "refunded"}})
    assert refused(world.post(f"{UPDATE}/{course.id}", body, by=learner)) == (403, "not_enrolled")
    assert course_progress.count({}) == 0


def test_courses_that_are_not_there_are_refused(world: World, course: MadeCourse, learner: Person) -> None:
    body = {"subsectionId": ids(course)[0], "completed": True}
    assert refused(world.post(f"{UPDATE}/{ObjectId()}", body, by=learner)) == (404, "course_not_found")
    assert refused(world.post(f"{UPDATE}/1", body, by=learner)) == (400, "invalid_id")
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    assert refused(world.post(f"{UPDATE}/{course.id}", body, by=learner)) == (404, "course_not_found")


def test_no_events_are_a_bad_request(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    world.enroll(learner, course)
    answer = world.post(f"/profile/updateCourseProgress/{course.id}", {"events": []}, by=learner)
    assert (answer.status_code, list(answer.json["errors"])) == (400, ["events"])


def test_a_players_fraction_of_a_second_is_cut_off(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    world.enroll(learner, course)
    sent = {"subsectionId": str(course.lessons[0].id), "position": 33.9}
    answer = world.post(f"/profile/updateCourseProgress/{course.id}", sent, by=learner)
    assert answer.json["data"]["resume"]["position"] == 33
