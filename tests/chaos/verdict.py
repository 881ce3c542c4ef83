"""What is wrong in the end, if anything: the platform's books against what really happened at the gateway."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.stage import Stage
from tests.chaos.waiting import about_money

PAID = ("paid", "partly_refunded", "refunded")
BESIDE = ("duplicate_payment", "overpaid", "not_accepted")


@dataclass
class Verdict:
    """Sentences about what is lost, what is there twice, and what is wrong in another way."""

    paid: int = 0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join([*self.lost, *self.double, *self.wrong]) or "nothing is wrong"

    @property
    def clean(self) -> bool:
        return not (self.lost or self.double or self.wrong)


class Books:
    """Everything the platform and the gateway have written down."""

    def __init__(self, stage: Stage) -> None:
        db, gateway = stage.db, stage.gateway_db
        self.orders = {row["_id"]: row for row in db.orders.find()}
        self.ledger = list(db.ledger.find())
        self.enrollments = list(db.enrollments.find())
        self.invoices = list(db.invoices.find({}, {"pdf": 0}))
        self.refunds = list(db.refunds.find())
        self.courses = list(db.courses.find())
        self.coupons = list(db.coupons.find())
        self.coupon_uses = list(db.couponUses.find())
        self.counters = {row["_id"]: row["last"] for row in db.counters.find()}
        pending = {"state": "pending", "job": {"$in": about_money()}}
        self.left = list(db.outbox.find({"$or": [pending, {"state": "failed"}]}))
        self.unhandled = db.paymentEvents.count_documents({"handledAt": None})
        self.people = {row["_id"]: row["email"] for row in db.users.find()}
        self.mails = Counter((mail.to, mail.subject.split()[1]) for mail in stage.inbox.messages)
        self.payments = list(gateway.sandboxRazorpayPayments.find({"captured": True}))
        self.repaid = list(gateway.sandboxRazorpayRefunds.find())

    def order_of(self, gateway_order: str) -> dict[str, Any] | None:
        return next((row for row in self.orders.values() if row.get("razorpayOrderId") == gateway_order), None)


def verdict(stage: Stage) -> Verdict:
    books, found = Books(stage), Verdict()
    found.paid = len({payment["order_id"] for payment in books.payments})
    _payments(books, found)
    _orders(books, found)
    _refunds(books, found)
    _numbers(books, found)
    _counts(books, found)
    _mails(books, found)
    found.wrong += [f"outbox: {row['job']}{row['args']} is {row['state']}: {row['reason']}" for row in books.left]
    if books.unhandled:
        found.wrong.append(f"{books.unhandled} events are not handled")
    return found


def _payments(books: Books, found: Verdict) -> None:
    """Every payment that was captured is booked once, and its order is paid and attended."""
    booked = _times(row["payment"] for row in books.ledger if row["kind"] == "capture")
    held = {(row["user"], row["course"]) for row in books.enrollments if row["status"] == "active"}
    for payment in books.payments:
        name, order = payment["_id"], books.order_of(payment["order_id"])
        if order is None or order["state"] not in PAID:
            found.lost.append(f"{name} was captured, and its order is {order and order['state']}")
            continue
        if booked[name] != 1:
            (found.double if booked[name] else found.lost).append(f"{name} is in the ledger {booked[name]} times")
        for line in order["lines"]:
            if order["state"] != "refunded" and (order["user"], line["course"]) not in held:
                found.lost.append(f"{name} was captured, and nobody is enrolled in {line['course']}")
    for name in booked.keys() - {payment["_id"] for payment in books.payments}:
        found.wrong.append(f"{name} is in the ledger and was never captured")


def _orders(books: Books, found: Verdict) -> None:
    """A paid order has one invoice, an unpaid one has nothing."""
    invoiced = _times(row["order"] for row in books.invoices if row["kind"] == "invoice")
    captured = {payment["order_id"] for payment in books.payments}
    enrolled = _times((row["user"], row["course"]) for row in books.enrollments)
    found.double += [f"{pair} is enrolled {times} times" for pair, times in enrolled.items() if times > 1]
    for order in books.orders.values():
        name, paid = order["_id"], order["state"] in PAID
        if paid and order.get("razorpayOrderId") not in captured and order["amount"]:
            found.wrong.append(f"order {name} is {order['state']}, and nobody paid")
        if invoiced[name] != paid:
            many = invoiced[name] > 1
            (found.double if many else found.wrong).append(f"order {name} has {invoiced[name]} invoices")
    for row in books.enrollments:
        if row["source"] == "purchase" and books.orders[row["order"]]["state"] not in PAID:
            found.wrong.append(f"enrolment {row['_id']} is of an unpaid order")


def _refunds(books: Books, found: Verdict) -> None:
    """What went back at the gateway went back in the books, once, and never more than was captured."""
    captured = {payment["_id"]: payment["amount"] for payment in books.payments}
    back: Counter[str] = Counter()
    for row in books.repaid:
        back[row["payment_id"]] += row["amount"] if row["status"] != "failed" else 0
    found.wrong += [
        f"{name}: {sum_} of {captured[name]} went back" for name, sum_ in back.items() if sum_ > captured[name]
    ]
    keys = _times(row["receipt"] for row in books.repaid)
    found.double += [f"refund {key} was made {times} times" for key, times in keys.items() if times > 1]
    booked = _times(row["_id"].removesuffix(":refund") for row in books.ledger if row["kind"] == "refund")
    notes = _times(row["refund"] for row in books.invoices if row["kind"] == "credit_note")
    for row in books.refunds:
        done = row["state"] == "processed"
        if row["state"] == "pending":
            found.lost.append(f"refund {row['_id']} is still pending")
        if booked[row.get("razorpayRefundId")] != done:
            found.wrong.append(
                f"refund {row['_id']} is {row['state']}, booked {booked[row.get('razorpayRefundId')]} times"
            )
        if notes[row["_id"]] != (done and row["cause"] not in BESIDE):
            found.wrong.append(f"refund {row['_id']} has {notes[row['_id']]} credit notes")
    standing = [row for row in books.refunds if row["cause"] not in BESIDE and row["state"] != "failed"]
    for order in books.orders.values():
        own = [row["amount"] for row in standing if row["order"] == order["_id"]]
        if order["refunded"] > order["amount"] or (order["refunded"] != sum(own) and order["state"] in PAID):
            found.wrong.append(
                f"order {order['_id']}: {order['refunded']} set aside, {sum(own)} of {order['amount']} asked"
            )
    net = sum(captured.values()) - sum(back.values())
    if not books.left and sum(row["amount"] for row in books.ledger) != net:
        found.wrong.append(f"the ledger has {sum(row['amount'] for row in books.ledger)}, the gateway {net}")


def _numbers(books: Books, found: Verdict) -> None:
    """The numbers of a series have no gap, and none is there twice."""
    series: dict[str, list[int]] = {name: [] for name in books.counters}
    for row in books.invoices:
        name, _, number = row["number"].rpartition("/")
        series.setdefault(name, []).append(int(number))
    for name, numbers in series.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)) or books.counters.get(name) != len(numbers):
            found.wrong.append(f"{name} has a gap: {books.counters.get(name)} numbers, {sorted(numbers)}")


def _counts(books: Books, found: Verdict) -> None:
    students = _times(row["course"] for row in books.enrollments if row["status"] == "active")
    for course in books.courses:
        if course["studentsCount"] != students[course["_id"]]:
            found.wrong.append(f"{course['title']} counts {course['studentsCount']}, has {students[course['_id']]}")
    for coupon in books.coupons:
        used = sum(row["coupon"] == coupon["_id"] and row["couponHeld"] for row in books.orders.values())
        own = sum(row["used"] for row in books.coupon_uses if row["_id"].startswith(f"{coupon['_id']}:"))
        if not used == own == coupon["used"]:
            found.wrong.append(f"{coupon['_id']} was used {used} times, counts {coupon['used']}, and {own} by learner")


def _mails(books: Books, found: Verdict) -> None:
    """One mail with each invoice and one with each credit note."""
    words = {"invoice": "receipt", "credit_note": "refund"}
    wanted = _times((books.people[row["user"]], words[row["kind"]]) for row in books.invoices)
    for to, word in wanted.keys() | books.mails.keys():
        got, want = books.mails[to, word], wanted[to, word]
        if got != want:
            (found.double if got > want else found.lost).append(f"{to} got {got} {word} mails instead of {want}")


def _times(values: Iterable[Any]) -> Counter[Any]:
    return Counter(values)
