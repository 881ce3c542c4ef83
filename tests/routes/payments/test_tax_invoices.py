"""What is on the invoices of a school that is registered for GST."""

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

import pytest

from lms.controllers.payments import held_orders
from lms.controllers.payments.invoices import described
from lms.models.payments.invoices import Invoice, invoices
from lms.models.payments.orders import orders
from lms.sandbox.razorpay_store import stored
from lms.services.payments.tax_split import Tax, tax_of
from tests.routes.payments.test_invoices import text_of
from tests.world import MadeCourse, Person, World

FIRM = {"gstin": "27AAPFU0939F1ZV", "name": "Rao & Daughters LLP", "address": "14 Fort Road\nMumbai 400001"}
Settings = Callable[..., None]


SELLER = {
    "gstin": "29AAGCB7383J1Z4",
    "seller_name": "Brightwater School",
    "seller_address": "12 Residency Road | Bengaluru",
}


@pytest.fixture(autouse=True)
def registered(gateway: str, settings: Settings) -> None:
    settings(**SELLER)


def issued(kind: str = "invoice") -> list[Invoice]:
    return invoices.find({"kind": kind}, sort=[("number", 1)])


def tax(invoice: Invoice) -> Tax:
    return reduce(add, (Tax(**line["tax"]) for line in invoice["facts"]["lines"]))


def read(world: World, by: Person, place: int = 0) -> str:
    found = world.get("/payments/orders", by=by).json["data"][0]["invoices"][place]
    return text_of(world.get(f"/payments/invoices/{found['id']}", by=by).data)


def test_a_firm_elsewhere_is_named_and_pays_integrated_tax(world: World, learner: Person, course: MadeCourse) -> None:
    world.buy(learner, course, billing=FIRM)
    text = read(world, learner)
    for fact in (
        *("Brightwater School", "GSTIN 29AAGCB7383J1Z4", "Karnataka (29)"),
        *("Billed to Rao & Daughters LLP", "Mumbai 400001", "GSTIN 27AAPFU0939F1ZV"),
        *("Place of supply Maharashtra (27)", "SAC 999293", "Taxable value ₹422.88 IGST 18% ₹76.12 Total ₹499.00"),
    ):
        assert fact in text


@pytest.mark.parametrize("said", [None, {"state": "29"}, {"name": "Asha"}])
def test_who_is_here_or_says_nothing_pays_halves(
    world: World, learner: Person, course: MadeCourse, said: dict[str, str] | None
) -> None:
    world.buy(learner, course, billing=said)
    text = read(world, learner)
    assert "Place of supply Karnataka (29)" in text
    assert "CGST 9% ₹38.06 SGST 9% ₹38.06 Total ₹499.00" in text


@pytest.mark.parametrize(
    ("changed", "said", "shown"),
    [
        ({}, {"state": "96", "name": "Ann Lee"}, ("GST 18% ₹76.12", "Outside India")),
        ({"gstin": ""}, FIRM, ("Rao & Daughters LLP", "GSTIN 27AAPFU0939F1ZV")),
        ({"gst_rate": Decimal(0)}, FIRM, ("Rao & Daughters LLP", "Maharashtra (27)")),
    ],
    ids=["abroad", "not registered", "no rate"],
)
def test_where_no_indian_tax_is_told_apart_it_is_as_it_was(
    world: World,
    learner: Person,
    course: MadeCourse,
    settings: Settings,
    changed: dict[str, Any],
    said: dict[str, str],
    shown: tuple[str, ...],
) -> None:
    settings(**SELLER | changed)
    world.buy(learner, course, billing=said)
    text = read(world, learner)
    for word in ("CGST", "IGST", "Place of supply", "SAC"):
        assert word not in text
    for fact in (*shown, "Quantity", "Total ₹499.00"):
        assert fact in text


def test_lines_come_to_the_total_whatever_the_coupon_left(world: World, learner: Person, teacher: Person) -> None:
    bought = [world.course(teacher, title=f"Course {price}", amount=price) for price in (49_950, 33_333, 10_001, 777)]
    world.coupon("THIRD", percent=33)
    purchase = world.buy(learner, *bought, coupon="THIRD", billing={"state": "07"})
    (invoice,) = issued()
    found = tax(invoice)
    assert (found.taxable, found.igst) == tax_of(invoice["amount"], described(invoice).gst_rate)
    assert found.amount == invoice["amount"] < 94_061
    paid = [line["amount"] for line in world.get("/payments/orders", by=learner).json["data"][0]["courses"]]
    assert [Tax(**line["tax"]).amount for line in invoice["facts"]["lines"]] == paid
    assert "less" in read(world, learner)
    assert purchase.order_id in read(world, learner)


def test_credit_notes_carry_the_split_and_the_parties_of_their_invoice(
    world: World, learner: Person, teacher: Person, settings: Settings
) -> None:
    bought = [world.course(teacher, title=f"Course {price}", amount=price) for price in (49_951, 33_333)]
    purchase = world.buy(learner, *bought, billing=FIRM)
    orders.update({"_id": purchase.id}, {"$unset": {"billing": ""}})
    settings(gst_rate=Decimal(5), gstin="27AAPFU0939F1ZV", sac="9992")
    admin = world.person("admin")
    for amount in (101, 3_333, 7_777, 1_011, None):
        assert world.refund(admin, purchase, amount).status_code < 300
        world.run_jobs()
    (invoice,), notes = issued(), issued("credit_note")
    assert len(notes) == 5
    assert reduce(add, map(tax, notes)) == tax(invoice)
    assert [tax(note).amount for note in notes] == [note["amount"] for note in notes]
    for course in bought:
        lines = [line for each in notes for line in each["facts"]["lines"] if line["course"] == course.id]
        (line,) = [each for each in invoice["facts"]["lines"] if each["course"] == course.id]
        assert reduce(add, (Tax(**each["tax"]) for each in lines)) == Tax(**line["tax"])
    text = read(world, learner, 1)
    for fact in ("Credited to Rao & Daughters LLP", "IGST 18%", "SAC 999293", "Place of supply Maharashtra (27)"):
        assert fact in text
    assert f"For invoice {invoice['number']} of " in text


def test_invoices_of_before_are_drawn_and_credited_as_they_were(
    world: World, learner: Person, course: MadeCourse
) -> None:
    purchase = world.buy(learner, course)
    (invoice,) = issued()
    facts = {name: each for name, each in invoice["facts"].items() if name != "supply"}
    facts["lines"] = [{"description": "Knots", "amount": 49_900}]
    facts["buyer"] = {"name": "Asha", "email": "asha@example.com"}
    invoices.update({"_id": invoice["_id"]}, {"$set": {"facts": facts}})
    assert "Taxable value ₹422.88 GST 18% ₹76.12 Total ₹499.00" in read(world, learner)
    for amount in (12_345, None):
        world.refund(world.person("admin"), purchase, amount)
        world.run_jobs()
    notes = [described(note) for note in issued("credit_note")]
    assert [sum(each) for each in zip(*(note.tax for note in notes), strict=True)] == [42_288, 7_612]
    assert "GST 18%" in read(world, learner, 1)


def test_a_payment_of_another_amount_that_staff_accept_is_taxed_as_it_came(
    world: World, learner: Person, teacher: Person
) -> None:
    bought = [world.course(teacher, amount=amount) for amount in (49_900, 33_300)]
    purchase = world.paid(learner, *bought, billing=FIRM)
    stored("Payments").update_one({"_id": purchase.payment_id}, {"$set": {"amount": 83_199}})
    world.verify(learner, purchase.proof)
    held_orders.accept(purchase.id, purchase.payment_id)
    (invoice,) = issued()
    assert (invoice["amount"], tax(invoice).amount) == (83_199, 83_199)
    assert "Total ₹831.99" in read(world, learner)
