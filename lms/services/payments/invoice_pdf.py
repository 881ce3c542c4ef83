"""Invoices and credit notes as PDF, drawn anew at every fetch: the same facts give the same bytes."""

from collections.abc import Sequence
from typing import NamedTuple

from lms.services.payments.invoice_facts import Invoice, Line, Party, tax_of
from lms.services.payments.paper import GREY, HAIRLINE, Paper, Style
from lms.services.system.amounts import rupees

__all__ = ["Invoice", "Line", "Party", "draw", "rupees", "tax_of"]

LEFT, MIDDLE, RIGHT = 20.0, 118.0, 190.0
"""Millimetres; from the middle on stand the facts of the invoice and its sums."""
TOP, BOTTOM, FOOT = 20.0, 274.0, 281.0
SELLER_WIDTH, BUYER_WIDTH = 115.0, 90.0
TITLE_LEFT, TITLE_WIDTH = 28.0, 98.0
QUANTITY_RIGHT = 148.0

ACCENT = (31, 78, 121)
HEADING = Style(20, True, ACCENT)
SELLER = Style(14, True)
BUYER = Style(11, True)
PLAIN = Style(10)
TOTAL = Style(13, True)
FACT = Style(9)
SMALL = Style(9, False, GREY)
LABEL = Style(8.5, True, GREY)
FINE = Style(8, False, GREY)

QR_SIZE = 28.0
ROW_SPACE = 2.4
"""Above and below the text of a row."""
TABLE_HEAD = 8.0
ENDING = 62.0
"""The most that the sums need; they stand on one page with the last row."""


class Row(NamedTuple):
    """A line of the table with its title wrapped."""

    place: int
    title: list[str]
    line: Line

    @property
    def height(self) -> float:
        """Millimetres."""
        return max(len(self.title), 1) * PLAIN.height + 2 * ROW_SPACE


def draw(invoice: Invoice) -> bytes:
    """The document as a PDF of one or more pages."""
    with Paper(f"{invoice.title} {invoice.number}", invoice.moment) as paper:
        paper.add_page()
        y = _heading(paper, invoice)
        sheets = _sheets(_rows(paper, invoice), BOTTOM - y)
        for page, sheet in enumerate(sheets, start=1):
            if page > 1:
                paper.add_page()
                y = TOP
            y = _table(paper, invoice, sheet, y)
            _foot(paper, invoice, f"Page {page} of {len(sheets)}")
        _sums(paper, invoice, y + 6)
        _verification(paper, invoice, y + 7)
        return paper.finished()


def _heading(paper: Paper, invoice: Invoice) -> float:
    paper.put(MIDDLE, TOP - 1, RIGHT - MIDDLE, [invoice.title], HEADING, "R")
    y = _party(paper, TOP, invoice.seller, SELLER, SELLER_WIDTH) + 6
    paper.rule(LEFT, y, RIGHT - LEFT, HAIRLINE)
    y += 6
    label = "Credited to" if invoice.kind == "credit_note" else "Billed to"
    below = paper.put(LEFT, y, BUYER_WIDTH, [label], LABEL) + 1
    return max(_party(paper, below, invoice.buyer, BUYER, BUYER_WIDTH), _facts(paper, invoice, y)) + 9


def _party(paper: Paper, y: float, party: Party, style: Style, width: float) -> float:
    y = paper.put(LEFT, y, width, paper.wrapped(party.name, width, style, most=2), style) + 1
    address = [line for text in party.address[:7] for line in paper.wrapped(text, width, SMALL, most=2)]
    email = paper.wrapped(party.email, width, SMALL, most=2)
    gstin = paper.wrapped(f"GSTIN {party.gstin}", width, SMALL) if party.gstin else []
    return paper.put(LEFT, y, width, address[:7] + email + gstin, SMALL)


def _facts(paper: Paper, invoice: Invoice, y: float) -> float:
    facts = {
        "Number": invoice.number,
        "Date": f"{invoice.moment.day} {invoice.moment:%B %Y}",
        "For invoice": invoice.original_number,
        "Order": invoice.order_id,
        "Payment": invoice.payment_id,
    }
    for label, fact in facts.items():
        if fact:
            paper.put(MIDDLE, y, 22, [label], SMALL)
            width = RIGHT - MIDDLE - 22
            y = paper.put(MIDDLE + 22, y, width, paper.wrapped(fact, width, FACT, most=2), FACT) + 1
    return y


def _rows(paper: Paper, invoice: Invoice) -> list[Row]:
    return [
        Row(place, paper.wrapped(line.description, TITLE_WIDTH, PLAIN, most=6), line)
        for place, line in enumerate(invoice.lines, start=1)
    ]


def _sheets(rows: Sequence[Row], room: float) -> list[list[Row]]:
    """The rows page by page; `room` is what the first page has left."""
    sheets: list[list[Row]] = [[]]
    room -= TABLE_HEAD
    for row in rows:
        if sheets[-1] and room < row.height + (ENDING if row is rows[-1] else 0):
            sheets.append([])
            room = BOTTOM - TOP - TABLE_HEAD
        sheets[-1].append(row)
        room -= row.height
    return sheets


def _table(paper: Paper, invoice: Invoice, rows: Sequence[Row], y: float) -> float:
    amount = "Amount incl. GST" if invoice.taxed else "Amount"
    _cells(paper, y, ("#", ["Description"], "Quantity", amount), LABEL)
    y += TABLE_HEAD
    paper.rule(LEFT, y - 1.6, RIGHT - LEFT, ACCENT, 0.4)
    for row in rows:
        money = rupees(row.line.amount, invoice.currency)
        _cells(paper, y - 1.6 + ROW_SPACE, (str(row.place), row.title, str(row.line.quantity), money), PLAIN)
        y += row.height
        paper.rule(LEFT, y - 1.6, RIGHT - LEFT, HAIRLINE)
    return y


def _cells(paper: Paper, y: float, cells: tuple[str, list[str], str, str], style: Style) -> None:
    place, title, quantity, amount = cells
    paper.put(LEFT, y, TITLE_LEFT - LEFT, [place], style._replace(colour=GREY))
    paper.put(TITLE_LEFT, y, TITLE_WIDTH, title, style)
    paper.put(TITLE_LEFT + TITLE_WIDTH, y, QUANTITY_RIGHT - TITLE_LEFT - TITLE_WIDTH, [quantity], style, "R")
    paper.put(QUANTITY_RIGHT, y, RIGHT - QUANTITY_RIGHT, [amount], style, "R")


def _sums(paper: Paper, invoice: Invoice, y: float) -> None:
    parts = _parts(invoice)
    for label, paise in parts:
        _sum(paper, y, label, rupees(paise, invoice.currency), PLAIN)
        y += PLAIN.height + 1.6
        if invoice.taxed and paise < 0:  # what follows is not added to the discounted sum but is what it consists of
            paper.rule(MIDDLE, y, RIGHT - MIDDLE, HAIRLINE)
            y += 1.6
    if parts:
        paper.rule(MIDDLE, y + 0.6, RIGHT - MIDDLE, ACCENT, 0.4)
    credit = invoice.kind == "credit_note"
    _sum(paper, y + 3, "Total refunded" if credit else "Total", rupees(invoice.total, invoice.currency), TOTAL)
    if invoice.payment_id:
        words = f"{'Refunded by Razorpay,' if credit else 'Paid by Razorpay, payment'} {invoice.payment_id}"
        lines = paper.wrapped(words, RIGHT - MIDDLE, FINE, most=3)
        paper.put(MIDDLE, y + 5 + TOTAL.height, RIGHT - MIDDLE, lines, FINE, "R")


def _sum(paper: Paper, y: float, label: str, amount: str, style: Style) -> None:
    paper.put(MIDDLE, y, 40, paper.wrapped(label, 40, style), style)
    paper.put(MIDDLE, y, RIGHT - MIDDLE, [amount], style, "R")


def _parts(invoice: Invoice) -> list[tuple[str, int]]:
    """What the total is made of."""
    parts = []
    if invoice.discount:
        subtotal = "Subtotal incl. GST" if invoice.taxed else "Subtotal"
        parts += [(subtotal, invoice.total + invoice.discount), (f"Discount {invoice.coupon}", -invoice.discount)]
    if invoice.taxed:
        taxable, tax = tax_of(invoice.total, invoice.gst_rate)
        parts += [("Taxable value", taxable), (f"GST {invoice.gst_rate.normalize():f}%", tax)]
    return parts


def _verification(paper: Paper, invoice: Invoice, y: float) -> None:
    if not invoice.verify_url:
        return
    paper.qr(LEFT, y, QR_SIZE, invoice.verify_url)
    x = LEFT + QR_SIZE + 5
    width = MIDDLE - 8 - x
    y = paper.put(x, y, width, ["Scan to verify"], FACT._replace(bold=True)) + 1
    paper.put(x, y, width, paper.wrapped(invoice.verify_url, width, FINE, most=5), FINE)


def _foot(paper: Paper, invoice: Invoice, page: str) -> None:
    width = RIGHT - LEFT
    name = paper.wrapped(f"{invoice.title} {invoice.number}, {invoice.seller.name}", width - 30, FINE)
    paper.put(LEFT, FOOT, width, name, FINE)
    paper.put(LEFT, FOOT, width, [page], FINE, "R")
