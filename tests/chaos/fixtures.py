"""One stage for all tests of a process, made when it is first needed and gone with the process."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chaos.shop import Shop
from tests.chaos.stage import Stage, stage

STAGE = pytest.StashKey[Stage]()


@pytest.fixture
def shop(request: pytest.FixtureRequest, worker_number: int) -> Iterator[Shop]:
    """People and a gateway before an empty platform, of which only the API and the scheduler run."""
    if STAGE not in request.config.stash:
        request.config.stash[STAGE] = _staged(request.config, worker_number)
    made = request.config.stash[STAGE]
    made.empty()
    shop = Shop(made)
    yield shop
    shop.close()
    made.rest()


def _staged(config: pytest.Config, worker_number: int) -> Stage:
    mongodb, options = os.environ["TEST_MONGODB_URL"].split("/?")
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(tempfile.TemporaryDirectory(prefix="lms-chaos-", ignore_cleanup_errors=True))
        gateway = f"{mongodb}/lms_gateway_{worker_number}?{options}"
        made = cleanup.enter_context(stage(Path(folder), gateway, api_workers=1))
        config.add_cleanup(cleanup.pop_all().close)
    return made
