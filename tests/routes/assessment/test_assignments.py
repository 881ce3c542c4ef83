"""Assignments as authors write them and learners meet them."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.controllers.catalogue.purge import purge_deleted
from lms.models.assessment.assignments import assignments
from lms.models.assessment.submissions import submissions
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from tests.handing_in import ASSESSMENTS, RUBRIC, add, assigned, edit, grade, handed_in, work
from tests.world import MadeCourse, Person, World, faults, refused

KOLKATA = {"local": "2037-03-28T23:59", "zone": "Asia/Kolkata"}


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def shown(world: World, by: Person, assignment: dict[str, Any]) -> Any:
    return world.get(f"{ASSESSMENTS}/assignment/{assignment['id']}", by=by)


class TestANewAssignment:
    def test_is_a_lesson_of_its_section_which_counts_for_the_course(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, title="Knots & bends")
        lesson = subsections.get({"_id": ObjectId(made["lessonId"])})
        assert lesson is not None
        assert (lesson["kind"], lesson["title"], str(lesson["assessment"])) == (
            "assignment",
            "Knots & bends",
            made["id"],
        )
        counted = courses.get({"_id": course.id})
        assert counted is not None
        assert lesson["_id"] in counted["requiredLessons"]
        outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"]
        [told] = [each for each in outline[0]["subsections"] if each["kind"] == "assignment"]
        assert told["assessmentId"] == made["id"]

    def test_may_be_optional(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course, required=False)
        counted = courses.get({"_id": course.id})
        assert counted is not None
        assert ObjectId(made["lessonId"]) not in counted["requiredLessons"]

    def test_is_as_usual_where_nothing_is_said(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course)
        usual = {"accept": [], "text": True, "url": False, "mostFiles": 5, "tries": None, "outOf": 10_000, "weight": 1}
        usual |= {"due": None, "dueAt": None, "closesAt": None, "graceSeconds": 60, "passPercent": 50, "blind": False}
        assert {name: made[name] for name in usual} == usual

    def test_keeps_its_deadline_as_it_was_named_and_in_utc(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, due=KOLKATA)
        told = shown(world, learner, made).json["data"]
        assert told["dueAt"] == "2037-03-28T18:29:59.999000Z"
        assert (told["dueLocal"], told["dueZone"]) == ("2037-03-28T23:59", "Asia/Kolkata")

    def test_with_a_rubric_is_for_the_sum_of_its_best_levels(
        self, world: World, teacher: Person, course: MadeCourse
    ) -> None:
        assert assigned(world, teacher, course, rubric=RUBRIC, outOf=5)["outOf"] == 1000


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"brief": ""}, "brief"),
        ({"brief": "<p></p>"}, "brief"),
        ({"title": ""}, "title"),
        ({"accept": ["exe"]}, "accept.0"),
        ({"accept": ["PDF"]}, "accept.0"),
        ({"mostFiles": 11}, "mostFiles"),
        ({"mostBytes": 50 * 1024**2 + 1}, "mostBytes"),
        ({"due": {"local": "2037-02-30T23:59", "zone": "UTC"}}, "due.local"),
        ({"due": {"local": "2037-02-28 23:59", "zone": "UTC"}}, "due.local"),
        ({"due": {"local": "1999-12-31T23:59", "zone": "UTC"}}, "due.local"),
        ({"due": {"local": "2037-02-28T23:59", "zone": "Mars/Olympus"}}, "due.zone"),
        ({"due": {"local": "2037-02-28T23:59", "zone": "../../etc/passwd"}}, "due.zone"),
        ({"due": {"local": "2037-02-28T23:59"}}, "due.zone"),
        ({"late": {"kind": "percent_per_day", "percent": 101}}, "late.percent"),
        ({"tries": 0}, "tries"),
        ({"rubric": [{**RUBRIC[0], "levels": RUBRIC[0]["levels"][:1]}]}, "rubric.0.levels"),
        ({"rubric": RUBRIC * 11}, "rubric"),
        ({"outOf": 0}, "outOf"),
        ({"passPercent": 101}, "passPercent"),
        ({"graceSeconds": -1}, "graceSeconds"),
        ({"revision": 1}, "revision"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    world: World, teacher: Person, course: MadeCourse, fields: dict[str, Any], wrong: str
) -> None:
    assert wrong in faults(add(world, teacher, course, **fields))
    assert assignments.count({}) == 0


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": False}, "accept"),
        ({"due": KOLKATA, "closes": {"local": "2037-03-28T23:58", "zone": "Asia/Kolkata"}}, "closes"),
        ({"late": {"kind": "percent_per_day"}}, "late.percent"),
        ({"rubric": [RUBRIC[0], RUBRIC[0]]}, "rubric"),
        ({"rubric": [{**RUBRIC[0], "levels": [RUBRIC[0]["levels"][0]] * 2}]}, "rubric"),
    ],
)
def test_rules_that_do_not_go_together_are_refused_by_field(
    world: World, teacher: Person, course: MadeCourse, fields: dict[str, Any], wrong: str
) -> None:
    assert wrong in faults(add(world, teacher, course, **fields), "unsound_rules")
    assert assignments.count({}) == 0


def test_a_rubric_in_which_nothing_can_be_reached_is_refused(world: World, teacher: Person, course: MadeCourse) -> None:
    levels = [{"id": each, "title": each, "points": 0} for each in "ab"]
    rubric = [{"id": "c", "title": "c", "levels": levels}]
    assert faults(add(world, teacher, course, rubric=rubric), "unsound_rules") == {"outOf"}


def test_a_local_time_that_does_not_exist_is_refused_with_the_nearest(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    answer = add(world, teacher, course, due={"local": "2027-03-28T02:30", "zone": "Europe/Berlin"})
    assert refused(answer) == (400, "no_such_local_time")
    assert "2027-03-28T01:59 and 2027-03-28T03:00" in answer.json["message"]
    assert subsections.count({"kind": "assignment"}) == 0


class TestAChange:
    def test_leaves_what_it_does_not_name(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course, due=KOLKATA, tries=3, late={"kind": "percent_per_day", "percent": 10})
        changed = edit(world, teacher, made, passPercent=70, brief="<p>Two pages.</p>").json["data"]
        ours = {"revision": 2, "passPercent": 70, "brief": "<p>Two pages.</p>", "serverNow": changed["serverNow"]}
        assert changed == {**made, **ours}
        assert changed["late"] == {"kind": "percent_per_day", "percent": 10, "most": 100}

    def test_can_take_the_deadline_and_the_tries_away(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course, due=KOLKATA, closes=KOLKATA, tries=3)
        changed = edit(world, teacher, made, due=None, closes=None, tries=None).json["data"]
        assert (changed["due"], changed["closes"], changed["dueAt"], changed["tries"]) == (None, None, None, None)

    def test_of_what_has_changed_meanwhile_is_refused(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course)
        assert edit(world, teacher, made, weight=2).status_code == 200
        stale = world.put(f"{ASSESSMENTS}/assignment/{made['id']}", {"revision": 1, "weight": 3}, by=teacher)
        assert refused(stale) == (409, "changed_meanwhile")

    def test_makes_no_nonsense_either(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course)
        assert faults(edit(world, teacher, made, text=False), "unsound_rules") == {"accept"}
        gap = {"local": "2027-03-28T02:30", "zone": "Europe/Berlin"}
        assert refused(edit(world, teacher, made, due=gap)) == (400, "no_such_local_time")


class TestWhoMeetsIt:
    def test_nobody_meets_what_is_not_there(self, world: World, teacher: Person, learner: Person) -> None:
        for by in (teacher, learner):
            assert refused(shown(world, by, {"id": str(ObjectId())})) == (404, "assignment_not_found")

    def test_who_does_not_attend_an_unpublished_course_learns_nothing_of_it(
        self, world: World, teacher: Person
    ) -> None:
        made = assigned(world, teacher, world.course(teacher, status="draft"))
        assert refused(shown(world, world.person(), made)) == (404, "assignment_not_found")

    def test_authors_do_without_work_and_learners_with_their_own(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, tries=2)
        assert shown(world, teacher, made).json["data"]["mine"] is None
        nothing = {"open": True, "triesLeft": 2, "revision": 0, "submissions": [], "grade": None}
        assert work(world, learner, made) == nothing

    def test_nobody_does_once_its_lesson_is_deleted(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        assert world.delete(f"/courses/deleteSubsection/{made['lessonId']}", by=teacher).status_code == 200
        assert refused(shown(world, learner, made)) == (404, "assignment_not_found")

    def test_learners_do_not_while_the_lesson_is_locked(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        opens = {"opens": {"afterLesson": str(course.lessons[0].id)}}
        assert world.put(f"/courses/updateSubsection/{made['lessonId']}", opens, by=teacher).status_code == 200
        assert refused(shown(world, learner, made)) == (403, "lesson_locked")
        assert shown(world, teacher, made).status_code == 200


def test_it_ends_with_its_lesson_and_takes_all_along(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    made, kept = assigned(world, teacher, course), assigned(world, teacher, course)
    for each in (made, kept):
        assert grade(world, teacher, handed_in(world, learner, each), points=10).status_code == 200
    world.delete(f"/courses/deleteSubsection/{made['lessonId']}", by=teacher)
    subsections.raw.update_one({"_id": ObjectId(made["lessonId"])}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    purge_deleted()
    assert [str(each["_id"]) for each in assignments.find({})] == [kept["id"]]
    assert [str(each["assignment"]) for each in submissions.find({})] == [kept["id"]]


def test_staff_are_told_what_it_is(world: World, teacher: Person) -> None:
    draft = world.course(teacher, status="draft")
    made = assigned(world, teacher, draft, due=KOLKATA, outOf=2550, passPercent=60)
    lesson = subsections.get({"_id": ObjectId(made["lessonId"])})
    assert lesson is not None
    assert kind_of(lesson).told(lesson) == [
        "Write a page about knots.",
        "For 25.5 points, passed at 60 %. Due 2037-03-28 23:59 (Asia/Kolkata).",
    ]
    assert kind_of(lesson).lacking(lesson) is None
