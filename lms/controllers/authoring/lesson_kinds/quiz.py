"""A lesson that is taken and marked by its key."""

from lms.controllers.authoring.lesson_kinds.base import Fields, LessonKind
from lms.models.assessment.extensions import extensions
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import CONTENT, questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import QuizRules, asked_by, questions_in, quizzes
from lms.models.assessment.regrades import regrades
from lms.models.authoring.subsections import Subsection
from lms.models.fields import fields_of


class Quiz(LessonKind):
    """Its `duration` is the time that an attempt has; it is made and changed at `/assessments`."""

    name, called = "quiz", "a quiz"
    graded = True

    def lacking(self, lesson: Subsection) -> str | None:
        """A quiz is never without questions: one that is in use stays in the bank."""
        return None

    def told(self, lesson: Subsection) -> list[str]:
        quiz = quizzes.get({"_id": lesson["assessment"]})
        if quiz is None:
            return []
        time = f"{quiz['minutes']} minutes" if quiz["minutes"] else "no limit of time"
        return [f"Questions: {questions_in(quiz['items'])}, with {time}; {quiz['passPercent']} % pass."]

    def exported(self, lesson: Subsection) -> Fields:
        """The rules, with the questions that it names or can draw from."""
        quiz = quizzes.get({"_id": lesson["assessment"]})
        if quiz is None:
            return super().exported(lesson)
        rules = {name: quiz[name] for name in fields_of(QuizRules)}  # type: ignore[literal-required]
        asked = [
            {"id": each["_id"], **{name: each[name] for name in CONTENT}}  # type: ignore[literal-required]
            for each in questions.find(asked_by(quiz))
        ]
        return {**super().exported(lesson), **rules, "questions": asked}

    def end(self, lesson: Subsection) -> list[str]:
        """Its questions stay in the bank of the course."""
        quizzes.delete({"_id": lesson["assessment"]})
        for collection in (quiz_attempts, regrades):
            collection.delete_many({"quiz": lesson["assessment"]})
        for kept in (grades, extensions):
            kept.delete_many({"assessment": lesson["assessment"]})
        return []
