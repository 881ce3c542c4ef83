"""Invoices and credit notes, numbered without a gap within a financial year."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args
from zoneinfo import ZoneInfo

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.extensions import current_settings
from lms.models.base import Collection, Subject, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import Follows

InvoiceKind = Literal["invoice", "credit_note"]
INVOICE_KINDS: tuple[InvoiceKind, ...] = get_args(InvoiceKind)

INDIA = ZoneInfo("Asia/Kolkata")
APRIL = 4


class Invoiced(TypedDict):
    """What an invoice is about."""

    order: Annotated[ObjectId, Ref("orders")]
    refund: NotRequired[Annotated[ObjectId, Ref("refunds")]]
    user: Annotated[ObjectId, Ref("users")]
    amount: Annotated[int, Bounds(0)]
    facts: dict[str, Any]


class Invoice(Invoiced):
    _id: ObjectId
    number: str
    kind: InvoiceKind
    pdf: NotRequired[bytes]
    issuedAt: datetime


class Counter(TypedDict):
    _id: str
    last: int


class Counters(Collection[Counter]):
    """The last number given in each series."""

    name = "counters"
    fields = Counter

    def next(self, series: str) -> int:
        """The next number; part of a transaction, so that one that fails leaves no gap."""
        return self.put({"_id": series}, {"$inc": {"last": 1}})["last"]


class Invoices(Collection[Invoice]):
    """`amount` is in paise; `facts` are the parties, lines and tax as they were, from which the PDF is drawn."""

    name = "invoices"
    fields = Invoice
    personal = "user"
    on_merge = {"user": Follows(through="order")}
    withheld = frozenset({"pdf"})
    indexes = (
        IndexModel("number", unique=True),
        IndexModel(
            [("order", ASCENDING), ("kind", ASCENDING)], unique=True, partialFilterExpression={"kind": "invoice"}
        ),
        IndexModel("refund", unique=True, sparse=True),
        IndexModel([("order", ASCENDING), ("issuedAt", ASCENDING)]),
        IndexModel([("issuedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("kind", ASCENDING), ("issuedAt", DESCENDING), ("_id", DESCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["number"])

    def subject(self, document: Mapping[str, Any]) -> Subject:
        """Its order, which has the page where it is seen."""
        return Subject("orders", document["order"], self.label(document))

    def issue(self, kind: InvoiceKind, fields: Invoiced) -> ObjectId:
        """Give it the next number and keep it; part of a transaction."""
        moment, settings = now(), current_settings()
        named = settings.invoice_series if kind == "invoice" else settings.credit_note_series
        series = f"{named}/{financial_year(moment)}"
        number = f"{series}/{counters.next(series):06d}"
        return self.insert({**fields, "_id": ObjectId(), "number": number, "kind": kind, "issuedAt": moment})


def financial_year(moment: datetime) -> str:
    """India's, from April to March, such as `26-27`; `moment` in UTC.

    Short, for a number has at most sixteen characters (Central Goods and Services Tax Rules, 2017, rule 46).
    """
    local = moment.replace(tzinfo=UTC).astimezone(INDIA)
    begins = local.year if local.month >= APRIL else local.year - 1
    return f"{begins % 100:02d}-{(begins + 1) % 100:02d}"


counters = Counters()
invoices = Invoices()
