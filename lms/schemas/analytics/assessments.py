"""How the quizzes and assignments of a course are taken, and how well questions measure."""

from pydantic import Field

from lms.models.assessment.questions import QuestionKind
from lms.schemas.fields import Moment, Out, OutId

SHARE = "From 0 to 1."


class ReachedOut(Out):
    """`graded` learners have a grade; `averagePercent` and `passedShare` are those of their grades."""

    id: OutId
    lessonId: OutId
    title: str
    learners: int
    waiting: int = Field(description="What a person has yet to mark.")
    graded: int
    averagePercent: float | None
    passedShare: float | None = Field(description=SHARE)


class QuizFiguresOut(ReachedOut):
    """Of attempts that were handed in and not annulled; `medianSeconds` is the time spent on one."""

    attempts: int
    medianSeconds: int | None


class AssignmentFiguresOut(ReachedOut):
    """Of everything that was handed in, also what was replaced since; the longest waits since `waitingSince`."""

    submissions: int
    waitingSince: Moment | None
    lateShare: float | None = Field(description=SHARE)


class CourseAssessmentsOut(Out):
    """In playing order."""

    quizzes: list[QuizFiguresOut]
    assignments: list[AssignmentFiguresOut]


class QuestionFiguresOut(Out):
    """A question as it was asked last; `asked` learners met it in their first marked attempt."""

    id: OutId
    version: int
    kind: QuestionKind
    body: str
    tags: list[str]
    asked: int
    answeredShare: float = Field(description=SHARE)
    difficulty: float = Field(description="The mean share of its points that was reached: near 1 it is easy.")
    discrimination: float | None = Field(
        description="Correlation, from -1 to 1, of what was reached in this question with what was reached in the "
        "rest of the paper (corrected item-total correlation). Null where one of them is the same for all."
    )
