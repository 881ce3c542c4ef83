"""Invoices with their tax, as staff look for them and take them out for a return."""

import csv
import io
from collections.abc import Callable

import pytest

from lms.models.payments.invoices import invoices
from tests.buying import Purchase
from tests.staff import Browser, rows, staff
from tests.world import MadeCourse, Person, World

GSTIN, FIRM = "27AAPFU0939F1ZV", "Rao & Daughters LLP"


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(email="asha@example.com", firstName="Asha")


@pytest.fixture
def sold(
    gateway: str, settings: Callable[..., None], world: World, learner: Person, teacher: Person
) -> tuple[Purchase, Purchase]:
    """To a firm elsewhere, of which a part went back, and to somebody who said nothing."""
    settings(gstin="29AAGCB7383J1Z4")
    course: MadeCourse = world.course(teacher, amount=49900)
    firm = world.buy(learner, course, billing={"gstin": GSTIN, "name": FIRM})
    world.refund(world.person("admin"), firm, 9900)
    world.run_jobs()
    return firm, world.buy(world.person(), course)


def lines(browser: Browser, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.get(path).text.removeprefix("\ufeff"))))


def test_are_listed_with_their_tax(world: World, sold: tuple[Purchase, Purchase]) -> None:
    support = staff(world, "support")
    other, note, first = rows(support.page("/admin/invoices/"))
    assert first[2:12] == [
        *("invoice", FIRM, GSTIN, "Maharashtra (27)", "999293"),
        *("₹422.88", "₹0.00", "₹0.00", "₹76.12", "₹499.00"),
    ]
    assert note[2:6] + note[7:] == [
        *("credit note", FIRM, GSTIN, "Maharashtra (27)", "₹83.90", "₹0.00", "₹0.00", "₹15.10", "₹99.00"),
        first[0],
    ]
    assert other[4:12] == ["–", "Karnataka (29)", "999293", "₹422.88", "₹38.06", "₹38.06", "₹0.00", "₹499.00"]
    assert len(rows(support.page("/admin/invoices/?flt0_kind=credit_note"))) == 1
    assert [row[0] for row in rows(support.page(f"/admin/invoices/?search={note[0]}"))] == [note[0], first[0]]


def test_are_taken_out_as_csv(world: World, sold: tuple[Purchase, Purchase]) -> None:
    titles, first = lines(staff(world, "support"), "/admin/invoices/export.csv?flt0_kind=invoice&sort=1")[:2]
    found = dict(zip(titles, first, strict=True))
    assert (found["GSTIN"], found["Place of supply"], found["IGST (INR)"]) == (GSTIN, "Maharashtra (27)", "76.12")


def test_of_before_show_no_tax(world: World, sold: tuple[Purchase, Purchase]) -> None:
    invoices.raw.update_many({}, {"$unset": {"facts.supply": ""}})
    for row in rows(staff(world, "support").page("/admin/invoices/")):
        assert row[5:11] == ["–"] * 6


def test_say_on_their_order_where_it_was_supplied(world: World, sold: tuple[Purchase, Purchase]) -> None:
    support, (firm, other) = staff(world, "support"), sold
    for purchase, gstin, place in ((firm, GSTIN, "Maharashtra (27)"), (other, "", "Karnataka (29)")):
        assert f"place of supply {place}" in support.page(f"/admin/orders/{purchase.id}").get_text()
        (row,) = rows(support.page(f"/admin/orders/?search={purchase.id}"))
        assert row[7:9] == [gstin or "–", place]
        titles, line = lines(support, f"/admin/orders/export.csv?search={purchase.id}")
        found = dict(zip(titles, line, strict=True))
        assert (found["GSTIN"], found["Place of supply"]) == (gstin, place)
