"""What is left of the quizzes, the work and the grades of two accounts of one person: what they reached stays."""

import itertools
from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from lms.controllers.accounts.pairs import Both, Collision, Decision, Pair, Part, renumber, titles
from lms.controllers.assessment import attempts, finishing, results
from lms.controllers.assessment import grades as grade_controller
from lms.controllers.learning import progress
from lms.models.assessment.course_grades import CourseGrade, course_grades
from lms.models.assessment.extensions import Extension, extensions
from lms.models.assessment.grades import Grade, grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.assessment.submissions import Submission, submissions
from lms.models.learning.course_progress import course_progress

WHOSE = ("_id", "user", "course", "assessment")
RULES = {"best": "the best", "last": "the last", "average": "the average"}


class Extensions(Both):
    """The more generous of each."""

    collection = extensions
    about = "assessment"

    def decide(self, kept: Extension, merged: Extension) -> Decision:
        deadlines = [each["due"] for each in (kept, merged) if each["due"] is not None]
        more = {name: max(kept[name], merged[name]) for name in ("extraMinutes", "extraAttempts")}
        due = max(deadlines, key=lambda each: each["at"], default=None)
        return Decision({**more, "due": due}, "The more generous stays, of time and of tries.", ("reminded",))


class Attempts(Part):
    """All count together, in the order in which they were begun; of two that are going on one is handed in."""

    collection = quiz_attempts
    about = "quiz"

    def collisions(self, pair: Pair) -> list[Collision]:
        quiz_ids = self.together(pair)
        names = titles(quiz_ids)
        rules = {each["_id"]: RULES[each["keeps"]] for each in quizzes.find({"_id": {"$in": quiz_ids}}, {"keeps": 1})}
        said = "The attempts of both count together, by the quiz's rule"
        return [Collision(names[quiz], f"{said}: {rules.get(quiz, RULES['best'])}.") for quiz in quiz_ids]

    def settle(self, pair: Pair) -> None:
        for quiz in self.together(pair):
            both_open = quiz_attempts.open_one(quiz, pair.kept)
            if both_open and (going_on := quiz_attempts.open_one(quiz, pair.merged)):
                finishing.finish(going_on["_id"], "staff")
            made = [*quiz_attempts.made(quiz, pair.kept), *quiz_attempts.made(quiz, pair.merged)]
            made.sort(key=lambda each: (each["startedAt"], each["_id"]))
            renumber(quiz_attempts, pair, (each["_id"] for each in made))
        quiz_attempts.update_many({"user": pair.merged}, {"$set": {"user": pair.kept}})


class Work(Part):
    """All that was handed in, in that order, as if by one; of two drafts the newest stays."""

    collection = submissions
    about = "assignment"

    def collisions(self, pair: Pair) -> list[Collision]:
        together = self.together(pair)
        names = titles(together)
        return [Collision(names[each], _said_of(*self.split(each, pair))) for each in together]

    def split(self, assignment: ObjectId, pair: Pair) -> tuple[list[Submission], list[Submission]]:
        """What both handed in, the first first, and their drafts, the newest first."""
        found = submissions.find({"assignment": assignment, "user": {"$in": [pair.kept, pair.merged]}})
        sent = sorted((each for each in found if each["state"] != "draft"), key=_handed_in)
        drafts = [each for each in found if each["state"] == "draft"]
        return sent, sorted(drafts, key=lambda each: (each["updatedAt"], each["_id"]), reverse=True)

    def settle(self, pair: Pair) -> None:
        # What a call is known by when it comes again ends with the sign-ins that could make it.
        submissions.update_many({"user": pair.merged}, {"$unset": {"sentAs": ""}})
        for assignment in self.together(pair):
            sent, drafts = self.split(assignment, pair)
            submissions.delete_many({"_id": {"$in": [each["_id"] for each in drafts[1:]]}})
            left = [*sent, *drafts[:1]]
            renumber(submissions, pair, (each["_id"] for each in left))
            revision = 1 + max(each["revision"] for each in (*sent, *drafts))
            submissions.update({"_id": left[-1]["_id"]}, {"$set": {"revision": revision}})
            for before, after in itertools.pairwise(sent):
                if before["state"] == "submitted":
                    submissions.update({"_id": before["_id"]}, {"$set": {"state": "replaced"}})
                submissions.update({"_id": after["_id"]}, {"$set": {"replaces": before["_id"]}})
        submissions.update_many({"user": pair.merged}, {"$set": {"user": pair.kept}})


def _handed_in(each: Submission) -> tuple[Any, ...]:
    return each.get("submittedAt", each["createdAt"]), each["_id"]


def _said_of(sent: list[Submission], drafts: list[Submission]) -> str:
    said = ["What both handed in follows each other; the last is what counts as handed in."] if sent else []
    return " ".join([*said, *(["Of two drafts the newest stays."] if drafts[1:] else [])])


class Grades(Both):
    """What an author gave by hand stays, else the better; of a quiz it is counted from the attempts of both then."""

    collection = grades
    about = "assessment"

    def decide(self, kept: Grade, merged: Grade) -> Decision:
        best = max(kept, merged, key=_worth)
        fields = {name: value for name, value in best.items() if name not in WHOSE}
        fields["revision"] = 1 + max(kept["revision"], merged["revision"])
        given = "The one that an author gave" if "override" in best else "The better"
        counted = " until it is counted from the attempts of both" if best["kind"] == "quiz" else ""
        gone = tuple(name for name in kept if name not in best)
        return Decision(fields, f"{given} stays, with {best['percent']} %{counted}.", gone)


def _worth(each: Grade) -> tuple[Any, ...]:
    return "override" in each, each["releasedAt"] is not None, each["passed"], each["percent"]


class CourseGrades(Both):
    """Counted from the grades."""

    collection = course_grades

    def decide(self, kept: CourseGrade, merged: CourseGrade) -> Decision:
        return Decision({}, "It is counted anew from the grades of both.")


PARTS: tuple[Part, ...] = (Extensions(), Attempts(), Work(), Grades(), CourseGrades())


def merge(pair: Pair) -> None:
    """Let all of it follow, and count anew what follows from it; part of a transaction, after progress."""
    quiz_ids, longer = Attempts().together(pair), extensions.find({"user": pair.merged}, {"assessment": 1})
    going_on = quiz_attempts.find({"user": pair.merged, "state": "open"}, {"quiz": 1})
    counted = [*grades.find({"user": pair.merged}, {"course": 1}), *course_grades.find({"user": pair.merged})]
    before = _completed(pair.kept, grades.raw.distinct("course", {"assessment": {"$in": quiz_ids}, "user": pair.kept}))
    for part in PARTS:
        part.settle(pair)
    for timed in {*(each["assessment"] for each in longer), *(each["quiz"] for each in going_on)}:
        attempts.retime(timed, pair.kept)
    for quiz in quiz_ids:
        results.follow_rules(quiz, pair.kept)
    for course in {each["course"] for each in counted}:
        grade_controller.refresh(course, pair.kept)
    _complete_again(pair.kept, before)


def _completed(user_id: ObjectId, course_ids: Iterable[ObjectId]) -> dict[ObjectId, set[ObjectId]]:
    """The lessons that somebody has completed, by their courses."""
    found = course_progress.find({"user": user_id, "course": {"$in": list(course_ids)}}, {"course": 1, "completed": 1})
    return {each["course"]: set(each["completed"]) for each in found}


def _complete_again(user_id: ObjectId, before: dict[ObjectId, set[ObjectId]]) -> None:
    """What had been passed stays completed, also where the attempts of both come to less by the quiz's rule."""
    after = _completed(user_id, before)
    for course, lessons in before.items():
        for lesson in lessons - after.get(course, set()):
            progress.pass_lesson(user_id, course, lesson)
