"""The money of two accounts of one person: all of it is the one's afterwards, and the books are the same."""

from collections import Counter
from typing import Any

import pytest

from lms.controllers.accounts import merging
from lms.models.actors import acting_as
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import coupon_uses, coupons
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import PAID, orders
from lms.models.payments.refunds import refunds
from tests.buying import given_back, net
from tests.buying import kept as stored_order
from tests.merging import ADMINISTRATOR, left_behind, looked_at, merge, wrong_counters
from tests.world import MadeCourse, Person, World, at_once

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def two(world: World) -> tuple[Person, Person]:
    return world.person(firstName="Asha"), world.person(firstName="Aasha")


def faults() -> list[str]:
    """What is wrong in the books: every row is its order's buyer's, every line attended or on its way back."""
    of = {each["_id"]: each for each in orders.find({})}
    rows = [*ledger.find({}), *invoices.find({})]
    wrong = [f"{row['_id']} is {row['user']}'s" for row in rows if row["user"] != of[row["order"]]["user"]]
    held = {(each["user"], each["course"]) for each in enrollments.find({"status": "active"})}
    for order in of.values():
        back = sum(each["amount"] for each in refunds.find({"order": order["_id"], "state": {"$ne": "failed"}}))
        invoiced = invoices.count({"order": order["_id"], "kind": "invoice"})
        wrong += [f"{order['_id']} has {invoiced} invoices"] if invoiced != (order["state"] in PAID) else []
        wrong += [f"{order['_id']}: {order['refunded']} set aside, {back} asked"] if back != order["refunded"] else []
        lost = [each["title"] for each in order["lines"] if (order["user"], each["course"]) not in held]
        wrong += [f"{lost} of {order['_id']}"] if order["state"] == "paid" and not back and lost else []
    for coupon in coupons.find({}):
        uses = Counter(
            str(each["user"]) for each in of.values() if each["coupon"] == coupon["_id"] and each["couponHeld"]
        )
        counted = {each["_id"].partition(":")[2]: each["used"] for each in coupon_uses.find({"used": {"$gt": 0}})}
        wrong += [f"{counted} uses, {uses} held"] if (counted, coupon["used"]) != (dict(uses), uses.total()) else []
    return wrong


def frozen(rows: list[Any]) -> list[Any]:
    """All of them but for whose they are."""
    return sorted(({**row, "user": None} for row in rows), key=lambda row: str(row["_id"]))


def test_orders_follow_with_all_that_belongs_to_them(
    world: World, two: tuple[Person, Person], teacher: Person, course: MadeCourse, admin: Person
) -> None:
    kept, merged = two
    others = [world.course(teacher, amount=10000 * number) for number in (1, 2, 3)]
    world.coupon("TEN", percent=10, most_uses_per_user=1)
    world.buy(kept, course, coupon="TEN", key="same")
    world.buy(merged, course, others[0], coupon="TEN", key="same")
    back = world.buy(merged, others[1])
    world.refund(admin, back)
    unpaid, held = world.order(merged, others[2]).json["data"]["orderId"], world.order(merged, course)
    assert held.status_code == 409
    documents = frozen([*ledger.find({}), *invoices.find({})])
    row = next(each for each in looked_at(kept, merged).rows if each.label == "Enrolments")
    assert [each.decision for each in row.collisions] == [
        "Both were bought. One stays; the order of the other can be refunded, and its course stays open."
    ]
    merge(kept, merged)
    assert frozen([*ledger.find({}), *invoices.find({})]) == documents
    assert (left_behind(merged), faults(), wrong_counters()) == ([], [], [])
    assert coupon_uses.get({"_id": f"TEN:{kept.id}"})["used"] == 2  # type: ignore[index]
    world.run_jobs()
    assert (stored_order(back.id)["state"], given_back(back.payment_id)) == ("refunded", 20000)
    assert world.verify(kept, world.pay(unpaid)).status_code == 200
    assert enrollments.attends(kept.id, others[2].id)
    assert (left_behind(merged), faults(), wrong_counters()) == ([], [], [])
    history = world.get("/payments/orders", by=kept).json["data"]
    assert len(history) == 4
    pdf = world.get(f"/payments/invoices/{history[-1]['invoices'][0]['id']}", by=kept)
    assert pdf.mimetype == "application/pdf"


@pytest.mark.parametrize("first", [0, 1])
def test_what_was_paid_twice_stays_open_until_both_went_back(
    world: World, two: tuple[Person, Person], course: MadeCourse, admin: Person, first: int
) -> None:
    kept, merged = two
    bought = [world.buy(each, course) for each in two]
    merge(kept, merged)
    assert net() == 2 * 49900
    world.refund(admin, bought[first])
    world.run_jobs()
    held = enrollments.get({"user": kept.id, "course": course.id})
    assert held is not None
    assert (held["status"], held["order"], held["amountPaid"]) == ("active", bought[1 - first].id, 49900)
    assert wrong_counters() == []
    world.refund(admin, bought[1 - first])
    world.run_jobs()
    assert (enrollments.attends(kept.id, course.id), net(), wrong_counters()) == (False, 0, [])


def test_a_payment_that_was_under_way_opens_the_course_for_who_is_left(
    world: World, two: tuple[Person, Person], course: MadeCourse
) -> None:
    kept, merged = two
    paid = [world.paid(each, course) for each in two]
    merge(kept, merged)
    for each in paid:
        assert world.verify(kept, each.proof).status_code == 200
    world.run_jobs()
    assert enrollments.attends(kept.id, course.id)
    assert (net(), given_back(paid[1].payment_id)) == (49900, 49900)
    assert (faults(), wrong_counters()) == ([], [])


def test_a_payment_at_the_same_moment_opens_the_course_for_who_is_left(
    world: World, two: tuple[Person, Person], teacher: Person
) -> None:
    (kept, merged), bought = two, [world.course(teacher, amount=10000) for _ in range(4)]
    paid = [world.paid(merged, course) for course in bought]
    verified = [(lambda proof=each.proof: world.verify(merged, proof).status_code) for each in paid]
    codes = at_once([*verified, lambda: merge(kept, merged)])[:-1]
    assert set(codes) <= {200, 401, 404}, "paid before it, signed out by it, or no longer theirs"
    with acting_as(ADMINISTRATOR):
        merging.follow_late()
    for each in paid:
        assert world.verify(kept, each.proof).status_code == 200
    assert all(enrollments.attends(kept.id, course.id) for course in bought)
    assert (left_behind(merged), faults(), wrong_counters(), net()) == ([], [], [], 40000)
