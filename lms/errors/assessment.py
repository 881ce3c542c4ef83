"""Refusals about quizzes, their questions and attempts, and grades."""

from lms.errors.base import Refusal


class GradeNotFound(Refusal):
    status, code, message = 404, "grade_not_found", "There is no such grade."
