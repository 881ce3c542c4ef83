import io
from typing import Any

import pytest

from lms.models.imports.imports import imports
from lms.models.system.audit_log import audit_log
from tests.importing import table
from tests.staff import Browser, staff
from tests.world import World

CONTENT = table(("Mail", "firstName"), ("asha@example.com", "Asha"), ("nobody", "B"), ("asha@example.com", "Again"))


@pytest.fixture
def desk(world: World) -> Browser:
    return staff(world)


def uploaded(world: World, desk: Browser, content: bytes = CONTENT, **fields: Any) -> str:
    """Upload as the page does; the address of what was made."""
    form = {"kind": "learners", "file": (io.BytesIO(content), "people.csv"), **fields}
    answer = desk.post("/admin/imports/new", form)
    assert answer.status_code == 303, answer.text
    world.run_jobs()
    return str(answer.location)


def words(desk: Browser, path: str) -> str:
    return desk.page(path).get_text(" ", strip=True)


def test_a_table_is_uploaded_looked_at_and_started(world: World, desk: Browser) -> None:
    assert "Nothing has been imported yet." in words(desk, "/admin/imports/")
    assert "Files to begin with" in words(desk, "/admin/imports/new")
    address = uploaded(world, desk)
    assert "1 " in words(desk, "/admin/imports/")
    page = words(desk, address)
    assert "With a fault, before it began 1" in page
    assert "asha@example.com" in page
    desk.act(f"{address}/start")
    world.run_jobs()
    page = words(desk, address)
    assert "email: “nobody”. This is not an e-mail address." in page
    assert "Line 2 says the same." in words(desk, f"{address}?outcome=skipped")
    assert "There is no such row." in words(desk, f"{address}?outcome=updated&page=0")
    assert desk.get(f"{address}/report.pdf").data.startswith(b"%PDF")
    assert "nobody" in desk.get(f"{address}/failures.csv").text
    desk.act(f"{address}/mail")
    world.run_jobs()
    assert desk.person is not None
    subjects = [mail.subject for mail in world.inbox.to(desk.person.email)]
    assert subjects.count("Your import is finished") == 2
    desk.act(f"{address}/undo")
    world.run_jobs()
    assert imports.find({})[0]["state"] == "undone"
    actions = {row["action"] for row in audit_log.find({"collection": "imports"})}
    assert actions == {"import.upload", "import.start", "import.undo"}


def test_columns_and_encoding_are_chosen(world: World, desk: Browser) -> None:
    content = "Wer,Vorname\nasha@example.com,René\n".encode("cp1252")
    address = uploaded(world, desk, content)
    assert "Line 2 is not UTF-8." in words(desk, address)
    form = {"column-email": "Wer", "column-firstName": "Vorname", "encoding": "windows-1252"}
    desk.act(f"{address}/change", form)
    world.run_jobs()
    assert "René" in words(desk, address)
    for verb, state in (("start", "running"), ("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        desk.act(f"{address}/{verb}")
        assert imports.find({})[0]["state"] == state
    refused = desk.post(f"{address}/start")
    assert (refused.status_code, "not in a state for this" in refused.text) == (409, True)
    refused = desk.post(f"{address}/mail")
    assert refused.status_code == 409


def test_what_is_no_table_is_refused_on_the_page(world: World, desk: Browser) -> None:
    for form, sentence in (
        ({"kind": "learners"}, "Choose a file."),
        ({"kind": "learners", "file": (io.BytesIO(b"%PDF"), "a.pdf")}, "This is no table that can be read"),
        ({"kind": "questions", "file": (io.BytesIO(b"a"), "a.csv")}, "Questions belong to a course"),
    ):
        answer = desk.post("/admin/imports/new", form)
        assert answer.status_code in (400, 415)
        assert sentence in answer.text
    assert imports.count({}) == 0


def test_templates_are_there_and_the_rest_is_not(world: World, desk: Browser) -> None:
    assert desk.get("/admin/imports/template/learners.csv").status_code == 200
    assert desk.get("/admin/imports/template/riddles.csv").status_code == 404
    assert desk.get("/admin/imports/000000000000000000000000").status_code == 404
