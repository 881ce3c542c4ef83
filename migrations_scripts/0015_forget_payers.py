"""What the gateway told of payers, and what mail servers said of addresses, is taken out of what is kept."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.database import Database

BATCH = 500
SECONDS = 3600

OF_THE_PAYER = frozenset(
    [
        "email",
        "contact",
        "phone",
        "name",
        "vpa",
        "card",
        "card_id",
        "bank",
        "bank_account",
        "wallet",
        "upi",
        "customer",
        "customer_id",
        "customer_details",
        "token_id",
        "acquirer_data",
        "billing_address",
        "shipping_address",
        "address",
        "ip",
        "user_agent",
    ]
)
ADDRESS = re.compile(r"[^\s@<>()\[\]{}\"',:;]+@[^\s@<>()\[\]{}\"',:;]+")


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large database needs.
    with pymongo.timeout(SECONDS):
        for name, changes in (
            ("paymentEvents", _events(db)),
            ("outbox", _reasons(db, "outbox")),
            ("otps", _reasons(db, "otps")),
        ):
            while batch := list(islice(changes, BATCH)):
                db[name].bulk_write(batch, ordered=False)


def _events(db: Database[Any]) -> Iterator[UpdateOne]:
    for row in db.paymentEvents.find({}, {"body": 1}):
        try:
            kept = json.dumps(_nameless(json.loads(row["body"])))
        except (ValueError, RecursionError):
            continue
        if kept != row["body"]:
            yield UpdateOne({"_id": row["_id"]}, {"$set": {"body": kept}})


def _reasons(db: Database[Any], name: str) -> Iterator[UpdateOne]:
    for row in db[name].find({"reason": {"$regex": "@"}}, {"reason": 1}):
        yield UpdateOne({"_id": row["_id"]}, {"$set": {"reason": ADDRESS.sub("(address)", row["reason"])}})


def _nameless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _nameless(each) for name, each in value.items() if name not in OF_THE_PAYER}
    if isinstance(value, list):
        return [_nameless(each) for each in value]
    return ADDRESS.sub("(address)", value) if isinstance(value, str) else value
