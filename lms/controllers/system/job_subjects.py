"""Whom and what jobs are about: from the ids in their messages to names that people know; never a code."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from lms.models.accounts.otps import otps
from lms.models.accounts.users import users
from lms.models.base import Collection
from lms.models.catalogue.courses import courses
from lms.models.payments.invoices import invoices
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import OutboxRow


@dataclass(frozen=True)
class About:
    """A document by its collection and id, and what people call it."""

    collection: str
    id: ObjectId
    label: str


def _order(order: Any) -> About:
    return About("orders", order["_id"], f"order {order.get('razorpayOrderId') or order['_id']}")


def _part_of_order(part: Any) -> About:
    return About("orders", part["order"], f"order {part['order']}")


def _user(user: Any) -> About:
    return About("users", user["_id"], user.get("email", "a former member"))


def _course(course: Any) -> About:
    return About("courses", course["_id"], course["title"])


def _code(otp: Any) -> About:
    return About("otps", otp["_id"], f"{otp['email']} ({otp['purpose']})")


def _decision(row: Any) -> About:
    return About(row["collection"], ObjectId(row["subject"]), row["label"])


Named = tuple[Collection[Any], Callable[[Any], About]]

FIRST_ARGUMENT: dict[str, Named] = {
    "lms.jobs.payments.invoices.draw": (invoices, _part_of_order),
    "lms.jobs.moderation.courses.tell_approved": (courses, _course),
    "lms.jobs.moderation.courses.tell_rejected": (courses, _course),
    "lms.jobs.moderation.courses.tell_sent_back": (courses, _course),
    "lms.jobs.moderation.courses.tell_warned": (audit_log, _decision),
    "lms.jobs.accounts.otps.deliver": (otps, _code),
    "lms.jobs.payments.receipts.mail": (orders, _order),
    "lms.jobs.payments.receipts.mail_declined": (orders, _order),
    "lms.jobs.payments.receipts.mail_refund": (refunds, _part_of_order),
    "lms.jobs.payments.refunds.send": (refunds, _part_of_order),
    "lms.jobs.accounts.users.password_changed": (users, _user),
    "lms.jobs.accounts.users.tell_approved": (audit_log, _decision),
    "lms.jobs.accounts.users.tell_declined": (audit_log, _decision),
    "lms.jobs.accounts.users.tell_restored": (audit_log, _decision),
    "lms.jobs.accounts.users.tell_suspended": (audit_log, _decision),
    "lms.jobs.accounts.users.welcome": (users, _user),
}
"""What a job's first argument is the id of."""


def subjects_of(rows: Iterable[OutboxRow]) -> dict[ObjectId, About]:
    """What the rows are about, by their ids, where that is known; asked for with one query a collection."""
    asked: defaultdict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        if row["job"] in FIRST_ARGUMENT and row["args"]:
            asked[FIRST_ARGUMENT[row["job"]][0].name].append(row)
    return {row_id: about for group in asked.values() for row_id, about in _of_collection(group)}


def _of_collection(rows: list[OutboxRow]) -> Iterable[tuple[ObjectId, About]]:
    collection = FIRST_ARGUMENT[rows[0]["job"]][0]
    ids = [ObjectId(row["args"][0]) for row in rows]
    found = {each["_id"]: each for each in collection.raw.find({"_id": {"$in": ids}}, {"pdf": 0, "facts": 0})}
    for row, id in zip(rows, ids, strict=True):
        if id in found:
            yield row["_id"], FIRST_ARGUMENT[row["job"]][1](found[id])
