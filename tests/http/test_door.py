"""What a permission checks is asked before the controller is: the door alone turns away whose a thing is not."""

import re
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from bson import ObjectId

from lms.errors import Forbidden
from lms.http.operations import OPERATIONS, Operation
from lms.middlewares.auth import importer, own_import, uploader, who_may_see_the_file
from lms.middlewares.client_address import ADDRESS_KEY
from tests.routes.system.test_permissions import CASES, build, name, sent_as
from tests.world import World

CHECKED = [operation for operation in OPERATIONS if operation.allow.checks]


def uncalled(**arguments: Any) -> NoReturn:
    raise AssertionError("The controller was asked.")


def test_what_has_an_owner_a_learner_or_an_author_is_checked_at_the_door() -> None:
    named = {"owner", "owner, co-author", "enrolled", "enrolled, owner, co-author", "self", "its author"}
    named |= {uploader.name, who_may_see_the_file.name}
    named |= {"who takes it", "who takes it, owner, co-author", importer.name, own_import.name}
    assert {operation.allow.name for operation in CHECKED} == named
    assert all(operation.check for operation in CHECKED)


@pytest.mark.parametrize("operation", CHECKED, ids=name)
def test_the_door_turns_away_whose_it_is_not(world: World, operation: Operation) -> None:
    stage, case = build(world), CASES[name(operation)]
    path = {word: ObjectId(stage.ids[word]) for word in re.findall(r"<(\w+)>", operation.path)}
    assert operation.check is not None
    turned_away = (*operation.check[1].refusals, Forbidden)
    strangers = [each for each in ("other student", "other instructor") if case.expected[each] is not True]
    assert strangers
    for caller in strangers:
        headers = {"Authorization": f"Bearer {stage.people[caller].token}"}
        body = case.body(stage) if case.body else None
        sent: Any = {"method": operation.method, "headers": headers, "environ_overrides": {ADDRESS_KEY: "10.0.0.1"}}
        sent |= sent_as(operation, body)
        sent |= {"query_string": {"q": "knots"}}  # what a search asks for; others ignore it
        with world.app.test_request_context(**sent), pytest.raises(turned_away):
            replace(operation, handler=uncalled).view(**path)
