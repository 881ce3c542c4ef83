"""Orders are found by the gateway's ids in an index, and a refund of the gateway's is written down once.

MongoDB asks an index that is limited by `$type` only when the query names the type too.
"""

from typing import Any

from pymongo.database import Database

REPLACED = {
    "orders": ["user_1_idempotencyKey_1", "razorpayOrderId_1", "razorpayPaymentId_1", "state_1_createdAt_1"],
    "refunds": ["razorpayRefundId_1"],
}


def up(db: Database[Any]) -> None:
    for collection, names in REPLACED.items():
        present = db[collection].index_information()
        for name in names:
            if name in present:
                db[collection].drop_index(name)
