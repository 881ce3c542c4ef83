"""Invoices and credit notes as PDF: the same facts give the same bytes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from lms.services.payments import gst
from lms.services.payments.invoice_facts import Invoice, Line, Party, Supply
from lms.services.payments.tax_split import Tax, tax_of
from lms.services.system import paper
from lms.services.system.amounts import rupees

__all__ = ["Invoice", "Line", "Party", "Supply", "Tax", "draw", "rupees", "tax_of"]

TEMPLATE = "invoice.typ"


def draw(invoice: Invoice) -> bytes:
    """The document as a PDF of one or more pages."""
    return paper.typeset(TEMPLATE, facts_of(invoice), invoice.moment, invoice.verify_url)


def facts_of(invoice: Invoice) -> dict[str, Any]:
    """What the template is given: every text as it will be read."""
    credit = invoice.kind == "credit_note"
    paid = f"{'Refunded by Razorpay,' if credit else 'Paid by Razorpay, payment'} {invoice.payment_id}"
    return {
        "title": invoice.title,
        "number": invoice.number,
        "seller": _party(invoice.seller),
        "addressed": "Credited to" if credit else "Billed to",
        "buyer": _party(invoice.buyer),
        "facts": _facts(invoice),
        "header": _header(invoice),
        "lines": [_row(invoice, place, line) for place, line in enumerate(invoice.lines, start=1)],
        "sums": [[name, rupees(paise, invoice.currency), ends] for name, paise, ends in _sums(invoice)],
        "total": ["Total refunded" if credit else "Total", rupees(invoice.total, invoice.currency)],
        "paid": paid if invoice.payment_id else "",
        "verify": invoice.verify_url,
    }


def _party(party: Party) -> dict[str, Any]:
    named = {"name": party.name, "address": party.address[:7], "email": party.email, "gstin": party.gstin}
    return {**named, "state": gst.shown(party.state)}


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    original, supply = invoice.original_number, invoice.supply
    if invoice.original_date:
        original += f" of {_day(invoice, invoice.original_date)}"
    facts = {
        "Number": invoice.number,
        "Date": _day(invoice, invoice.issued_at),
        "For invoice": original,
        "Order": invoice.order_id,
        "Payment": invoice.payment_id,
        "Place of supply": gst.shown(supply.place) if supply else "",
        "Reverse charge": "No" if supply else "",
    }
    return [(name, fact) for name, fact in facts.items() if fact]


def _day(invoice: Invoice, moment: datetime) -> str:
    local = invoice.local(moment)
    return f"{local.day} {local:%B %Y}"


def _header(invoice: Invoice) -> list[str]:
    if invoice.supply:
        return ["#", "Description", "Taxable value", f"GST {_percent(invoice.gst_rate)}", "Amount incl. GST"]
    return ["#", "Description", "Quantity", "Amount incl. GST" if invoice.taxed else "Amount"]


def _row(invoice: Invoice, place: int, line: Line) -> list[str]:
    """The place, the title and what is said below it, then the numbers."""
    if not invoice.supply or not line.tax:
        return [str(place), line.description, "", str(line.quantity), rupees(line.amount, invoice.currency)]
    note = f"SAC {invoice.supply.sac}"
    if line.discount:
        less = f"{rupees(line.amount, invoice.currency)} less {rupees(line.discount, invoice.currency)}"
        note += f", {less} {invoice.coupon}".rstrip()
    numbers = (line.tax.taxable, line.tax.tax, line.tax.amount)
    return [str(place), line.description, note, *(rupees(each, invoice.currency) for each in numbers)]


def _sums(invoice: Invoice) -> list[tuple[str, int, bool]]:
    """What the total is made of; after a discount a rule: what follows is not added to it, but is what is left."""
    if invoice.supply:
        taxable = sum(line.tax.taxable for line in invoice.lines if line.tax)
        due = [(f"{name} {_percent(rate)}", paise, False) for name, rate, paise in invoice.due]
        return [("Taxable value", taxable, False), *due]
    sums = []
    if invoice.discount:
        subtotal = "Subtotal incl. GST" if invoice.taxed else "Subtotal"
        sums.append((subtotal, invoice.total + invoice.discount, False))
        sums.append((f"Discount {invoice.coupon}", -invoice.discount, invoice.taxed))
    if invoice.taxed:
        taxable, tax = invoice.tax
        sums += [("Taxable value", taxable, False), (f"GST {_percent(invoice.gst_rate)}", tax, False)]
    return sums


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}%"
