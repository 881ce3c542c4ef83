"""Each number on the dashboard against a count made another way, on the demo data."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from bson import ObjectId

from lms.extensions import mongo
from lms.jobs.accounts import users as user_jobs
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.system.outbox import outbox
from tests import demo_data
from tests.raw_counts import Raw, day, monday
from tests.staff import Browser, notices, signed_in, staff
from tests.world import Person, World

NOTHING, MINUS = "\u2013", "\u2212"
LENGTHS = {"day": 30, "week": 12, "month": 12}
SUMS = {"sign-ups": "signUps", "enrolments": "enrollments", "completions": "completions"}
ADMINS_VIEW = {*SUMS, "active-learners", "revenue", "ratings"}

Days = tuple[date, date]


@pytest.fixture
def demo(world: World) -> Iterator[World]:
    with demo_data.shown():
        yield world


@pytest.fixture
def admin(demo: World) -> Browser:
    return of_demo(demo, "admin")


def of_demo(demo: World, role: str) -> Browser:
    """The demo's own member of staff, who is there already."""
    user = users.by_email(f"{role}@example.com")
    assert user is not None
    return signed_in(demo, Person(user["_id"], user["email"], "", "", ObjectId()))


def periods(granularity: str, count: int) -> list[Days]:
    """The first and last days of so many periods up to the present one, counted on fingers."""
    found, first = [], day(now())
    for _ in range(count):
        if granularity == "week":
            first = monday(first)
        if granularity == "month":
            first = first.replace(day=1)
        length = {"day": 1, "week": 7, "month": ((first + timedelta(days=31)).replace(day=1) - first).days}[granularity]
        found.append((first, first + timedelta(days=length - 1)))
        first -= timedelta(days=1)
    return found[::-1]


def section(page: BeautifulSoup, slug: str) -> Tag:
    found = page.find(id=slug)
    assert isinstance(found, Tag), slug
    return found


def table(page: BeautifulSoup, slug: str) -> list[list[str]]:
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in section(page, slug).select("tbody tr")
    ]


def plotted(page: BeautifulSoup, slug: str) -> dict[str, Any]:
    canvas = section(page, slug).canvas
    assert canvas is not None
    drawn: dict[str, Any] = json.loads(str(canvas["data-chart"]))
    return drawn


def headline(page: BeautifulSoup, slug: str) -> tuple[float | None, str]:
    big, words = (section(page, slug).select_one(f".{name}") for name in ("headline", "change"))
    assert words is not None
    return (number(big.get_text()) if big else None), words.get_text()


def number(text: str) -> float | None:
    """What a cell says: `1,234`, `₹1,23,456.00`, `4.13 ★`, `62%`, or nothing."""
    if text == NOTHING:
        return None
    return float(Decimal(re.sub(r"[₹,★% ]", "", text).replace(MINUS, "-")))


def counted(raw: Raw, slug: str, span: Days) -> float | None:
    figures = raw.figures(*span)
    if slug in SUMS:
        return float(figures[SUMS[slug]])
    if slug == "revenue":
        return (figures["captured"] - figures["refunded"]) / 100
    if slug == "ratings":
        return round(figures["stars"] / figures["ratings"], 2) if figures["ratings"] else None
    return float(raw.active(*span))


@pytest.mark.parametrize("granularity", LENGTHS)
def test_every_figure_of_every_period(admin: Browser, granularity: str) -> None:
    page, raw, count = admin.page(f"/admin/?granularity={granularity}"), Raw(), LENGTHS[granularity]
    spans = periods(granularity, 2 * count)
    before, asked = spans[:count], spans[count:]
    for slug in ADMINS_VIEW:
        expected = [counted(raw, slug, span) for span in asked], [counted(raw, slug, span) for span in before]
        rows = table(page, slug)
        assert [row[0] for row in rows] == [f"{first:%d %b %Y}" for first, _ in asked]
        assert [row[2] for row in rows] == [f"{first:%d %b %Y}" for first, _ in before]
        assert ([number(row[1]) for row in rows], [number(row[3]) for row in rows]) == expected, slug
        assert tuple(each["values"] for each in plotted(page, slug)["series"]) == expected, slug
        whole = [
            whole_of(raw, slug, values, (some[0][0], some[-1][1]))
            for values, some in zip(expected, (asked, before), strict=True)
        ]
        shown, words = headline(page, slug)
        assert shown == whole[0], slug
        assert compared(words, whole[0], whole[1]), (slug, words, whole)
    assert any(number(row[1]) for row in table(page, "revenue"))


def whole_of(raw: Raw, slug: str, values: list[float | None], span: Days) -> float | None:
    if slug == "active-learners":
        return round(sum(each or 0 for each in values) / len(values), 1)
    return counted(raw, slug, span)


def compared(words: str, now: float | None, before: float | None) -> bool:
    """Whether the words tell the difference of the two, as a number and in percent."""
    if now is None or before is None:
        return words.startswith("There is nothing to compare with")
    if now == before:
        return words.startswith("As in the ")
    told = re.match(r"(\S+)( ★)? (more|less) than in the \d+ \w+ before(, (\d+)% (more|less))?\.$", words)
    assert told is not None, words
    right = number(told[1]) == round(abs(now - before), 2) and told[3] == ("more" if now > before else "less")
    share = f"{abs(now - before) / before:.0%}" if before > 0 else None
    return right and (f"{told[5]}%" if told[5] else None) == share and told[6] in (None, told[3])


def test_completion_top_courses_and_codes(admin: Browser) -> None:
    page, raw, spans = admin.page("/admin/"), Raw(), periods("day", 30)
    span = spans[0][0], spans[-1][1]
    figures = raw.figures(*span)
    enrolled = figures["enrollments"] - figures["ended"]
    counts = [enrolled, figures["started"], figures["half"], figures["finished"]]
    assert [number(row[1]) for row in table(page, "completion")] == counts
    assert [row[2] for row in table(page, "completion")] == [f"{count / enrolled:.0%}" for count in counts]
    assert plotted(page, "completion")["series"][0]["values"] == counts
    assert headline(page, "completion")[0] == float(f"{100 * counts[3] / enrolled:.0f}")
    assert [number(row[1]) for row in table(page, "codes")] == [figures["codesSent"], figures["codesFailed"], 0]
    rate = 100 * figures["codesSent"] / (figures["codesSent"] + figures["codesFailed"])
    assert headline(page, "codes")[0] == float(f"{rate:.0f}")
    assert table(page, "top-courses") == [list(map(str, row)) for row in top_courses(raw, span)]


def top_courses(raw: Raw, span: Days) -> list[list[str]]:
    came = Counter(each["course"] for each in raw.enrollments if span[0] <= day(each["enrolledAt"]) <= span[1])
    money: Counter[Any] = Counter()
    for row in raw.ledger:
        for line in row["lines"] if span[0] <= day(row["at"]) <= span[1] else ():
            money[line["course"]] += line["amount"]
    found = []
    for course in sorted(came, key=lambda each: (-came[each], each))[:10]:
        stars = [each["rating"] for each in raw.reviews if each["course"] == course and each["status"] == "visible"]
        rating = f"{round(sum(stars) / len(stars), 2):g} ★" if stars else "0 ★"
        shown = money[course] // 100
        found.append([raw.courses[course]["title"], f"{came[course]:,}", shown, rating, f"{len(stars):,}"])
    return [[*row[:2], indian(row[2]), *row[3:]] for row in found]


def indian(rupees: int) -> str:
    """As `₹12,34,567.00`."""
    digits, groups = str(rupees), []
    digits, last = digits[:-3], digits[-3:]
    while digits:
        digits, pair = digits[:-2], digits[-2:]
        groups.insert(0, pair)
    return f"₹{','.join([*groups, last])}.00"


def test_where_learners_stop(admin: Browser) -> None:
    raw = Raw()
    live = Counter(each["course"] for each in raw.enrollments if each["status"] == "active")
    most = max(live, key=lambda each: (live[each], -int(str(each), 16)))
    other = sorted(live)[3]
    for course, address in ((most, "/admin/"), (other, f"/admin/?course={other}&granularity=month")):
        page = admin.page(address)
        assert section(page, "stops").select_one("option[selected]")["value"] == str(course)  # type: ignore[index]
        assert table(page, "stops") == stops(raw, course)
        drawn = plotted(page, "stops")["series"]
        assert [each["values"] for each in drawn] == [[int(row[at]) for row in stops(raw, course)] for at in (1, 3)]


def stops(raw: Raw, course: Any) -> list[list[str]]:
    learners = {each["user"] for each in raw.enrollments if each["course"] == course and each["status"] == "active"}
    states = [raw.progress[user, course] for user in learners if (user, course) in raw.progress]
    return [
        [
            raw.lessons[lesson]["title"],
            str(sum(str(lesson) in state["lessons"] for state in states)),
            str(sum(lesson in state["completed"] for state in states)),
            str(sum(state["resume"]["subsectionId"] == lesson for state in states if not state["completedAt"])),
        ]
        for lesson in raw.courses[course]["lessons"]
    ]


def test_the_health_of_the_queues(world: World) -> None:
    browser = staff(world, "admin")
    page = browser.page("/admin/")
    assert table(page, "queues") == [
        ["bulk", "0", NOTHING, "0"],
        ["default", "0", NOTHING, "0"],
        ["mail", "0", NOTHING, "0"],
    ]
    user_jobs.welcome.promise(ObjectId())
    late = user_jobs.welcome.promise(ObjectId())
    outbox.update({"_id": late}, {"$set": {"createdAt": now() - timedelta(hours=3)}})
    outbox.give_up(user_jobs.erase_deleted.promise(), "It broke.")
    page = browser.page("/admin/")
    assert table(page, "queues")[1:] == [["default", "0", NOTHING, "1"], ["mail", "2", "3 hours ago", "0"]]
    assert headline(page, "queues")[1] == "Some jobs were given up."


def test_each_table_is_a_csv_file(admin: Browser) -> None:
    page = admin.page("/admin/?granularity=week")
    for link in page.select("a[download]"):
        answer = admin.get(str(link["href"]))
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        slug = re.search(r"/charts/([\w-]+)\.csv", str(link["href"]))
        assert slug is not None
        shown = table(page, slug[1])
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert len(rows) == len(shown) + 1
        for row, cells in zip(rows[1:], shown, strict=True):
            assert [plain(cell) for cell in row] == [plain(cell) for cell in cells], slug
    assert len(page.select("a[download]")) == len(ADMINS_VIEW) + 5


AN_AGE = "an age"
"""Pages tell how long ago it was, files when."""


def plain(cell: str) -> Any:
    """A cell of the page or the file as a number, a day, an age or a text."""
    if cell.endswith(" ago"):
        return AN_AGE
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", cell):
        return AN_AGE if datetime.fromisoformat(cell) <= datetime.now(UTC) else cell
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return f"{date.fromisoformat(cell):%d %b %Y}"
    if re.fullmatch(r"0\.\d{4}|1\.0000", cell):
        return f"{float(cell):.0%}"
    if re.fullmatch(rf"[₹{MINUS}-]*[\d,.]+( ★)?", cell):
        return number(cell)
    return NOTHING if cell == "" else cell


def test_cells_that_begin_like_a_formula_are_harmless(world: World) -> None:
    demo_data.copied()
    browser = of_demo(world, "admin")
    courses.raw.update_many({}, {"$set": {"title": "=HYPERLINK(1)"}})
    mongo.db.subsections.update_many({}, {"$set": {"title": "@SUM(1)"}})
    for slug, cell in (("top-courses", "'=HYPERLINK(1)"), ("stops", "'@SUM(1)")):
        rows = list(csv.reader(io.StringIO(browser.get(f"/admin/charts/{slug}.csv").text)))
        assert {row[0] for row in rows[1:]} == {cell}


@pytest.mark.parametrize(("role", "sees"), [("admin", True), ("support", True), ("moderator", False)])
def test_money_is_for_those_who_see_orders(demo: World, role: Any, sees: bool) -> None:
    browser = of_demo(demo, role)
    page = browser.page("/admin/")
    assert ("₹" in page.get_text()) == sees
    assert bool(page.find(id="revenue")) == sees
    assert browser.get("/admin/charts/revenue.csv").status_code == (200 if sees else 403)
    assert ("Revenue" in browser.get("/admin/charts/top-courses.csv").text) == sees


def test_an_empty_school_says_so(world: World) -> None:
    page = staff(world, "admin").page("/admin/")
    assert "Nothing has been counted yet" in page.get_text()
    assert page.select("canvas") == []
    assert headline(page, "ratings") == (None, "There is nothing to compare with in the 30 days before.")
    assert section(page, "stops").select_one(".empty") is not None


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("from=2026-02-01&to=2026-01-01", "after the last day"),
        ("from=2001-01-01&to=2026-01-01", "at most 366 days"),
        ("granularity=year", "granularity"),
        ("from=yesterday", "from"),
    ],
)
def test_a_range_that_cannot_be_is_refused_on_the_page(world: World, query: str, why: str) -> None:
    answer = staff(world, "support").get(f"/admin/?{query}")
    assert answer.status_code == 400
    assert why in " ".join(notices(BeautifulSoup(answer.text, "html.parser"))).lower()


def test_a_course_or_chart_that_is_not_there(world: World) -> None:
    browser = staff(world, "admin")
    for address in ("/admin/?course=x", "/admin/?course=65f1c0ffee65f1c0ffee65f1", "/admin/charts/x.csv"):
        assert browser.get(address).status_code == 404


def test_nothing_comes_from_another_host(admin: Browser) -> None:
    page = admin.page("/admin/")
    for tag in page.find_all(["script", "link", "img"]):
        address = str(tag.get("src") or tag.get("href"))
        assert address.startswith(("/admin/assets/", "data:"))
        assert not tag.string
        if address.startswith("/"):
            assert admin.get(address).status_code == 200
    assert not page.select("[style], [onclick]")
