"""What is left of the learning of two accounts of one person: nothing that was paid for or completed is lost."""

from datetime import timedelta
from typing import Any

from bson import ObjectId

from lms.controllers.accounts.pairs import Both, Decision, Pair, Part
from lms.controllers.learning import progress
from lms.models import actors
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import CourseProgress, course_progress
from lms.models.learning.enrollments import NOT_ENDED, Enrollment, enrollments
from lms.models.learning.reviews import Report, Review, reviews
from lms.models.stages import AT_ANY_TIME

OF_AN_ENROLMENT = ("status", "source", "order", "amountPaid", "enrolledAt", "endedAt", "endedReason")
A_MILLISECOND = timedelta(milliseconds=1)
HOW = {"purchase": "was bought", "staff": "was given by staff", "imported": "was brought in", "free": "was free"}


class Enrolments(Both):
    """What is held stays before what has ended, and what was paid for before what was not."""

    collection = enrollments

    def decide(self, kept: Enrollment, merged: Enrollment) -> Decision:
        best, other = sorted((kept, merged), key=_worth, reverse=True)
        fields: dict[str, Any] = {name: best[name] for name in OF_AN_ENROLMENT if name in best}  # type: ignore[literal-required]
        if _is_held(best) and _is_held(other):
            fields["enrolledAt"] = min(best["enrolledAt"], other["enrolledAt"])
            if other["status"] == "active":
                fields = {name: value for name, value in fields.items() if name not in NOT_ENDED} | {"status": "active"}
        gone = tuple(name for name in OF_AN_ENROLMENT if name not in fields and name in kept)
        return Decision(fields, _said_of(best, other), gone)

    def apply(self, kept: Enrollment, merged: Enrollment, decision: Decision) -> None:
        super().apply(kept, merged, decision)
        before = (kept["status"] == "active") + (merged["status"] == "active")
        if change := (decision.fields["status"] == "active") - before:
            courses.count_student(kept["course"], change)


def _is_held(each: Enrollment) -> bool:
    return each["status"] == "active" or (each["status"] == "left" and each["source"] != "free")


def _worth(each: Enrollment) -> tuple[Any, ...]:
    """The greater, the more it is worth to who has it."""
    paid_for = (each["source"] == "purchase", each["amountPaid"], each["source"] != "free")
    return _is_held(each), *paid_for, each["status"] == "active", -each["enrolledAt"].timestamp()


def _said_of(best: Enrollment, other: Enrollment) -> str:
    if best["source"] == other["source"] == "purchase" and _is_held(best) and _is_held(other):
        return "Both were bought. One stays; the order of the other can be refunded, and its course stays open."
    how = HOW.get(best["source"], f"has the source {best['source']}")
    if _is_held(best):
        return f"The one that {how} stays." if _is_held(other) else f"The one that {how} stays; the other has ended."
    return "Both have ended, and it stays so."


class Progress(Both):
    """Of each lesson the latest word, and what either has completed."""

    collection = course_progress

    def decide(self, kept: CourseProgress, merged: CourseProgress) -> Decision:
        fields = progress.united(kept, merged)
        done = len(fields["completed"])
        finished = "; the course is completed" if fields["completedAt"] else ""
        return Decision(fields, f"Lessons completed by either count: {done} of them{finished}.")


class Reviews(Both):
    """The newest stays; the other is deleted."""

    collection = reviews

    def decide(self, kept: Review, merged: Review) -> Decision:
        newest = max(kept, merged, key=lambda each: each["updatedAt"])
        return Decision({"stays": newest["_id"]}, f"The newest stays, with {newest['rating']} ★.")

    def settle(self, pair: Pair) -> None:
        _part_deleted(pair)
        super().settle(pair)
        _follow_reports(pair)

    def apply(self, kept: Review, merged: Review, decision: Decision) -> None:
        take_back(merged if decision.fields["stays"] == kept["_id"] else kept)


def take_back(review: Review) -> None:
    """Take a review out of sight and out of the course's rating; part of a transaction."""
    gone = {"deletedAt": now(), "deletedBy": actors.actor().id or review["user"]}
    reviews.update({"_id": review["_id"]}, {"$set": gone})
    if review["status"] == "visible":
        courses.move_rating(review["course"], review["rating"], None, deleted_too=True)


def _part_deleted(pair: Pair) -> None:
    """Let no two deleted reviews of one course have been deleted in the same millisecond, which one person's cannot."""
    deleted = {"deletedAt": AT_ANY_TIME}
    taken = {(each["course"], each["deletedAt"]) for each in reviews.find({**deleted, "user": pair.kept})}
    for each in reviews.find({**deleted, "user": pair.merged}):
        moment = each["deletedAt"]
        while (each["course"], moment) in taken:
            moment += A_MILLISECOND
        if moment != each["deletedAt"]:
            reviews.update({"_id": each["_id"]}, {"$set": {"deletedAt": moment}}, deleted_too=True)


def _follow_reports(pair: Pair) -> None:
    """Reports of reviews follow; of two of the same review the one that was made by the account that is kept stays."""
    for review in reviews.raw.find({"reports.user": pair.merged}):
        twice = any(report["user"] == pair.kept for report in review["reports"])
        left = [_by_kept(report, pair) for report in review["reports"] if not twice or report["user"] != pair.merged]
        reviews.update({"_id": review["_id"]}, _with_reports(left), deleted_too=True)


def _by_kept(report: Report, pair: Pair) -> Report:
    return {**report, "user": pair.kept} if report["user"] == pair.merged else report


def _with_reports(reports: list[Report]) -> dict[str, Any]:
    waiting = [each["at"] for each in reports if "decision" not in each]
    change: dict[str, Any] = {"$set": {"reports": reports}, "$inc": {"revision": 1}}
    if waiting:
        change["$set"] |= {"openReports": len(waiting), "reportedAt": min(waiting)}
    else:
        change["$unset"] = {"openReports": "", "reportedAt": ""}
    return change


PARTS: tuple[Part, ...] = (Enrolments(), Progress(), Reviews())


def merge(pair: Pair) -> list[ObjectId]:
    """Let all of it follow; the courses in which both have come some way. Part of a transaction."""
    together = [kept["course"] for kept, _ in Progress().found(pair)]
    for part in PARTS:
        part.settle(pair)
    return together
