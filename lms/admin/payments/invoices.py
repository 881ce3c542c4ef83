"""Invoices and credit notes with their tax, as a return asks for them."""

from typing import Any

from lms.admin.filters import Between, OneOf
from lms.admin.formats import badge, moment, money, place
from lms.admin.lists import Column
from lms.admin.payments.orders import SEARCH, OrderList
from lms.admin.roles import USERS
from lms.models.payments.invoices import INVOICE_KINDS, invoices

TAXES = ("taxable", "cgst", "sgst", "igst")


def _summed(name: str) -> dict[str, Any]:
    """Of all lines, where they have their tax; one from before has none that was told apart."""
    told = {"$gt": ["$facts.supply", None]}
    return {"$cond": [told, {"$sum": f"$facts.lines.tax.{name}"}, None]}


class InvoicesView(OrderList):
    slug, title, group, allow = "invoices", "Invoices", "Money", USERS
    lead = "Invoices, and credit notes, which take off what they say. The PDF is on the order's page."
    collection = invoices
    columns = (
        Column("number", "Number", link=True),
        Column("issuedAt", "Issued", moment, sort=True),
        Column("kind", "What", badge),
        Column("facts.buyer.name", "Made out to"),
        Column("facts.buyer.gstin", "GSTIN"),
        Column("facts.supply.place", "Place of supply", place),
        Column("facts.supply.sac", "SAC"),
        Column("taxable", "Taxable value", money),
        Column("cgst", "CGST", money),
        Column("sgst", "SGST or UTGST", money),
        Column("igst", "IGST", money),
        Column("amount", "Total", money),
        Column("facts.originalNumber", "Of invoice"),
    )
    stages = ({"$unset": "pdf"}, {"$set": {name: _summed(name) for name in TAXES}})
    filters = (OneOf("kind", "What", INVOICE_KINDS), Between("issuedAt", "Issued"))
    default_sort = ("issuedAt", -1)
    search_hint = SEARCH
