"""Invoices and credit notes as PDF: the same facts give the same bytes."""

from typing import Any

from lms.services.payments.invoice_facts import Invoice, Line, Party, tax_of
from lms.services.system import paper
from lms.services.system.amounts import rupees

__all__ = ["Invoice", "Line", "Party", "draw", "rupees", "tax_of"]

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
        "amount": "Amount incl. GST" if invoice.taxed else "Amount",
        "lines": [
            [str(place), line.description, str(line.quantity), rupees(line.amount, invoice.currency)]
            for place, line in enumerate(invoice.lines, start=1)
        ],
        "sums": [[name, rupees(paise, invoice.currency), ends] for name, paise, ends in _sums(invoice)],
        "total": ["Total refunded" if credit else "Total", rupees(invoice.total, invoice.currency)],
        "paid": paid if invoice.payment_id else "",
        "verify": invoice.verify_url,
    }


def _party(party: Party) -> dict[str, Any]:
    return {"name": party.name, "address": party.address[:7], "email": party.email, "gstin": party.gstin}


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    facts = {
        "Number": invoice.number,
        "Date": f"{invoice.moment.day} {invoice.moment:%B %Y}",
        "For invoice": invoice.original_number,
        "Order": invoice.order_id,
        "Payment": invoice.payment_id,
    }
    return [(name, fact) for name, fact in facts.items() if fact]


def _sums(invoice: Invoice) -> list[tuple[str, int, bool]]:
    """What the total is made of; after a discount a rule: what follows is not added to it, but is what is left."""
    sums = []
    if invoice.discount:
        subtotal = "Subtotal incl. GST" if invoice.taxed else "Subtotal"
        sums.append((subtotal, invoice.total + invoice.discount, False))
        sums.append((f"Discount {invoice.coupon}", -invoice.discount, invoice.taxed))
    if invoice.taxed:
        taxable, tax = invoice.tax
        sums += [("Taxable value", taxable, False), (f"GST {invoice.gst_rate.normalize():f}%", tax, False)]
    return sums
