"""Grading: the queue, rubrics and points, penalties, returning, blindness, and when learners are told."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.assessment import grading
from lms.models.assessment.grades import grades
from lms.models.assessment.submissions import submissions
from lms.models.learning.course_progress import course_progress
from tests.handing_in import (
    ASSESSMENTS,
    RUBRIC,
    assigned,
    edit,
    grade,
    handed_in,
    queue,
    release,
    send_back,
    work,
)
from tests.services.authoring.files import PDF
from tests.uploads import Store, put_file
from tests.world import MadeCourse, Person, World, faults, refused

LEVELS = {"clear": "some", "right": "high"}


def attending(world: World, course: MadeCourse, **fields: Any) -> Person:
    person = world.person(**fields)
    world.enroll(person, course)
    return person


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    return attending(world, course, firstName="Asha", lastName="Sharma")


@pytest.fixture
def made(world: World, teacher: Person, course: MadeCourse) -> dict[str, Any]:
    return assigned(world, teacher, course, rubric=RUBRIC)


def late_by(submission: dict[str, Any], time: timedelta) -> None:
    where = {"_id": ObjectId(submission["id"])}
    submissions.update(where, {"$set": {"lateBy": int(time.total_seconds())}})


class TestAGrade:
    def test_by_a_rubric_is_the_sum_of_its_levels(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        answer = grade(world, teacher, handed_in(world, learner, made), levels=LEVELS, comment="<p>Good.</p>")
        assert answer.status_code == 200
        told = answer.json["data"]
        assert (told["state"], told["learner"]["name"]) == ("graded", "Asha Sharma")
        counted = {"raw": 650, "penalty": 0, "points": 650, "outOf": 1000, "percent": 65, "passed": True}
        assert {name: told["grade"][name] for name in counted} == counted
        assert (told["grade"]["levels"], told["grade"]["comment"]) == (LEVELS, "<p>Good.</p>")

    def test_keeps_the_rubric_as_it_was(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        grade(world, teacher, handed_in(world, learner, made), levels=LEVELS)
        assert edit(world, teacher, made, rubric=RUBRIC[:1]).json["data"]["outOf"] == 500
        [row] = queue(world, teacher, made, "state=graded")["data"]
        assert [each["id"] for each in row["grade"]["rubric"]] == ["clear", "right"]
        assert row["grade"]["outOf"] == 1000

    def test_by_points_is_within_what_there_is(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        simple = assigned(world, teacher, course, outOf=2000, passPercent=60)
        sent = handed_in(world, learner, simple)
        for wrong in ({"points": 2001}, {"levels": {"clear": "high"}}, {}, {"points": 1, "levels": {}}):
            assert faults(grade(world, teacher, sent, **wrong), "wrong_marks") == {"points"}
        assert faults(grade(world, teacher, sent, points=-1)) == {"points"}
        told = grade(world, teacher, sent, points=1199).json["data"]["grade"]
        assert (told["percent"], told["passed"]) == (59, False)

    @pytest.mark.parametrize(
        "levels",
        [None, {}, {"clear": "high"}, {**LEVELS, "long": "high"}, {"clear": "best", "right": "high"}],
    )
    def test_names_a_level_for_each_criterion(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person, levels: Any
    ) -> None:
        sent = handed_in(world, learner, made)
        assert faults(grade(world, teacher, sent, levels=levels), "wrong_marks") == {"levels"}
        assert faults(grade(world, teacher, sent, levels=LEVELS, points=5), "wrong_marks") == {"levels"}

    def test_shows_apart_what_being_late_takes(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        late = {"kind": "percent_per_day", "percent": 10, "most": 30}
        made = assigned(world, teacher, course, rubric=RUBRIC, late=late)
        sent = handed_in(world, learner, made)
        late_by(sent, timedelta(days=1, seconds=1))
        told = grade(world, teacher, sent, levels=LEVELS).json["data"]["grade"]
        assert (told["raw"], told["penalty"], told["points"], told["passed"]) == (650, 200, 450, False)

    @pytest.mark.parametrize("kind", ["none", "refused"])
    def test_of_late_work_without_a_penalty_is_whole(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person, kind: str
    ) -> None:
        made = assigned(world, teacher, course, late={"kind": kind, "percent": 10})
        sent = handed_in(world, learner, made)
        late_by(sent, timedelta(days=3))
        assert grade(world, teacher, sent, points=5000).json["data"]["grade"]["penalty"] == 0

    def test_by_two_graders_at_once_is_that_of_one(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        sent = handed_in(world, learner, made)
        path, body = f"{ASSESSMENTS}/submissions/{sent['id']}/grade", {"revision": sent["revision"], "levels": LEVELS}
        answers = world.together(*[("PUT", path, body, teacher), ("PUT", path, body, world.person("admin"))] * 2)
        assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
        assert {each.json["code"] for each in answers if each.status_code == 409} == {"changed_meanwhile"}
        kept = grades.get({})
        assert kept is not None
        assert kept["revision"] == 1

    def test_can_be_given_anew_by_who_saw_the_last(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        first = grade(world, teacher, handed_in(world, learner, made), levels=LEVELS).json["data"]
        again = grade(world, teacher, first, levels={"clear": "low", "right": "low"}).json["data"]
        assert again["grade"]["points"] == 0
        assert again["revision"] == first["revision"] + 1

    def test_may_come_with_files_which_the_learner_gets_with_it(
        self, world: World, store: Store, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        remarks, mine = put_file(world, teacher, PDF, "remarks.pdf"), put_file(world, learner, PDF)
        sent = handed_in(world, learner, made)
        assert refused(grade(world, teacher, sent, levels=LEVELS, files=[mine])) == (403, "not_your_upload")
        graded = grade(world, teacher, sent, levels=LEVELS, files=[remarks]).json["data"]
        [file] = graded["grade"]["files"]
        again = grade(world, teacher, graded, levels=LEVELS, files=[remarks]).json["data"]
        assert again["grade"]["files"] == [file]
        path = f"{ASSESSMENTS}/files/{file['id']}"
        assert refused(world.get(path, by=learner)) == (404, "file_not_found")
        assert world.get(path, by=teacher).status_code == 302
        release(world, teacher, made)
        assert world.get(path, by=learner).status_code == 302
        assert work(world, learner, made)["grade"]["files"] == [file]


class TestARelease:
    def test_tells_learners_and_nothing_does_before(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        grade(world, teacher, handed_in(world, learner, made), levels=LEVELS, comment="<p>Secret so far.</p>")
        everything = [f"{ASSESSMENTS}/assignment/{made['id']}", "/profile/ownData/me"]
        assert not any(b"Secret so far" in world.get(path, by=learner).data for path in everything)
        world.run_jobs()
        assert world.inbox.to(learner.email) == []
        assert release(world, teacher, made).json["data"] == {"released": 1, "waiting": 0}
        assert work(world, learner, made)["grade"]["points"] == 650
        assert work(world, learner, made)["submissions"][0]["state"] == "graded"
        world.run_jobs()
        [mail] = world.inbox.to(learner.email)
        assert mail.subject == "Your work is graded"
        assert release(world, teacher, made).json["data"] == {"released": 0, "waiting": 0}

    def test_completes_the_lesson_for_who_passed(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any], learner: Person
    ) -> None:
        grade(world, teacher, handed_in(world, learner, made), levels=LEVELS)
        assert course_progress.of_learner(learner.id, course.id) is None
        release(world, teacher, made)
        state = course_progress.of_learner(learner.id, course.id)
        assert state is not None
        assert [str(each) for each in state["completed"]] == [made["lessonId"]]

    def test_may_be_of_some(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any], learner: Person
    ) -> None:
        other = attending(world, course)
        for person in (learner, other):
            grade(world, teacher, handed_in(world, person, made), levels=LEVELS)
        assert release(world, teacher, made, learner.id).json["data"] == {"released": 1, "waiting": 0}
        assert work(world, other, made)["grade"] is None

    def test_of_many_is_finished_by_a_job(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(grading, "AT_ONCE", 2)
        for _ in range(5):
            grade(world, teacher, handed_in(world, attending(world, course), made), levels=LEVELS)
        assert release(world, teacher, made).json["data"] == {"released": 2, "waiting": 3}
        world.run_jobs()
        assert grades.count({"releasedAt": None}) == 0

    def test_of_a_corrected_grade_is_not_needed_again(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        graded = grade(world, teacher, handed_in(world, learner, made), levels=LEVELS).json["data"]
        release(world, teacher, made)
        grade(world, teacher, graded, levels={"clear": "high", "right": "high"})
        assert work(world, learner, made)["grade"]["points"] == 1000


class TestAnOverride:
    def test_is_known_though_the_work_is_graded_later(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any], learner: Person
    ) -> None:
        path = f"{ASSESSMENTS}/gradebook/{course.id}/{made['id']}/{learner.id}"
        given = {"points": 800, "reason": "Shown in class.", "revision": 0}
        sent = handed_in(world, learner, made)
        assert world.put(path, given, by=teacher).status_code == 200
        assert grade(world, teacher, sent, levels={"clear": "low", "right": "low"}).status_code == 200
        told = work(world, learner, made)["grade"]
        assert (told["raw"], told["points"], told["overridden"]) == (0, 800, True)


class TestReturning:
    def test_lets_it_be_handed_in_once_more(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        sent = handed_in(world, learner, made)
        assert send_back(world, teacher, sent, "Say more of bends.").status_code == 200
        world.run_jobs()
        [mail] = world.inbox.to(learner.email)
        assert "Say more of bends." in mail.text
        assert work(world, learner, made)["submissions"][0]["note"] == "Say more of bends."
        again = handed_in(world, learner, made, "More.")
        assert grade(world, teacher, again, levels=LEVELS).status_code == 200

    def test_ends_a_grade_that_nobody_was_told_of(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        graded = grade(world, teacher, handed_in(world, learner, made), levels=LEVELS).json["data"]
        assert send_back(world, teacher, graded).json["data"]["grade"] is None
        assert grades.count({}) == 0

    def test_leaves_a_grade_that_is_released(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        graded = grade(world, teacher, handed_in(world, learner, made), levels=LEVELS).json["data"]
        release(world, teacher, made)
        assert send_back(world, teacher, graded).status_code == 200
        assert work(world, learner, made)["grade"]["points"] == 650

    def test_is_of_what_the_grader_saw_and_once(
        self, world: World, teacher: Person, made: dict[str, Any], learner: Person
    ) -> None:
        sent = handed_in(world, learner, made)
        stale = {**sent, "revision": sent["revision"] + 1}
        assert refused(send_back(world, teacher, stale)) == (409, "changed_meanwhile")
        returned = send_back(world, teacher, sent).json["data"]
        assert refused(send_back(world, teacher, returned)) == (409, "not_to_grade")
        assert refused(grade(world, teacher, returned, levels=LEVELS)) == (409, "not_to_grade")
        assert faults(send_back(world, teacher, sent, "")) == {"note"}


class TestTheQueue:
    def test_is_of_what_waits_the_oldest_first_a_part_at_a_time(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any]
    ) -> None:
        sent = [handed_in(world, attending(world, course), made)["id"] for _ in range(5)]
        seen: list[str] = []
        after = ""
        while True:
            part = queue(world, teacher, made, f"limit=2{after}")
            seen += [each["id"] for each in part["data"]]
            if part["next"] is None:
                break
            after = f"&after={part['next']}"
        assert seen == sent

    def test_goes_on_where_it_was_though_what_was_before_is_graded(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any]
    ) -> None:
        sent = [handed_in(world, attending(world, course), made) for _ in range(4)]
        first = queue(world, teacher, made, "limit=2")
        for each in sent[:2]:
            grade(world, teacher, each, levels=LEVELS)
        rest = queue(world, teacher, made, f"limit=2&after={first['next']}")
        assert [each["id"] for each in rest["data"]] == [each["id"] for each in sent[2:]]

    def test_is_chosen_by_state_lateness_and_name(
        self, world: World, teacher: Person, course: MadeCourse, made: dict[str, Any], learner: Person
    ) -> None:
        other = attending(world, course, firstName="Ravi", lastName="Iyer")
        first, second = handed_in(world, learner, made), handed_in(world, other, made)
        late_by(second, timedelta(days=1))
        grade(world, teacher, first, levels=LEVELS)

        def found(query: str) -> list[str]:
            return [each["id"] for each in queue(world, teacher, made, query)["data"]]

        assert found("") == [second["id"]]
        assert found("state=graded") == [first["id"]]
        assert found("state=all&late=true") == [second["id"]]
        assert found("state=all&late=false") == [first["id"]]
        assert found("state=all&q=iyer") == [second["id"]]
        assert found("q=nobody") == []

    def test_tells_blind_graders_no_names_until_release(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, blind=True, accept=["pdf"])
        public_id = put_file(world, learner, PDF, "Asha Sharma.pdf")
        path = f"{ASSESSMENTS}/assignment/{made['id']}/submit"
        sent = world.post(path, {"revision": 0, "files": [public_id]}, by=learner).json["data"]
        answers = [queue(world, teacher, made), grade(world, teacher, sent, points=9000).json]
        answers.append(queue(world, teacher, made, "state=all"))
        for answer in answers:
            assert "Asha" not in str(answer)
            assert str(learner.id) not in str(answer)
        row = answers[0]["data"][0]
        assert (row["learner"], row["files"][0]["name"]) == (None, "1.pdf")
        assert row["alias"].startswith("Learner ")
        place = world.get(f"{ASSESSMENTS}/files/{row['files'][0]['id']}", by=teacher).headers["Location"]
        assert str(learner.id) not in place
        assert queue(world, teacher, made, "state=all&q=Asha")["data"] == []
        book = f"{ASSESSMENTS}/gradebook/{course.id}"
        assert [each["grades"] for each in world.get(book, by=teacher).json["data"]] == [{}]
        release(world, teacher, made)
        [told] = queue(world, teacher, made, "state=all&q=Asha")["data"]
        assert (told["learner"]["name"], told["files"][0]["name"]) == ("Asha Sharma", "Asha Sharma.pdf")
        [row] = world.get(book, by=teacher).json["data"]
        assert row["grades"][made["id"]]["points"] == 9000
