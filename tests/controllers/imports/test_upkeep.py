from datetime import timedelta

import pytest

from lms.controllers.accounts import erasure
from lms.controllers.imports import upkeep
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.imports.import_files import import_files
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import imports
from tests.importing import imported, table, upload
from tests.world import Person, World, refused

CONTENT = table(("email", "firstName"), ("asha@example.com", "Asha"), ("nobody", "B"))
LONG_AGO = timedelta(days=31)


def kept() -> tuple[int, int, bool]:
    [of] = imports.find({})
    return import_files.count({}), import_rows.count({}), "report" in of


def test_files_rows_and_reports_go_thirty_days_after_the_end(world: World, admin: Person) -> None:
    done = imported(world, admin, "learners", CONTENT)
    upkeep.sweep()
    assert kept() == (1, 2, True)
    imports.update_many({}, {"$set": {"finishedAt": now() - LONG_AGO}})
    upkeep.sweep()
    assert kept() == (0, 0, False)
    assert imports.find({})[0]["created"] == 1
    assert refused(world.get(f"/imports/{done['id']}/failures.csv", by=admin)) == (409, "report_not_ready")
    upkeep.sweep()


@pytest.mark.parametrize(("state", "ends_as"), [("checked", "cancelled"), ("refused", "refused")])
def test_what_nobody_went_on_with_ends_too(world: World, admin: Person, state: str, ends_as: str) -> None:
    upload(world, admin, "learners", CONTENT)
    imports.update_many({}, {"$set": {"state": state, "createdAt": now() - LONG_AGO}})
    upkeep.sweep()
    [of] = imports.find({})
    assert (of["state"], "open" in of, import_files.count({})) == (ends_as, False, 0)


@pytest.mark.parametrize("email", ["asha@example.com", "nobody"])
def test_with_somebody_who_is_erased_goes_what_tells_of_them(world: World, admin: Person, email: str) -> None:
    imported(world, admin, "learners", CONTENT)
    person = users.by_email(email) or users.by_id(world.person(email=email).id)
    users.update({"_id": person["_id"]}, {"$set": {"deletedAt": now() - LONG_AGO}})
    erasure.erase_deleted()
    upkeep.sweep()
    assert kept() == (0, 0, False)
