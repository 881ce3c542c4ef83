"""Invoices and credit notes: numbered in the transaction of their cause, drawn when first needed and kept as drawn."""

import hmac
from decimal import Decimal
from typing import Any

import structlog
from bson import Binary, ObjectId

from lms.addresses import address_of
from lms.errors import InvoiceNotFound
from lms.extensions import current_settings
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import name_of, users
from lms.models.base import Filter
from lms.models.payments.invoices import Invoice, Invoiced, invoices
from lms.models.payments.orders import Line, Order
from lms.models.payments.refunds import Refund
from lms.services.accounts import tokens
from lms.services.payments import invoice_pdf
from lms.services.payments.invoice_pdf import Party

log = structlog.get_logger("invoices")


def issue(order: Order) -> ObjectId:
    """The invoice of an order that has just been paid; part of that transaction."""
    full = sum(line["price"] for line in order["lines"])
    facts = {
        **_parties(order),
        "lines": [{"description": line["title"], "amount": line["price"]} for line in order["lines"]],
        "discount": full - order["amount"],
        "coupon": order["coupon"] or "",
        "paymentId": order.get("razorpayPaymentId", ""),
    }
    owned: Invoiced = {"order": order["_id"], "user": order["user"], "amount": order["amount"], "facts": facts}
    return invoices.issue("invoice", owned)


def credit(order: Order, refund: Refund, parts: list[tuple[Line, int]]) -> ObjectId:
    """The credit note of a refund that was just paid out; part of that transaction.

    It is taxed as the invoice was, at the rate of then, so that all of them together come to the invoice's tax.
    """
    original = invoices.get({"order": order["_id"], "kind": "invoice"}, {"number": 1, "facts": 1})
    then = {name: original["facts"][name] for name in ("seller", "gstRate")} if original else {}
    earlier = invoices.find({"order": order["_id"], "kind": "credit_note"}, {"amount": 1})
    facts = {
        **_parties(order),
        **then,
        "creditedBefore": sum(note["amount"] for note in earlier),
        "lines": [{"description": line["title"], "amount": part} for line, part in parts],
        "discount": 0,
        "coupon": "",
        "paymentId": refund["payment"],
        "originalNumber": original["number"] if original else "",
    }
    owned: Invoiced = {"order": order["_id"], "user": order["user"], "amount": refund["amount"], "facts": facts}
    return invoices.issue("credit_note", {**owned, "refund": refund["_id"]})


def _parties(order: Order) -> dict[str, Any]:
    """Who sells and who buys, as they are called now, and the tax there is now."""
    settings, buyer = current_settings(), users.raw.find_one({"_id": order["user"]})
    assert buyer is not None, "Erased accounts keep their document."
    return {
        "seller": {
            "name": settings.seller_name,
            "address": [line.strip() for line in settings.seller_address.split("|") if line.strip()],
            "gstin": settings.gstin,
        },
        "buyer": {"name": name_of(buyer), "email": buyer.get("email", "")},
        "gstRate": str(settings.gst_rate),
        "currency": order["currency"],
        "orderId": order.get("razorpayOrderId", str(order["_id"])),
    }


def kept_pdf(invoice: Invoice) -> bytes:
    """The PDF, always the same: whoever needs it first draws and keeps it; of two at once the first one's is kept."""
    if "pdf" in invoice:
        return bytes(invoice["pdf"])
    drawn = Binary(_drawn(invoice))
    log.info("invoice_drawn", number=invoice["number"])
    invoices.update({"_id": invoice["_id"], "pdf": None}, {"$set": {"pdf": drawn}})
    kept = invoices.get({"_id": invoice["_id"]}, {"pdf": 1})
    assert kept is not None, "Invoices are never deleted."
    return bytes(kept["pdf"])


def file_name(invoice: Invoice) -> str:
    return f"{invoice['number'].replace('/', '-')}.pdf"


def _drawn(invoice: Invoice) -> bytes:
    return invoice_pdf.draw(described(invoice))


def described(invoice: Invoice) -> invoice_pdf.Invoice:
    """What it says, with its arithmetic."""
    facts, number = invoice["facts"], invoice["number"]
    return invoice_pdf.Invoice(
        kind=invoice["kind"],
        number=number,
        issued_at=invoice["issuedAt"],
        seller=Party(facts["seller"]["name"], tuple(facts["seller"]["address"]), facts["seller"]["gstin"]),
        buyer=Party(facts["buyer"]["name"], email=facts["buyer"]["email"]),
        lines=tuple(invoice_pdf.Line(line["description"], 1, line["amount"]) for line in facts["lines"]),
        total=invoice["amount"],
        gst_rate=Decimal(facts["gstRate"]),
        order_id=facts["orderId"],
        payment_id=facts["paymentId"],
        verify_url=address_of("invoices.verify", number=number, code=tokens.invoice_code(number)),
        original_number=facts.get("originalNumber", ""),
        discount=facts["discount"],
        credited_before=facts.get("creditedBefore", 0),
        coupon=facts["coupon"],
        currency=facts["currency"],
    )


def fetch(caller: Caller, invoice_id: ObjectId) -> tuple[str, bytes]:
    """The file name and the PDF of an invoice of the caller's; staff may fetch everyone's."""
    mine = {} if caller.role == "admin" else {"user": caller.id}
    return _file({"_id": invoice_id, **mine})


def fetch_any(invoice_id: ObjectId) -> tuple[str, bytes]:
    """The file name and the PDF of anybody's invoice, for staff."""
    return _file({"_id": invoice_id})


def _file(where: Filter) -> tuple[str, bytes]:
    invoice = invoices.get(where)
    if invoice is None:
        raise InvoiceNotFound
    return file_name(invoice), kept_pdf(invoice)


def verify(number: str, code: str) -> dict[str, object]:
    """What the QR code of an invoice leads to: whether it is ours, of when and over how much; nobody's name."""
    right = hmac.compare_digest(tokens.invoice_code(number).encode(), code.encode())
    invoice = invoices.get({"number": number}) if right else None
    if invoice is None:
        raise InvoiceNotFound
    return {name: invoice[name] for name in ("number", "kind", "amount", "issuedAt")}
