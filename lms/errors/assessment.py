"""Refusals about quizzes, their questions and attempts, assignments, and grades."""

from lms.errors.base import Refusal


class NoSuchLocalTime(Refusal):
    code, message = "no_such_local_time", "The clocks go forward over this time: it does not exist there."


class AssignmentNotFound(Refusal):
    status, code, message = 404, "assignment_not_found", "There is no such assignment."


class SubmissionNotFound(Refusal):
    status, code, message = 404, "submission_not_found", "There is no such submission."


class KeptFileNotFound(Refusal):
    status, code, message = 404, "file_not_found", "There is no such file."


class DeadlinePassed(Refusal):
    status, code, message = 409, "deadline_passed", "This assignment takes nothing any more: its deadline has passed."


class NoTriesLeft(Refusal):
    status, code, message = 409, "no_tries_left", "You have handed this in as often as it may be."


class GradingBegan(Refusal):
    status, code, message = 409, "grading_began", "Your work is being graded: it can no longer be replaced."


class NothingToSubmit(Refusal):
    code, message = "nothing_to_submit", "Hand in something: a text, an address or a file."


class FileNotAccepted(Refusal):
    status, code, message = 415, "file_not_accepted", "This assignment does not take files of this kind."


class TooManyFiles(Refusal):
    code, message = "too_many_files", "These are more files than the assignment takes."


class NotToGrade(Refusal):
    status, code = 409, "not_to_grade"
    message = "Only the newest that was handed in is graded or returned: this was replaced, or returned already."


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


class RegradeNotFound(Refusal):
    status, code, message = 404, "regrade_not_found", "This quiz has never been regraded."


class BankFull(Refusal):
    status, code, message = 409, "bank_full", "A course has at most 5,000 questions."


class UnsoundQuestion(Refusal):
    code, message = "unsound_question", "Nobody could answer this question, or nobody mark it."


class UnsoundRules(Refusal):
    code, message = "unsound_rules", "These rules of the assignment do not go together."


class NotAskedFor(Refusal):
    code, message = "not_asked_for", "This assignment does not ask for this."


class WrongMarks(Refusal):
    code, message = "wrong_marks", "Give what the assignment is graded by."


class QuizNotFound(Refusal):
    status, code, message = 404, "quiz_not_found", "There is no such quiz."


class NoQuestions(Refusal):
    code, message = "no_questions", "A quiz asks at least one question."


class DrawTooLarge(Refusal):
    code, message = "draw_too_large", "There are not enough questions with these tags, whatever else is drawn."


class AttemptNotFound(Refusal):
    status, code, message = 404, "attempt_not_found", "There is no such attempt."


class NoAttemptsLeft(Refusal):
    status, code, message = 409, "no_attempts_left", "You have used all attempts at this quiz."


class NotOpen(Refusal):
    status, code, message = 409, "not_open", "This quiz cannot be taken now."


class Pause(Refusal):
    status, code, message = 409, "pause", "Wait a little before you take this quiz again."


class TimeIsUp(Refusal):
    status, code, message = 409, "time_is_up", "The time is up. What you had saved by then is what counts."


class AttemptEnded(Refusal):
    status, code, message = 409, "attempt_ended", "This attempt has ended already."


class NotOfThisPaper(Refusal):
    code, message = "not_of_this_paper", "This attempt does not ask that."


class NoWayBack(Refusal):
    status, code, message = 409, "no_way_back", "In this quiz a question that was left cannot be answered otherwise."


class RegradeRunning(Refusal):
    status, code, message = 409, "regrade_running", "This quiz is being regraded already."


class NotMarkable(Refusal):
    status, code, message = 409, "not_markable", "Only an attempt that was handed in, and counts, can be marked."


class NoExtension(Refusal):
    status, code, message = 409, "no_extension", "This gives the learner nothing."
