"""What learners are told about their attempts at quizzes. No points: the page says what the quiz reveals."""

from collections.abc import Callable

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User

Mail = Callable[[User, str, str], Message]


def graded(user: User, title: str, reason: str) -> Message:
    sentence = "your answers have been marked. The quiz shows what counts:"
    return _told("Your quiz has been marked", user, title, sentence)


def regraded(user: User, title: str, reason: str) -> Message:
    sentence = "an answer key was mended, and your answers were marked again. The quiz shows what counts now:"
    return _told("Your quiz has been marked again", user, title, sentence)


def annulled(user: User, title: str, reason: str) -> Message:
    sentence = "an attempt of yours does not count, and you have it back:"
    return _told("An attempt of yours does not count", user, title, sentence, reason)


def _told(subject: str, user: User, title: str, sentence: str, reason: str = "") -> Message:
    facts = {"user": user, "title": title, "sentence": sentence, "reason": reason}
    return render("quiz_told", user["email"], subject, **facts)
