"""Refusals about attending, watching and reviewing."""

from lms.errors.base import Refusal


class PlaybackEnded(Refusal):
    status, code, message = 403, "playback_ended", "This address plays no longer. Ask for a new one."


class RangeNotSatisfiable(Refusal):
    status, code, message = 416, "range_not_satisfiable", "The video has no such bytes."


class LessonLocked(Refusal):
    status, code, message = 403, "lesson_locked", "This lesson opens later."


class GradedLesson(Refusal):
    status, code = 409, "graded_lesson"
    message = "This lesson is completed by passing it, not by saying so."


class NotEnrolled(Refusal):
    status, code, message = 403, "not_enrolled", "Enrol in this course first."


class ReviewNotFound(Refusal):
    status, code, message = 404, "review_not_found", "There is no such review."


class AlreadyEnrolled(Refusal):
    status, code, message = 409, "already_enrolled", "You are enrolled in this course already."


class EnrollmentNotFound(Refusal):
    status, code, message = 404, "enrollment_not_found", "There is no such enrolment."


class EnrollmentEnded(Refusal):
    status, code, message = 409, "enrollment_ended", "This enrolment has ended already."


class AlreadyBought(Refusal):
    status, code = 409, "already_bought"
    message = "You have this course, and left it. Enrol in it again: it costs you nothing."


class AlreadyReviewed(Refusal):
    status, code, message = 409, "already_reviewed", "You have reviewed this course already. Change that review."


class AlreadyReported(Refusal):
    status, code, message = 409, "already_reported", "You have reported this review already."
