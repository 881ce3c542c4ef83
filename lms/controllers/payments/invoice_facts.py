"""What an invoice or a credit note will say: the parties, lines and tax as they are when it is issued."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from bson import ObjectId

from lms.extensions import current_settings
from lms.models.accounts.users import name_of, users
from lms.models.payments.invoices import Invoice
from lms.models.payments.orders import Line, Order
from lms.services.payments import gst, tax_split
from lms.services.payments.tax_split import Tax


def of_invoice(order: Order) -> dict[str, Any]:
    """What the invoice of an order says, which has just been paid."""
    parties = _parties(order)
    return {
        **parties,
        **_taxed(order, parties),
        "discount": sum(line["price"] for line in order["lines"]) - order["amount"],
        "coupon": order["coupon"] or "",
        "paymentId": order.get("razorpayPaymentId", ""),
    }


def of_credit_note(
    order: Order, payment: str, parts: Sequence[tuple[Line, int]], original: Invoice | None, earlier: list[Invoice]
) -> dict[str, Any]:
    """What the credit note says of these parts of an order's lines, after earlier ones.

    It is taxed as the invoice was, at the rate of then, so that all of them together come to the invoice's tax.
    """
    return {
        **_parties(order),
        **(_as_then(original) if original else {}),
        "creditedBefore": sum(note["amount"] for note in earlier),
        "lines": _credited(parts, original, earlier),
        "discount": 0,
        "coupon": "",
        "paymentId": payment,
        "originalNumber": original["number"] if original else "",
    }


def _taxed(order: Order, parties: dict[str, Any]) -> dict[str, Any]:
    """The lines, and where the seller is registered and the course is supplied in India, the tax of each."""
    lines: list[dict[str, Any]] = [
        {"description": line["title"], "amount": line["price"], "course": line["course"]} for line in order["lines"]
    ]
    seller, rate = parties["seller"]["gstin"][:2], Decimal(parties["gstRate"])
    place = gst.place_of_supply(seller, parties["buyer"]["state"])
    if not seller or not rate or place == gst.ABROAD:
        return {"lines": lines}
    taxes = tax_split.split([line["amount"] for line in order["lines"]], rate, gst.within_a_state(seller, place))
    for line, sold, tax in zip(lines, order["lines"], taxes, strict=True):
        line |= {"discount": sold["price"] - sold["amount"], "tax": asdict(tax)}
    return {"lines": lines, "supply": {"place": place, "sac": current_settings().sac}}


def _as_then(original: Invoice) -> dict[str, Any]:
    """What a credit note takes over from its invoice: who and what was taxed, and how."""
    facts = original["facts"]
    taken = {name: facts[name] for name in ("seller", "gstRate")}
    if "supply" in facts:
        taken |= {"buyer": facts["buyer"], "supply": facts["supply"], "originalDate": original["issuedAt"]}
    return taken


def _credited(
    parts: Sequence[tuple[Line, int]], original: Invoice | None, earlier: list[Invoice]
) -> list[dict[str, Any]]:
    """The lines of a credit note, each taxed as its line of the invoice, less what went back of it before."""
    lines: list[dict[str, Any]] = [
        {"description": line["title"], "amount": part, "course": line["course"]} for line, part in parts
    ]
    if original is None or "supply" not in original["facts"]:
        return lines
    before: Counter[ObjectId] = Counter()
    for credited in (line for note in earlier for line in note["facts"]["lines"]):
        before[credited["course"]] += credited["amount"]
    taxes = {line["course"]: Tax(**line["tax"]) for line in original["facts"]["lines"]}
    for line in lines:
        line["tax"] = asdict(tax_split.part(taxes[line["course"]], before[line["course"]], line["amount"]))
    return lines


def _parties(order: Order) -> dict[str, Any]:
    """Who sells and who buys, as they are called now, and the tax there is now."""
    settings, buyer = current_settings(), users.raw.find_one({"_id": order["user"]})
    assert buyer is not None, "Erased accounts keep their document."
    billing: Mapping[str, Any] = order.get("billing", {})
    return {
        "seller": {
            "name": settings.seller_name,
            "address": [line.strip() for line in settings.seller_address.split("|") if line.strip()],
            "gstin": settings.gstin,
        },
        "buyer": {
            "name": billing.get("name") or name_of(buyer),
            "email": buyer.get("email", ""),
            "address": (billing.get("address") or "").splitlines(),
            "gstin": billing.get("gstin") or "",
            "state": billing.get("state") or "",
        },
        "gstRate": str(settings.gst_rate),
        "currency": order["currency"],
        "orderId": order.get("razorpayOrderId", str(order["_id"])),
    }
