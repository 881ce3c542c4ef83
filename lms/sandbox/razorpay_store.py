"""The stand-in's orders, payments and refunds: every change of state is one transaction, however many come at once."""

from typing import Any

from pymongo import IndexModel, ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from lms.extensions import mongo
from lms.models.transactions import transactional
from lms.sandbox.razorpay_entities import (
    Document,
    Refused,
    Unknown,
    captured,
    new_dispute,
    new_order,
    new_payment,
    new_refund,
    refunded,
)

INDEXES = {
    "Orders": [
        IndexModel("receipt"),
        IndexModel("private.receipt", unique=True, partialFilterExpression={"private.receipt": {"$type": "string"}}),
    ],
    "Payments": [IndexModel("order_id")],
    "Refunds": [
        IndexModel("payment_id"),
        IndexModel("private.key", unique=True, partialFilterExpression={"private.key": {"$type": "string"}}),
    ],
    "Webhooks": [IndexModel("recorded")],
}

OTHER_REQUEST = "Different request with the same idempotency key has already been processed."

_ready_in: Any = None


def prepare() -> None:
    """Make the collections and their indexes, which cannot be done inside a transaction, when they are first needed."""
    global _ready_in
    if _ready_in is not mongo.db:
        for name, indexes in INDEXES.items():
            stored(name).create_indexes(indexes)
        _ready_in = mongo.db


def stored(name: str) -> Collection[Any]:
    """One of the stand-in's collections."""
    assert mongo.db is not None
    found: Collection[Any] = mongo.db[f"sandboxRazorpay{name}"]
    return found


def one(name: str, id: str) -> Document:
    found: Document | None = stored(name).find_one({"_id": id})
    if found is None:
        raise Unknown
    return found


def several(name: str, where: Document, count: int = 0, skip: int = 0) -> list[Document]:
    """The newest first, as Razorpay lists."""
    return list(stored(name).find(where).sort({"created_at": -1, "_id": -1}).skip(skip).limit(count))


def create_order(
    amount: int, currency: str, receipt: str | None, notes: dict[str, str], receipt_once: bool = False
) -> Document:
    """A new order; Razorpay makes one for every request, unless the account was set up to take a receipt once."""
    order = new_order(amount, currency, receipt, notes)
    if receipt_once:
        order["private"] = {"receipt": receipt}
    try:
        stored("Orders").insert_one(order)
    except DuplicateKeyError:
        raise Refused("Order receipt should be unique.", field="receipt") from None
    return order


@transactional
def attempt(
    order_id: str, status: str, payer: dict[str, str], again: bool = False, fee_bearer: str = "platform"
) -> tuple[Document, Document]:
    """One attempt to pay: the order and the payment afterwards. `again` lets a paid order be paid once more."""
    order = one("Orders", order_id)
    if order["status"] == "paid" and not again:
        raise Refused("Payment already done for this order.", field="order_id")
    if "held" in order.get("private", {}):
        raise Refused("Another payment of this order is authorized already.", field="order_id")
    payment = new_payment(order, payer, status, fee_bearer)
    order = _tried(order, payment)
    stored("Payments").insert_one(payment)
    return order, payment


def _tried(order: Document, payment: Document) -> Document:
    """The order after the attempt; one that is only authorized holds it ("Order States")."""
    change: Document = {"$inc": {"attempts": 1}}
    if payment["status"] == "captured":
        change["$set"] = _paid(order)
    elif order["status"] != "paid":
        held = {"private.held": payment["_id"]} if payment["status"] == "authorized" else {}
        change["$set"] = {"status": "attempted", **held}
    return _changed("Orders", order["_id"], change)


def _paid(order: Document) -> Document:
    return {"status": "paid", "amount_paid": order["amount"], "amount_due": 0}


@transactional
def capture(payment_id: str, amount: int, currency: str) -> tuple[Document, Document]:
    """Capture what was authorized ("Capture a Payment"): the order and the payment afterwards."""
    payment = one("Payments", payment_id)
    if payment["captured"]:
        raise Refused("This payment has already been captured")
    if payment["status"] != "authorized":
        raise Refused("Only payments which have been authorized and not yet captured can be captured")
    if (amount, currency) != (payment["amount"], payment["currency"]):
        raise Refused("Capture amount must be equal to the amount authorized", field="amount")
    order = one("Orders", payment["order_id"])
    order = _changed("Orders", order["_id"], {"$set": _paid(order), "$unset": {"private.held": ""}})
    return order, _changed("Payments", payment_id, {"$set": captured(order["amount"])})


def refund(payment_id: str, asked: Document, status: str, key: str | None) -> tuple[Document, Document | None]:
    """The refund, and the payment after it, unless it had been made with this key before."""
    try:
        return _refund(payment_id, asked, status, key)
    except DuplicateKeyError:
        raise Refused(OTHER_REQUEST) from None


@transactional
def _refund(payment_id: str, asked: Document, status: str, key: str | None) -> tuple[Document, Document | None]:
    earlier = stored("Refunds").find_one({"private.key": key}) if key else None
    if earlier is not None:
        if (earlier["payment_id"], earlier["private"]["asked"]) != (payment_id, asked):
            raise Refused(OTHER_REQUEST)
        return earlier, None
    payment = one("Payments", payment_id)
    amount = _refundable(payment, asked["amount"])
    payment = _changed("Payments", payment_id, {"$set": refunded(payment, payment["amount_refunded"] + amount)})
    made = new_refund(payment, amount, asked["receipt"], asked["notes"], status)
    stored("Refunds").insert_one({**made, "private": {"key": key, "asked": asked}})
    return made, payment


def _refundable(payment: Document, asked: int | None) -> int:
    """The amount to give back, all that is left unless a part is asked for."""
    left: int = payment["amount"] - payment["amount_refunded"]
    if not payment["captured"]:
        raise Refused("The payment status should be captured for action to be taken")
    if left == 0:
        raise Refused("The payment has been fully refunded already")
    if asked is not None and asked > left:
        raise Refused("The total refund amount is greater than the refund payment amount", field="amount")
    return left if asked is None else asked


@transactional
def settle_refund(refund_id: str, status: str) -> tuple[Document, Document]:
    """What the bank makes of a pending refund: the refund and the payment afterwards."""
    made = one("Refunds", refund_id)
    if made["status"] != "pending":
        raise Refused(f"The refund is {made['status']} already")
    payment = one("Payments", made["payment_id"])
    if status == "failed":
        change = {"$set": refunded(payment, payment["amount_refunded"] - made["amount"])}
        payment = _changed("Payments", payment["_id"], change)
    return _changed("Refunds", refund_id, {"$set": {"status": status}}), payment


def dispute(payment_id: str, amount: int | None) -> tuple[Document, Document]:
    """What the bank of who paid wants back: the dispute and its payment."""
    payment = one("Payments", payment_id)
    made = new_dispute(payment, payment["amount"] if amount is None else amount)
    stored("Disputes").insert_one(made)
    return made, payment


def settle_dispute(dispute_id: str, status: str) -> tuple[Document, Document]:
    """What becomes of a dispute; one that is lost takes its amount off the account."""
    made = one("Disputes", dispute_id)
    if made["status"] in ("won", "lost", "closed"):
        raise Refused(f"The dispute is {made['status']} already")
    deducted = made["amount"] if status == "lost" else 0
    changed = _changed("Disputes", dispute_id, {"$set": {"status": status, "amount_deducted": deducted}})
    return changed, one("Payments", made["payment_id"])


def _changed(name: str, id: str, change: Document) -> Document:
    found = stored(name).find_one_and_update({"_id": id}, change, return_document=ReturnDocument.AFTER)
    assert found is not None, "It has just been read."
    return dict(found)
