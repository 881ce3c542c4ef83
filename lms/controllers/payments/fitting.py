"""Whether a payment is what was asked for, and what was asked for still stands."""

from datetime import UTC, datetime, timedelta

from lms.extensions import current_settings
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.payments.coupons import coupons
from lms.models.payments.orders import PAID, Order
from lms.services.payments.razorpay import Payment


def mismatch(order: Order, payment: Payment) -> str | None:
    """Why staff have to look at this payment, if they have to.

    One more of a paid order may be of any amount, for it goes back.
    """
    wrong = [f"{name} {got}, not {asked}" for name, (got, asked) in _compared(order, payment).items() if got != asked]
    if order["state"] not in PAID:
        if payment.amount_refunded:
            wrong.append("refunded at the gateway before it was settled")
        if late_reason := faded(order, made_at(payment)):
            wrong.append(f"paid when the order had expired and {late_reason}")
    return f"Payment {payment.id}: {'; '.join(wrong)}" if wrong else None


def _compared(order: Order, payment: Payment) -> dict[str, tuple[object, object]]:
    compared: dict[str, tuple[object, object]] = {"order": (payment.order_id, order.get("razorpayOrderId"))}
    if order["state"] not in PAID:
        compared["amount"] = (payment.amount - fee_on_top(order, payment), order["amount"])
        compared["currency"] = (payment.currency, order["currency"])
    return compared


def fee_on_top(order: Order, payment: Payment) -> int:
    """What the buyer paid the gateway beside the order, in paise: exactly its own fee, or nothing.

    Razorpay, "Customer Fee Bearer": the payment is larger than its order by the fee, which includes the tax on it.
    """
    more = payment.amount - order["amount"]
    return more if more == payment.fee and payment.fee_bearer in (None, "customer") else 0


def received(order: Order, payment: Payment) -> int:
    """What the school has of a payment, in paise: less the gateway's fee on top, and what went back without us."""
    return max(0, payment.amount - fee_on_top(order, payment) - payment.amount_refunded)


def made_at(payment: Payment) -> datetime:
    """When the buyer paid, as the gateway tells it: in UTC, whole seconds."""
    return datetime.fromtimestamp(payment.created_at, UTC).replace(tzinfo=None)


def lifetime() -> timedelta:
    """How long an order is good at its price, whatever becomes of the price meanwhile."""
    return timedelta(hours=current_settings().order_hours)


def faded(order: Order, moment: datetime) -> str | None:
    """What of an order that had outlived its time at this moment is no longer so now; nothing where all of it is.

    A course that is no more needs nobody to decide: its line goes back by itself.
    """
    if moment < order["createdAt"] + lifetime():
        return None
    fields = {"status": 1, "amount": 1}
    present = {
        each["_id"]: each for each in courses.find({"_id": {"$in": [x["course"] for x in order["lines"]]}}, fields)
    }
    for line in order["lines"]:
        course = present.get(line["course"])
        if course and course["status"] != "published":
            return f"“{line['title']}” was for sale no longer"
        if course and (course["amount"] or 0) != line["price"]:
            return f"the price of “{line['title']}” was another"
    return _coupon_ended(order)


def _coupon_ended(order: Order) -> str | None:
    coupon = coupons.get({"_id": order["coupon"]}) if order["coupon"] else None
    if coupon and coupon["validUntil"] is not None and coupon["validUntil"] <= now():
        return f"coupon {order['coupon']} had ended"
    return None
