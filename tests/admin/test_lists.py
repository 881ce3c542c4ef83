"""Lists of a collection: what is always asked, sorted, filtered, searched, paged, exported."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, NotRequired, TypedDict
from urllib.parse import quote

import pytest
from bson import ObjectId
from flask import Flask, Response
from pymongo import IndexModel
from werkzeug.routing import Map
from werkzeug.test import TestResponse

from lms.admin import lists
from lms.admin.filters import Between, OneOf
from lms.admin.formats import badge, moment, money, rupees
from lms.admin.lists import PAGE_SIZE, Bulk, Column, ListView
from lms.admin.pages import action, page, read_form, selected_ids
from lms.admin.roles import ADMINS, CONTENT
from lms.errors import Forbidden
from lms.models.base import COLLECTIONS, Collection, Filter, now
from lms.models.fields import Ref
from lms.models.stages import lookup
from lms.schemas.fields import In
from lms.services.system.csv_cells import harmless
from tests.staff import Browser, notices, rows, soup, staff
from tests.world import World

LIST = "/admin/things/"
DAY = datetime(2026, 5, 4, 12)


class Thing(TypedDict):
    _id: ObjectId
    name: str
    kind: str
    amount: int
    owner: Annotated[ObjectId | None, Ref("users")]
    madeAt: datetime
    deletedAt: NotRequired[datetime]


class Things(Collection[Thing]):
    name = "things"
    fields = Thing
    soft_delete = True
    indexes = (IndexModel("name"),)


class NameIn(In):
    name: str


things = Things()
del COLLECTIONS["things"]


class ThingsView(ListView):
    slug, title, group, allow = "things", "Things", "Tests", CONTENT
    collection = things
    where = {"kind": {"$ne": "never"}}
    columns = (
        Column("name", "Name", sort=True, link=True),
        Column("kind", "Kind", badge),
        Column("amount", "Price", money, sort=True),
        Column("owner.name", "Owner"),
        Column("madeAt", "Made", moment, sort=True),
    )
    stages = lookup("users", "owner", "owner", {"name": "$firstName"})
    filters = (OneOf("kind", "Kind", ("small", "large")), Between("madeAt", "Made"))
    search_hint = "the name"
    default_sort = ("madeAt", -1)
    bulk = (Bulk("mark", "Mark"), Bulk("burn", "Burn"))

    def searching(self, text: str) -> Filter:
        return {"name": text}

    @page("/<oid:thing_id>")
    def details(self, thing_id: ObjectId) -> str:
        return self.show("staff/layout.html")

    @action("/<oid:thing_id>", again="details")
    def rename(self, thing_id: ObjectId) -> Response:
        things.update({"_id": thing_id}, {"$set": read_form(NameIn).model_dump()})
        return self.done("It has another name.", ".index_view")

    @action("/mark", again="index_view")
    def mark(self) -> Response:
        return self.done(f"{len(selected_ids())} marked.", ".index_view")

    @action("/stop", again="index_view")
    def stop(self) -> Response:
        raise Forbidden

    @action("/burn", again="index_view", allow=ADMINS)
    def burn(self) -> Response:
        return self.done("Burnt.", ".index_view")


@pytest.fixture(scope="module", autouse=True)
def listed(application: Flask) -> Iterator[None]:
    """The list as one more view of the application, with a map of addresses that others never see."""
    [admin] = application.extensions["admin"]
    addresses, views, menu = application.url_map, admin._views.copy(), admin._menu.copy()
    known = [rule.empty() for rule in addresses.iter_rules()]
    application.url_map = Map(known, converters=addresses.converters)
    application._got_first_request = False
    admin.add_view(ThingsView())
    yield
    application.url_map = addresses
    admin._views[:], admin._menu[:] = views, menu
    del admin._menu_categories["Tests"]


def thing(name: str = "A thing", **fields: Any) -> ObjectId:
    return things.insert({"name": name, "kind": "small", "amount": 1, "owner": None, "madeAt": DAY, **fields})


def names(answer: TestResponse) -> list[str]:
    return [row[-5] for row in rows(soup(answer))]


def lines(browser: Browser, query: str = "") -> list[list[str]]:
    answer = browser.get(f"{LIST}export.csv{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_what_is_deleted_or_never_shown_stays_out_also_while_a_filter_is_active(world: World) -> None:
    thing("kept")
    thing("deleted", deletedAt=now())
    thing("never", kind="never")
    browser = staff(world)
    for query in ("", "?flt0_kind=small", "?search=deleted", "?flt0_madeAt_from=2026-01-01"):
        assert set(names(browser.get(LIST + query))) <= {"kept"}
        assert {line[0] for line in lines(browser, query)[1:]} <= {"kept"}
    assert names(browser.get(f"{LIST}?flt0_kind=small")) == ["kept"]


def test_dotted_columns_have_their_values(world: World) -> None:
    thing(owner=world.person(firstName="Meera").id)
    browser = staff(world)
    assert rows(browser.page(LIST))[0][4] == "Meera"
    assert lines(browser)[1][3] == "Meera"


def test_csv_has_values_and_units_instead_of_html(world: World) -> None:
    thing("A <b>bold</b> thing", amount=12345678)
    [titles, line] = lines(staff(world))
    assert titles == ["Name", "Kind", "Price (INR)", "Owner", "Made (UTC)"]
    assert line == ["A <b>bold</b> thing", "small", "123456.78", "", "2026-05-04T12:00:00Z"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\N{FULLWIDTH EQUALS SIGN}1", "\N{FULLWIDTH PLUS SIGN}1"]
)
def test_cells_that_a_spreadsheet_would_compute_are_made_harmless(world: World, text: str) -> None:
    thing(text)
    assert lines(staff(world))[1][0] == f"'{text}"
    assert harmless("plain = text") == "plain = text"


def test_csv_holds_everything_that_is_filtered_in_the_order_shown(world: World) -> None:
    for number in range(PAGE_SIZE + 5):
        thing(f"{number:03d}", kind="large" if number % 2 else "small")
    exported = [line[0] for line in lines(staff(world), "?flt0_kind=large&sort=0&desc=1")[1:]]
    assert exported == [f"{number:03d}" for number in range(PAGE_SIZE + 4, 0, -1) if number % 2]


@pytest.mark.parametrize("blank", ["\t", "\xa0", "\u3000", "\n", "\u2028", " \u200b "])
def test_every_blank_is_a_blank_to_the_search(world: World, blank: str) -> None:
    thing("a b")
    assert names(staff(world).get(f"{LIST}?search={quote(f'a{blank}b')}")) == ["a b"]


def test_texts_are_shown_as_text(world: World) -> None:
    thing("<script>alert(1)</script>")
    answer = staff(world).get(LIST)
    assert "<script>alert" not in answer.text
    assert names(answer) == ["<script>alert(1)</script>"]


def test_sorting_both_ways(world: World) -> None:
    for amount in (3, 1, 2):
        thing(str(amount), amount=amount)
    browser = staff(world)
    assert names(browser.get(f"{LIST}?sort=2")) == ["1", "2", "3"]
    assert names(browser.get(f"{LIST}?sort=2&desc=1")) == ["3", "2", "1"]
    head = browser.page(f"{LIST}?sort=2").select("th[aria-sort]")
    assert [(each["aria-sort"], " ".join(each.get_text().split())) for each in head] == [("ascending", "Price ↑")]


@pytest.mark.parametrize(
    "query",
    [
        "sort=99",
        "sort=x",
        "sort=-1",
        "sort=1",
        "page=-3",
        "page=x",
        "page=99999999999999999999",
        "page_size=0",
        "search=%00",
        "search=%ff",
    ],
)
def test_strange_addresses_are_ordinary_pages(world: World, query: str) -> None:
    thing()
    assert staff(world).get(f"{LIST}?{query}").status_code == 200


def test_paging(world: World) -> None:
    for number in range(PAGE_SIZE * 2 + 1):
        thing(f"{number:03d}")
    browser = staff(world)
    first = browser.page(f"{LIST}?sort=0")
    assert [link.get_text() for link in first.select(".pager a")] == ["Next", "Last"]
    last = soup(browser.get(str(first.select(".pager a")[1]["href"])))
    assert [row[1] for row in rows(last)] == [f"{PAGE_SIZE * 2:03d}"]
    assert "Page 3 of 3" in last.get_text()
    assert "101 to 101 of 101" in last.get_text()


@pytest.mark.parametrize("query", ["?sort=0", "?sort=0&desc=1&page=1", "?flt0_kind=large", "?page=3", "?search=007"])
def test_pages_far_from_the_first_show_what_they_would_if_they_were_near(
    world: World, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    owner = world.person(firstName="Meera").id
    for number in range(PAGE_SIZE * 2 + 1):
        thing(f"{number:03d}", kind="large" if number % 2 else "small", owner=owner)
    thing("deleted", deletedAt=now())
    browser = staff(world)
    near = browser.page(LIST + query)
    monkeypatch.setattr(lists, "NEAR_PAGES", 0)
    far = browser.page(LIST + query)
    assert rows(far) == rows(near)
    assert [each.get_text() for each in far.select("h1, .foot")] == [
        each.get_text() for each in near.select("h1, .foot")
    ]


def test_filters_narrow_together_and_are_shown(world: World) -> None:
    thing("early", madeAt=DAY - timedelta(days=1))
    thing("right")
    thing("large", kind="large")
    thing("late", madeAt=DAY + timedelta(days=1))
    browser = staff(world)
    query = "?flt0_kind=small&flt0_madeAt_from=2026-05-04&flt0_madeAt_until=2026-05-04"
    shown = browser.page(LIST + query)
    assert [row[1] for row in rows(shown)] == ["right"]
    assert [each["value"] for each in shown.select("option[selected]")] == ["small"]
    assert [each["value"] for each in shown.select("input[type=date]")] == ["2026-05-04"] * 2


def test_days_are_those_of_the_school(world: World) -> None:
    """Midnight in Kolkata is half past six in the evening before in UTC."""
    thing("evening before", madeAt=datetime(2026, 5, 3, 18, 29))
    thing("morning", madeAt=datetime(2026, 5, 3, 18, 31))
    thing("night", madeAt=datetime(2026, 5, 4, 18, 29))
    thing("day after", madeAt=datetime(2026, 5, 4, 18, 31))
    shown = rows(staff(world).page(f"{LIST}?flt0_madeAt_from=2026-05-04&flt0_madeAt_until=2026-05-04"))
    assert [(row[1], row[5]) for row in shown] == [("night", "04 May 2026, 23:59"), ("morning", "04 May 2026, 00:01")]


def test_a_page_that_is_not_there_leads_to_the_last(world: World) -> None:
    for _ in range(PAGE_SIZE + 1):
        thing()
    browser = staff(world)
    page = browser.page(f"{LIST}?page=7")
    assert "There is no page 8." in page.get_text()
    [link] = page.select(".empty a")
    assert len(rows(browser.page(str(link["href"])))) == 1


@pytest.mark.parametrize("fault", ["flt0_kind=enormous", "flt0_madeAt_from=yesterday", "flt0_madeAt_until=9999-12-31"])
def test_a_filter_that_cannot_be_read_is_told(world: World, fault: str) -> None:
    thing("shown all the same")
    browser = staff(world)
    assert browser.get(f"{LIST}export.csv?{fault}").status_code == 400, "half of what was asked is not what was asked"
    answer = browser.get(f"{LIST}?{fault}")
    assert (answer.status_code, len(notices(soup(answer))), names(answer)) == (400, 1, ["shown all the same"])


def test_an_empty_list_says_so(world: World) -> None:
    browser = staff(world)
    assert "There is nothing here yet." in browser.page(LIST).get_text()
    thing()
    assert "Nothing fits what you are looking for." in browser.page(f"{LIST}?search=other").get_text()


def test_documents_may_have_any_key(world: World) -> None:
    odd = thing("odd", prefix="p", formdata="f")
    browser = staff(world)
    assert names(browser.get(LIST)) == ["odd"]
    assert browser.get(f"{LIST}{odd}").status_code == 200
    browser.act(f"{LIST}{odd}", {"name": "renamed"})


def test_a_form_leaves_nothing_else_in_the_document(world: World) -> None:
    changed = thing("before")
    before = things.get({"_id": changed})
    staff(world).act(f"{LIST}{changed}", {"name": "after"})
    assert things.get({"_id": changed}) == {**(before or {}), "name": "after"}
    assert staff(world).post(f"{LIST}{changed}", {"name": "x", "kind": "large"}).status_code == 400


def test_ticked_rows_go_to_the_action(world: World) -> None:
    ticked = [thing(), thing()]
    thing()
    browser = staff(world)
    page = browser.act(f"{LIST}mark", {"id": [str(each) for each in ticked]})
    assert notices(page) == ["2 marked."]
    browser.post(f"{LIST}mark", {"id": [str(each) for each in ticked]})
    assert lines(browser), "another request in between takes nothing from the next page"
    assert notices(browser.page(LIST)) == ["2 marked."]
    assert notices(browser.page(LIST)) == []
    refused = soup(browser.post(f"{LIST}stop", {"id": str(ticked[0])}))
    assert [each["value"] for each in refused.select("input[checked]")] == [str(ticked[0])]
    answer = browser.post(f"{LIST}mark")
    assert (answer.status_code, notices(soup(answer))) == (400, ["Tick at least one row."])


def test_buttons_are_shown_to_those_who_may_press_them(world: World) -> None:
    thing()
    pages = [staff(world, role).page(LIST) for role in ("admin", "moderator")]
    assert [[each.text for each in page.select(".with-ticked button")] for page in pages] == [
        ["Mark", "Burn"],
        ["Mark"],
    ]
    assert staff(world, "moderator").post(f"{LIST}burn").status_code == 403


@pytest.mark.parametrize(
    ("paise", "shown"),
    [
        (0, "₹0.00"),
        (5, "₹0.05"),
        (49900, "₹499.00"),
        (12345600, "₹1,23,456.00"),
        (-10050, "\N{MINUS SIGN}₹100.50"),
        (10**11, "₹1,00,00,00,000.00"),
    ],
)
def test_rupees_are_grouped_as_in_india(paise: int, shown: str) -> None:
    assert rupees(paise) == shown
