"""Invoices and credit notes: numbered in the transaction of their cause, drawn when first needed and kept as drawn."""

import hmac
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import structlog
from bson import Binary, ObjectId

from lms.addresses import address_of
from lms.controllers.payments import invoice_facts
from lms.errors import InvoiceNotFound
from lms.models.accounts.sessions import Caller
from lms.models.base import Filter
from lms.models.payments.invoices import Invoice, Invoiced, invoices
from lms.models.payments.orders import Line, Order
from lms.models.payments.refunds import Refund
from lms.services.accounts import tokens
from lms.services.payments import invoice_pdf
from lms.services.payments.invoice_pdf import Party, Supply, Tax

log = structlog.get_logger("invoices")


def issue(order: Order) -> ObjectId:
    """The invoice of an order that has just been paid; part of that transaction."""
    facts = invoice_facts.of_invoice(order)
    owned: Invoiced = {"order": order["_id"], "user": order["user"], "amount": order["amount"], "facts": facts}
    return invoices.issue("invoice", owned)


def credit(order: Order, refund: Refund, parts: list[tuple[Line, int]]) -> ObjectId:
    """The credit note of a refund that was just paid out; part of that transaction."""
    original = invoices.get({"order": order["_id"], "kind": "invoice"}, {"pdf": 0})
    earlier = invoices.find({"order": order["_id"], "kind": "credit_note"}, {"amount": 1, "facts.lines": 1})
    facts = invoice_facts.of_credit_note(order, refund["payment"], parts, original, earlier)
    owned: Invoiced = {"order": order["_id"], "user": order["user"], "amount": refund["amount"], "facts": facts}
    return invoices.issue("credit_note", {**owned, "refund": refund["_id"]})


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
    supply = Supply(**facts["supply"]) if "supply" in facts else None
    return invoice_pdf.Invoice(
        kind=invoice["kind"],
        number=number,
        issued_at=invoice["issuedAt"],
        seller=_party({**facts["seller"], "state": facts["seller"]["gstin"][:2] if supply else ""}),
        buyer=_party(facts["buyer"]),
        lines=tuple(_line(line) for line in facts["lines"]),
        total=invoice["amount"],
        gst_rate=Decimal(facts["gstRate"]),
        order_id=facts["orderId"],
        payment_id=facts["paymentId"],
        verify_url=address_of("invoices.verify", number=number, code=tokens.invoice_code(number)),
        original_number=facts.get("originalNumber", ""),
        original_date=facts.get("originalDate"),
        supply=supply,
        discount=facts["discount"],
        credited_before=facts.get("creditedBefore", 0),
        coupon=facts["coupon"],
        currency=facts["currency"],
    )


def _party(facts: Mapping[str, Any]) -> Party:
    return Party(**{**facts, "address": tuple(facts.get("address", ()))})


def _line(facts: Mapping[str, Any]) -> invoice_pdf.Line:
    tax = Tax(**facts["tax"]) if "tax" in facts else None
    return invoice_pdf.Line(facts["description"], 1, facts["amount"], facts.get("discount", 0), tax)


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
