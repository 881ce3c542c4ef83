"""Whom an invoice is made out to, as buyers say it when they order."""

from typing import Any

import pytest

from lms.controllers.accounts import erasure
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.payments.orders import orders
from tests.world import MadeCourse, Person, World, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")

BILLING = "/payments/billing"
FIRM = {
    "gstin": "27AAPFU0939F1ZV",
    "name": "Rao & Daughters LLP",
    "address": "14 Fort Road\nMumbai 400001",
    "state": "27",
}
NOTHING = dict.fromkeys(("gstin", "name", "address", "state"))


def kept(order: Any) -> Any:
    (found,) = orders.find({"razorpayOrderId": order.json["data"]["orderId"]})
    return found.get("billing")


def test_is_kept_with_the_order_and_shown_in_the_history(world: World, learner: Person, course: MadeCourse) -> None:
    world.buy(learner, course, billing=FIRM)
    (bought,) = world.get("/payments/orders", by=learner).json["data"]
    assert bought["billing"] == FIRM


@pytest.mark.parametrize("said", [None, {}, {"gstin": "", "name": " ", "address": "", "state": ""}])
def test_is_nothing_where_nothing_is_said(world: World, learner: Person, course: MadeCourse, said: Any) -> None:
    body = {"courses": [str(course.id)], "billing": said}
    answer = world.post("/payments/capturePayment", body, by=learner)
    assert (answer.status_code, kept(answer)) == (201, None)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ({"gstin": " 27aapfu0939f1zv"}, {"gstin": "27AAPFU0939F1ZV", "state": "27"}),
        ({"state": "tamil nadu"}, {"state": "33"}),
        ({"state": "96", "name": "Ann Lee"}, {"state": "96", "name": "Ann Lee"}),
        ({"address": "1 Hill Road\r\nPune"}, {"address": "1 Hill Road\nPune"}),
    ],
)
def test_is_understood_as_people_type_it(
    world: World, learner: Person, course: MadeCourse, said: dict[str, str], becomes: dict[str, str]
) -> None:
    assert kept(world.order(learner, course, billing=said)) == {**NOTHING, **becomes}


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"gstin": "27AAPFU0939F1ZO"}, "gstin", "This GSTIN is mistyped: its last character does not fit the others."),
        ({"gstin": "28AAPFU0939F1ZV"}, "gstin", "A GSTIN begins with the code of a state; 28 is none."),
        ({"gstin": "none"}, "gstin", "A GSTIN has 15 characters, such as 29AAGCB7383J1Z4."),
        ({**FIRM, "state": "29"}, "state", "The GSTIN is of Maharashtra (27), not of Karnataka (29)."),
        ({**FIRM, "state": "96"}, "state", "The GSTIN is of Maharashtra (27), not of Outside India."),
        ({"address": "\n".join("1234567")}, "address", "An address has at most 6 lines."),
    ],
)
def test_is_refused_with_what_is_wrong(
    world: World, learner: Person, course: MadeCourse, said: dict[str, str], field: str, sentence: str
) -> None:
    answer = world.order(learner, course, billing=said)
    assert refused(answer) == (400, "validation_failed")
    assert answer.json["errors"] == {f"billing.{field}": sentence}
    assert orders.count({}) == 0


def test_has_bounds(world: World, learner: Person, course: MadeCourse) -> None:
    said = {"name": "n" * 121, "address": "a" * 301, "state": "Bombay", "vat": "1"}
    answer = world.order(learner, course, billing=said)
    assert faults(answer) == {"billing.name", "billing.address", "billing.state", "billing.vat"}


def test_is_part_of_what_a_key_was_used_for(world: World, learner: Person, course: MadeCourse) -> None:
    first, again = (world.order(learner, course, key="k", billing=FIRM) for _ in range(2))
    assert (again.status_code, again.json["data"]) == (201, first.json["data"])
    for other in ({**FIRM, "name": "Another"}, None):
        assert refused(world.order(learner, course, key="k", billing=other)) == (409, "idempotency_conflict")


def test_is_there_for_the_form_of_the_next_order(world: World, learner: Person, course: MadeCourse) -> None:
    assert world.get(BILLING, by=learner).json["data"] == NOTHING
    world.order(learner, course, billing={"state": "29"})
    world.order(learner, course, billing=FIRM)
    world.order(learner, course)
    assert world.get(BILLING, by=learner).json["data"] == FIRM
    assert world.get(BILLING, by=world.person()).json["data"] == NOTHING
    assert refused(world.get(BILLING)) == (401, "not_signed_in")


def test_leaves_the_orders_of_who_is_erased(world: World, learner: Person, course: MadeCourse) -> None:
    """The invoice keeps it, as long as the law has it kept."""
    world.order(learner, course, billing=FIRM)
    users.raw.update_one({"_id": learner.id}, {"$set": {"deletedAt": now().replace(year=2020)}})
    erasure.erase_deleted()
    (order,) = orders.find({})
    assert "billing" not in order
