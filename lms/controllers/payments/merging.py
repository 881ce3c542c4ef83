"""What follows of somebody's money to another account of theirs: orders with all that belongs to them, and coupons."""

from lms.controllers.accounts.pairs import Pair
from lms.models.payments.coupons import coupon_uses
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders


def merge(pair: Pair) -> None:
    """Let it follow; part of a transaction. Documents stay as they were issued, and amounts as they were booked.

    The keys by which calls were told from each other end with the sign-ins that could repeat them.
    """
    order_ids = orders.raw.distinct("_id", {"user": pair.merged})
    for collection in (invoices, ledger):
        where = {"order": {"$in": order_ids}, "user": pair.merged}
        collection.update_many(where, {"$set": {"user": pair.kept}})
    for code in orders.raw.distinct("coupon", {"user": pair.merged, "coupon": {"$ne": None}}):
        coupon_uses.move(code, pair.merged, pair.kept)
    change = {"$set": {"user": pair.kept}, "$unset": {"idempotencyKey": ""}}
    orders.update_many({"user": pair.merged}, change)
