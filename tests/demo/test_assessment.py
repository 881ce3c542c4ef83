"""The demo course with a quiz and an assignment: something of every kind, and all of it adds up."""

import pytest

from lms.controllers.assessment import upkeep
from lms.demo.grading import ASSIGNMENT, COURSE, QUIZ
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.submissions import submissions
from lms.models.authoring.subsections import subsections
from lms.services.assessment import questions as rules
from tests import demo_data


@pytest.fixture
def seeded(app):
    with app.app_context(), demo_data.shown():
        yield app


def test_there_is_a_lesson_of_each_kind_and_a_question_of_each(seeded):
    assert {lesson["kind"] for lesson in subsections.of_course(COURSE)} == {"video", "text", "quiz", "assignment"}
    asked = questions.find({"course": COURSE})
    assert {each["kind"] for each in asked} == set(rules.ANSWERED_BY)
    assert [rules.faults(each) for each in asked] == [{}] * len(asked)


def test_attempts_and_submissions_are_in_every_state(seeded):
    assert set(quiz_attempts.raw.distinct("state", {"quiz": QUIZ})) == {"open", "grading", "graded"}
    states = {"draft", "submitted", "replaced", "returned", "graded"}
    assert set(submissions.raw.distinct("state", {"assignment": ASSIGNMENT})) == states
    assert submissions.count({"lateBy": {"$gt": 0}})
    assert grades.count({"assessment": ASSIGNMENT, "releasedAt": None})


def test_grades_are_what_marking_makes_of_the_attempts(seeded):
    def kept():
        every = {grade["_id"]: {**grade, "at": 0} for grade in grades.find({})}
        return every, {each["user"]: {**each, "countedAt": 0} for each in course_grades.find({})}

    before = kept()
    upkeep.prove_grades()
    assert kept() == before
    assert len({each["percent"] for each in before[0].values()}) > 8
    assert {each["passed"] for each in before[0].values()} == {True, False}
