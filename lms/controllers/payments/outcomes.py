"""What became of each line of an order: whoever paid for it attends the course, or has the money back, and why."""

from collections.abc import Mapping
from typing import Literal, TypedDict

from bson import ObjectId

from lms.models.learning.enrollments import Enrollment, enrollments
from lms.models.payments.disputes import disputes
from lms.models.payments.orders import PAID, Line, Order
from lms.models.payments.refunds import NOT_SET_ASIDE, Refund, named_lines, refunds

Became = Literal["enrolled", "returned", "ended"]

TAKEN_BACK = "Your bank took the payment back."
NOT_SENT = "The money could not be sent back yet."
NOT_ACCEPTED = "The payment was not accepted."


class Outcome(TypedDict):
    """Neither is said of an order that nobody has paid for; `why` only of what did not stay enrolled."""

    outcome: Became | None
    why: str | None


def of(order: Order) -> list[Outcome]:
    """What became of an order's lines, in their order."""
    return of_each([order])[order["_id"]]


def of_each(found: list[Order]) -> dict[ObjectId, list[Outcome]]:
    """What became of the lines of each of one buyer's orders, by the order's id."""
    where = {"order": {"$in": [order["_id"] for order in found]}, "cause": {"$nin": NOT_SET_ASIDE}}
    back = refunds.find(where, sort=[("createdAt", -1)])
    held, lost = _held(found), disputes.lost_of([order["_id"] for order in found])
    return {
        order["_id"]: [
            _of_line(
                order,
                line,
                [each for each in back if each["order"] == order["_id"]],
                held.get(line["course"]),
                order["_id"] in lost,
            )
            for line in order["lines"]
        ]
        for order in found
    }


def _held(found: list[Order]) -> Mapping[ObjectId, Enrollment]:
    courses = {line["course"] for order in found for line in order["lines"]}
    where = {"user": {"$in": [order["user"] for order in found]}, "course": {"$in": list(courses)}}
    return {each["course"]: each for each in enrollments.find(where)}


def _of_line(order: Order, line: Line, back: list[Refund], held: Enrollment | None, lost: bool) -> Outcome:
    """`back` are the order's refunds, the newest first, `held` is the buyer's enrolment, however it came."""
    if order["state"] not in PAID:
        return {"outcome": None, "why": None}
    attends = held is not None and held["status"] == "active"
    own = held is not None and held.get("order") == order["_id"]
    if attends and own:
        return {"outcome": "enrolled", "why": None}
    named = [each for each in back if line["course"] in named_lines(each)]
    returned = next((each for each in named if each["state"] != "failed"), None)
    if returned or order["state"] == "refunded":
        last = returned or next((each for each in back if each["state"] != "failed"), None)
        return {"outcome": "returned", "why": last["reason"] if last else TAKEN_BACK if lost else NOT_ACCEPTED}
    if attends:
        return {"outcome": "enrolled", "why": None}
    if lost:
        return {"outcome": "ended", "why": TAKEN_BACK}
    if named:
        return {"outcome": "ended", "why": f"{named[0]['reason']} {NOT_SENT}"}
    return {"outcome": "ended", "why": held.get("endedReason") if held and own else None}


def said(order: Order, became: list[Outcome]) -> str:
    """In one sentence or a few, what the buyer of a paid order has now."""
    others = [(line, each) for line, each in zip(order["lines"], became, strict=True) if each["outcome"] != "enrolled"]
    if not others:
        return "You are enrolled."
    if order["state"] == "refunded":
        return "The money has gone back."
    begin = "This order opened no course." if len(others) == len(became) else "You are enrolled, though not in all."
    return " ".join([begin, *(_said_of(line, each) for line, each in others)])


def _said_of(line: Line, became: Outcome) -> str:
    money = "Its money goes back to you." if became["outcome"] == "returned" and line["amount"] else ""
    return " ".join(word for word in (f"“{line['title']}”:", became["why"] or "It has ended.", money) if word)
