"""Migration 0015 on what was kept of payers and addresses by older versions."""

import json

from lms import migrations
from lms.extensions import mongo
from lms.models.payments.payment_events import payment_events
from lms.models.system.migrations import migrations as ran
from lms.models.system.outbox import OutboxRow, outbox
from tests.documents import whole
from tests.world import World

NAME = "0015_forget_payers"


def test_payers_and_addresses_are_gone_also_when_run_twice(world: World) -> None:
    told = {"event": "payment.captured", "payload": {"payment": {"entity": {"id": "pay_1", "email": "a@example.com"}}}}
    payment_events.keep("event_1", json.dumps(told))
    payment_events.keep("event_2", "no JSON")
    outbox.insert(whole(OutboxRow, reason="SMTPRecipientsRefused: <a@example.com> is unknown", state="failed"))
    assert mongo.db is not None
    for _ in range(2):
        ran.raw.delete_one({"_id": NAME})
        assert migrations.upgrade(lambda name: None) == 1
        bodies = {event["_id"]: event["body"] for event in payment_events.find({})}
        assert json.loads(bodies["event_1"])["payload"] == {"payment": {"entity": {"id": "pay_1"}}}
        assert bodies["event_2"] == "no JSON"
        (row,) = outbox.find({})
        assert row["reason"] == "SMTPRecipientsRefused: <(address)> is unknown"
