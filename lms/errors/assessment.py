"""Refusals about quizzes, their questions and attempts, and grades."""

from lms.errors.base import Refusal


class GradeNotFound(Refusal):
    status, code, message = 404, "grade_not_found", "There is no such grade."


class PointsAboveAll(Refusal):
    status, code, message = 409, "points_above_all", "These are more points than there are."


class AssessmentNotFound(Refusal):
    status, code, message = 404, "assessment_not_found", "There is no such quiz or assignment."


class QuestionNotFound(Refusal):
    status, code, message = 404, "question_not_found", "There is no such question."


class QuestionInUse(Refusal):
    status, code = 409, "question_in_use"
    message = "A quiz asks this question, or draws from those that it is one of. Take it out of the quiz first."


class BankFull(Refusal):
    status, code, message = 409, "bank_full", "A course has at most 5,000 questions."


class NoSuchLocalTime(Refusal):
    code, message = "no_such_local_time", "The clocks go forward over this time: it does not exist there."
