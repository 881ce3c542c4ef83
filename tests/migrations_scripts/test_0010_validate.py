"""Migration 0010 on a database as the version before it left one."""

from typing import Any

import pytest

from lms import migrations
from lms.extensions import mongo
from lms.models.authoring.subsections import Subsection
from lms.models.payments.orders import Order
from lms.models.preparation import prepare
from lms.models.system.audit_log import AuditEntry, audit_log
from lms.models.system.finding import having
from tests.documents import whole
from tests.world import World

OLD = (
    ("auditLog", AuditEntry, {"actorName": "Zoë Müller", "label": "Knots", "reason": "Rude"}, ["searchText"]),
    ("orders", Order, {}, ["couponHeld"]),
    ("subsections", Subsection, {"deletedAt": None}, []),
)


@pytest.fixture
def migration(world: World) -> Any:
    return migrations._load("0010_validate_documents")


def test_old_documents_fit_afterwards(migration: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    for name, document, fields, lacked in OLD:
        for _ in range(5):
            old = {key: value for key, value in whole(document, **fields).items() if key not in lacked}
            mongo.db[name].insert_one(old)
    for _ in range(2):
        migration.up(mongo.db)
        prepare(mongo.db)
    assert audit_log.count(having("muller knots rude")) == 5
    assert mongo.db.subsections.count_documents({"deletedAt": {"$exists": True}}) == 0
    assert mongo.db.orders.count_documents({"couponHeld": False}) == 5
