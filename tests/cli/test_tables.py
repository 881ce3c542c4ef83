from pathlib import Path

import pytest

from lms.models.accounts.users import users
from lms.models.imports.imports import imports
from tests.importing import table
from tests.world import Person, World

ROWS = table(("email", "firstName", "remarks"), ("asha@example.com", "Asha"), ("nobody", "B"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(ROWS)
    return path


def run(world: World, file: Path, *options: str, by: str) -> tuple[int, str]:
    args = ["import", "table", str(file), "--kind", "learners", "--by", by, *options]
    result = world.app.test_cli_runner().invoke(args=args)
    return result.exit_code, result.output


def test_operators_import_a_table(world: World, admin: Person, file: Path) -> None:
    code, said = run(world, file, by=admin.email)
    assert code == 0
    assert "2 rows, of which 1 have a fault. Columns: email, firstName." in said
    assert "Left out: remarks." in said
    assert "The import is done: 1 created, 0 updated, 0 skipped, 1 failed." in said
    assert "Line 3, column email: “nobody”. This is not an e-mail address." in said
    world.run_jobs()
    assert world.inbox.to(admin.email)[-1].subject == "Your import is finished"


def test_a_dry_run_writes_nothing(world: World, admin: Person, file: Path) -> None:
    code, said = run(world, file, "--dry-run", by=admin.email)
    assert (code, "2 rows" in said, users.by_email("asha@example.com")) == (0, True, None)
    assert imports.find({})[0]["state"] == "cancelled"


def test_what_is_refused_is_told(world: World, admin: Person, file: Path, learner: Person) -> None:
    assert "is not an administrator" in run(world, file, by=learner.email)[1]
    file.write_bytes(b"shoes\n44\n")
    code, said = run(world, file, by=admin.email)
    assert code == 1
    assert "Error: The column email is missing: name the one that is meant of shoes." in said
