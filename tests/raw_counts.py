"""The school's figures counted in plain Python from the raw documents, to hold reports against."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.extensions import mongo

INDIA = timedelta(hours=5, minutes=30)

Document = dict[str, Any]


def day(moment: datetime) -> date:
    """India's day at a moment (UTC)."""
    return (moment + INDIA).date()


def monday(of: date) -> date:
    return of - timedelta(days=of.weekday())


class Raw:
    """Every raw document there is now."""

    def __init__(self) -> None:
        assert mongo.db is not None
        db = mongo.db
        self.users = list(db.users.find())
        self.courses = {each["_id"]: each for each in db.courses.find()}
        self.enrollments = list(db.enrollments.find())
        self.progress = {(each["user"], each["course"]): each for each in db.courseProgress.find()}
        self.events = list(db.progressEvents.find())
        self.ledger = list(db.ledger.find())
        self.reviews = [each for each in db.ratingAndReviews.find() if each.get("deletedAt") is None]
        self.otps = list(db.otps.find())
        self.lessons = {each["_id"]: each for each in db.subsections.find()}

    def active(self, first: date, last: date) -> int:
        return len({each["user"] for each in self.events if first <= day(each["at"]) <= last})

    def figures(self, first: date, last: date) -> Document:
        """What rollups keep of these days, added up."""

        def within(documents: Any, field: str) -> list[Document]:
            return [each for each in documents if each.get(field) and first <= day(each[field]) <= last]

        came, money = within(self.enrollments, "enrolledAt"), within(self.ledger, "at")
        codes = Counter(each["status"] for each in within(self.otps, "createdAt"))
        stars = [each["rating"] for each in within(self.reviews, "createdAt") if each["status"] == "visible"]
        live = [each for each in came if each["status"] == "active"]
        proven = [each for each in within(self.users, "createdAt") if each["emailVerifiedAt"]]
        return {
            "signUps": sum(each["role"] != "admin" for each in proven),
            "newLearners": sum(first <= day(each) <= last for each in self._firsts().values()),
            "enrollments": len(came),
            "ended": len(came) - len(live),
            **self.reached(live),
            "completions": len(within(self.progress.values(), "completedAt")),
            "captured": sum(each["amount"] for each in money if each["amount"] > 0),
            "refunded": -sum(each["amount"] for each in money if each["amount"] < 0),
            "ratings": len(stars),
            "stars": sum(stars),
            "codesSent": codes["sent"],
            "codesFailed": codes["failed"],
            "codesWaiting": codes["queued"],
        }

    def _firsts(self) -> dict[ObjectId, datetime]:
        firsts: dict[ObjectId, datetime] = {}
        for each in self.enrollments:
            firsts[each["user"]] = min(each["enrolledAt"], firsts.get(each["user"], datetime.max))
        return firsts

    def reached(self, live: list[Document]) -> Document:
        """How many of these enrolments have started, come half way, and finished."""
        states = [(self.progress.get((each["user"], each["course"])), each["course"]) for each in live]
        begun = [(state, course) for state, course in states if state is not None]
        return {
            "started": len(begun),
            "half": sum(state["completedAt"] is not None or self._halfway(state, course) for state, course in begun),
            "finished": sum(state["completedAt"] is not None for state, _ in begun),
        }

    def _halfway(self, state: Document, course: ObjectId) -> bool:
        lessons = self.courses[course]["lessons"] if course in self.courses else []
        done = [lesson for lesson in lessons if lesson in state["completed"]]
        return bool(done) and len(done) >= len(lessons) / 2

    def categories(self, first: date, last: date) -> dict[ObjectId | None, Document]:
        """Enrolments and money of these days by the courses' categories of now."""
        found: dict[ObjectId | None, Counter[str]] = {}

        def count(course: ObjectId, name: str, amount: int) -> None:
            category = self.courses[course]["category"] if course in self.courses else None
            found.setdefault(category, Counter())[name] += amount

        for each in self.enrollments:
            if first <= day(each["enrolledAt"]) <= last:
                count(each["course"], "enrollments", 1)
        for row in self.ledger:
            for line in row["lines"] if first <= day(row["at"]) <= last else ():
                count(line["course"], "captured" if row["kind"] == "capture" else "refunded", abs(line["amount"]))
        names = ("enrollments", "captured", "refunded")
        return {category: {name: sums[name] for name in names} for category, sums in found.items()}

    def days(self, keep: Callable[[date], bool] = lambda each: True) -> list[date]:
        """Every day from the first sign-up to the last thing that happened."""
        begins = min(day(each["createdAt"]) for each in self.users)
        ends = max(day(each["at"]) for each in [*self.ledger, *self.events])
        every = [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]
        return [each for each in every if keep(each)]
