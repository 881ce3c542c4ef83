from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lms.models.actors import Actor
from lms.models.base import Subject, now
from lms.models.system.audit_log import audit_log
from tests.staff import Browser, rows, staff
from tests.world import World, by

PAGE = "/admin/audit/"
LMS = Path(__file__).parents[3] / "lms"


@pytest.fixture
def browser(world: World) -> Browser:
    return staff(world)


def labels(browser: Browser, query: str) -> list[str]:
    return [row[5] for row in rows(browser.page(f"{PAGE}?{query}"))]


def test_rows_are_narrowed_and_found(browser: Browser) -> None:
    assert browser.person is not None
    asha = Actor(browser.person.id, "Asha Ménon", "admin", "10.1.1.1", "Tests")
    by(asha, audit_log.record, "course.approve", Subject("courses", "65f1c0ffee65f1c0ffee65f1", "Knots and bends"))
    row = audit_log.record("user.suspend", Subject("users", "65f1c0ffee65f1c0ffee65f2", "Ravi"), reason="Spam.")
    audit_log.raw.update_one({"_id": row}, {"$set": {"at": now() - timedelta(days=40)}})
    today = f"{now():%Y-%m-%d}"
    for query in (
        "flt0_action=course.approve",
        f"flt0_actor={browser.person.id}",
        "flt0_collection=courses",
        f"flt0_at_from={today}",
        "search=KNOTS",
        "search=bends menon",
        "search=65f1c0ffee65f1c0ffee65f1",
    ):
        assert labels(browser, query) == ["Knots and bends"], query
    for query in ("flt0_action=user.suspend", "search=spam", f"flt0_at_until={now() - timedelta(days=30):%Y-%m-%d}"):
        assert labels(browser, query) == ["Ravi"], query
    assert labels(browser, "") == ["Knots and bends", "Ravi"]


def test_a_row_shows_before_and_after_side_by_side_and_leads_to_its_subject(world: World, browser: Browser) -> None:
    person = world.person(firstName="Ravi")
    was: dict[str, Any] = {"role": "student", "image": None, "tags": ["<b>"], "same": 1}
    row = audit_log.record(
        "user.change",
        Subject("users", person.id, "Ravi"),
        was,
        {**was, "role": "admin", "tags": ["x"]},
        "Why.",
    )
    page = browser.page(f"{PAGE}{row}")
    assert rows(page) == [["student", "admin"], ['[ "<b>" ]', '[ "x" ]']]
    assert [cell.get_text() for cell in page.select("tbody th")] == ["role", "tags"]
    assert page.select_one(f'main a[href="/admin/users/{person.id}"]')
    assert "command line (operator)" in page.get_text()


def test_rows_of_everything_have_a_page(world: World, browser: Browser) -> None:
    made = [
        audit_log.record("thing.do", Subject(collection, identity, "A thing"), after={"at": now()})
        for collection, identity in (("nothing", "x"), ("coupons", "TEN"), ("otps", "65f1c0ffee65f1c0ffee65f1"))
    ]
    for row in made:
        assert "A thing" in browser.page(f"{PAGE}{row}").get_text()
    assert browser.get(f"{PAGE}65f1c0ffee65f1c0ffee65f1").status_code == 404


def test_rows_can_only_be_added() -> None:
    for name in ("update", "update_many", "change", "put", "delete", "delete_many"):
        with pytest.raises(TypeError, match="only ever added"):
            getattr(audit_log, name)({}, {})


def test_nothing_writes_past_the_model() -> None:
    """`raw` leads past the refusals, and so does the collection's name: only reading does so, and only in the model."""
    for path in LMS.rglob("*.py"):
        code = path.read_text()
        assert "audit_log.raw" not in code, path
        assert '"auditLog"' not in code or path.name == "audit_log.py", path
