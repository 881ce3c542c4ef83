"""The dashboard's figures as panels: a headline, a chart's values, and the same as a table and as CSV."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.admin import formats
from lms.admin.formats import Format
from lms.admin.lists import Echo
from lms.controllers.analytics.dashboard import Board, Figures
from lms.controllers.analytics.reports import Range

Number = int | float | None

LABELS = {"day": "%d %b", "week": "%d %b", "month": "%b %Y"}
day = Format(lambda value: f"{value:%d %b %Y}", lambda value: value.isoformat(), safe=True)


@dataclass(frozen=True)
class Panel:
    """`plot` is what the script draws; a panel without one is a table only."""

    slug: str
    title: str
    says: str
    columns: tuple[tuple[str, Format], ...]
    rows: list[tuple[Any, ...]]
    plot: Figures | None = None
    headline: str | None = None
    words: str | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        values = [value for each in (self.plot or {}).get("series", ()) for value in each["values"]]
        return not any(values) if self.plot else not self.rows

    def lines(self) -> Iterator[str]:
        """The table as CSV, line by line."""
        writer = csv.writer(Echo())
        titles = [f"{title} ({shape.unit})" if shape.unit else title for title, shape in self.columns]
        yield "\ufeff" + writer.writerow(titles)
        for row in self.rows:
            yield writer.writerow([shape.plain(value) for (_, shape), value in zip(self.columns, row, strict=True)])


@dataclass(frozen=True)
class Figure:
    """One number a period: `whole` makes the headline of a report."""

    slug: str
    title: str
    says: str
    name: str
    show: Format
    whole: Callable[[Figures, str], Number]
    unit: str = ""


def _total(report: Figures, name: str) -> Number:
    value: Number = report["totals"][name]
    return value


def _mean(report: Figures, name: str) -> Number:
    values: list[int] = [each[name] for each in report["series"]]
    return round(sum(values) / len(values), 1)


FIGURES = (
    Figure("sign-ups", "Sign-ups", "People who proved their address.", "signUps", formats.number, _total),
    Figure(
        "active-learners",
        "Active learners",
        "Learners who watched something, each once in a {granularity}; the headline is their average.",
        "activeLearners",
        formats.number,
        _mean,
    ),
    Figure("enrolments", "Enrolments", "Also those that have ended since.", "enrollments", formats.number, _total),
    Figure("revenue", "Revenue", "What arrived, less what went back.", "netRevenue", formats.money, _total),
    Figure(
        "completions", "Courses finished", "By whoever enrolled at any time.", "completions", formats.number, _total
    ),
    Figure("ratings", "Ratings", "The average of the reviews that are shown.", "averageRating", formats.stars, _total),
)
MONEY = "revenue"


def names(asked: Range) -> tuple[str, str]:
    """What a range and the one before are called."""
    count = len(asked.periods)
    several = f"{count} {asked.granularity}s" if count > 1 else asked.granularity
    return f"These {several}" if count > 1 else f"This {several}", f"The {several} before"


def figure(board: Board, chosen: Figure) -> Panel:
    this, that = names(board.asked)
    pairs = zip(board.now["series"], board.before["series"], strict=True)
    rows: list[tuple[Any, ...]] = [
        (_day(one), one[chosen.name], _day(other), other[chosen.name]) for one, other in pairs
    ]
    scale = 100 if chosen.show is formats.money else 1
    series = [
        {"name": name, "values": [None if row[at] is None else row[at] / scale for row in rows]}
        for name, at in ((this, 1), (that, 3))
    ]
    now, before = (chosen.whole(report, chosen.name) for report in (board.now, board.before))
    return Panel(
        chosen.slug,
        chosen.title,
        chosen.says.format(granularity=board.asked.granularity),
        ((this, day), (chosen.title, chosen.show), (that, day), (f"{chosen.title} before", chosen.show)),
        rows,
        {
            "kind": "line",
            "labels": [f"{row[0]:{LABELS[board.asked.granularity]}}" for row in rows],
            "money": scale == 100,
            "series": series,
        },
        chosen.show.cell(now),
        difference(now, before, chosen.show, that[0].lower() + that[1:]),
    )


def difference(now: Number, before: Number, show: Format, that: str) -> str:
    """How a number compares with the one before, in words and percent."""
    if before is None or now is None:
        return f"There is nothing to compare with in {that}."
    if now == before:
        return f"As in {that}."
    more = "more" if now > before else "less"
    apart = show.cell(round(abs(now - before), 2))
    share = f", {abs(now - before) / before:.0%} {more}" if before > 0 else ""
    return f"{apart} {more} than in {that}{share}."


def _day(period: Figures) -> date:
    return date.fromisoformat(period["period"])


def completion(board: Board) -> Panel:
    """How far the enrolments of the range have come by now."""
    funnel = board.now["totals"]["funnel"]
    counts = [funnel[name] for name in ("enrolled", "started", "half", "finished")]
    shares = [count / counts[0] if counts[0] else None for count in counts]
    steps = ["Enrolled", "Started", "Half or more", "Finished"]
    return Panel(
        "completion",
        "Completion",
        "How far those have come who enrolled in this range and have not left.",
        (("Step", formats.text), ("Enrolments", formats.number), ("Share", formats.percent)),
        list(zip(steps, counts, shares, strict=True)),
        {"kind": "bar", "labels": steps, "series": [{"name": "Enrolments", "values": counts}]},
        formats.percent.cell(shares[-1]),
        "have finished by now." if counts[0] else "Nobody enrolled in this range.",
    )


def top_courses(board: Board, money: bool) -> Panel:
    columns = [
        ("Course", formats.text, "title"),
        ("Enrolments", formats.number, "enrollments"),
        ("Revenue", formats.money, "netRevenue"),
        ("Rating", formats.stars, "ratingAverage"),
        ("Ratings", formats.number, "ratingCount"),
    ]
    shown = [column for column in columns if money or column[1] is not formats.money]
    rows = [tuple(course[field] for _, _, field in shown) for course in board.top_courses]
    return Panel(
        "top-courses",
        "Top courses",
        "By the enrolments of this range; ratings are those of all time.",
        tuple((title, show) for title, show, _ in shown),
        rows,
    )


def stops(board: Board) -> Panel:
    """Where the learners of one course stop."""
    lessons = board.course["lessons"] if board.course else []
    rows = [(each["title"], each["started"], each["completed"], each["stopped"]) for each in lessons]
    series = [
        {"name": name, "values": [row[at] for row in rows]} for name, at in (("Began it", 1), ("Stopped in it", 3))
    ]
    return Panel(
        "stops",
        "Where learners stop",
        "Who has not finished the course counts in the lesson they were last seen in.",
        (
            ("Lesson", formats.text),
            ("Began it", formats.number),
            ("Completed it", formats.number),
            ("Stopped in it", formats.number),
        ),
        rows,
        {"kind": "bar", "labels": [f"{place}. {row[0]}" for place, row in enumerate(rows, 1)], "series": series},
    )


def codes(board: Board) -> Panel:
    """How the delivery of one-time codes went."""
    told = board.now["totals"]["codes"]
    rows = [("Sent", told["sent"]), ("Failed", told["failed"]), ("Waiting", told["waiting"])]
    words = (
        "of the codes of this range were delivered." if told["deliveryRate"] is not None else "No codes were mailed."
    )
    columns = (("State", formats.text), ("Codes", formats.number))
    says = "One-time codes that people waited for."
    return Panel(
        "codes", "Codes by mail", says, columns, list(rows), None, formats.percent.cell(told["deliveryRate"]), words
    )


def queues(board: Board) -> Panel:
    """Whether jobs and mails get done."""
    columns = (
        ("Queue", formats.text),
        ("Waiting", formats.number),
        ("Oldest", formats.age),
        ("Given up", formats.number),
    )
    rows = [(each["queue"], each["waiting"], each["oldest"], each["failed"]) for each in board.queues]
    given_up = sum(each["failed"] for each in board.queues)
    words = "Some jobs were given up." if given_up else "Nothing was given up."
    return Panel("queues", "Jobs and mails", "What was promised and is not done.", columns, rows, None, None, words)


def panel(board: Board, slug: str, money: bool) -> Panel | None:
    """The panel of that name; none where there is no such."""
    for each in FIGURES:
        if each.slug == slug:
            return figure(board, each)
    if slug == "top-courses":
        return top_courses(board, money)
    other = {"completion": completion, "stops": stops, "codes": codes, "queues": queues}.get(slug)
    return other(board) if other else None
