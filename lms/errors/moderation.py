"""Refusals about what staff decide on."""

from lms.errors.base import Refusal


class ReviewUnchanged(Refusal):
    status, code, message = 409, "review_unchanged", "The review is hidden already."


class CourseNotInReview(Refusal):
    status, code, message = 409, "course_not_in_review", "Only a course in review can be decided on."


class OwnWork(Refusal):
    status, code, message = 409, "own_work", "This is yours, or about your course. Somebody else has to decide on it."
