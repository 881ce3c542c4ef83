"""The export, opened by the models of their server (Mongoose), which do what its controllers do."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pymongo.database import Database

from lms.demo.seeding import PASSWORD
from tests import demo_data
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.node import installed
from tests.world import World

MODELS = Path(__file__).parents[1] / "their_models"
LEARNER = "student@example.com"


@pytest.fixture(scope="module")
def script() -> Path:
    """The script beside its packages."""
    folder = installed(MODELS)
    for name in ("models.mjs", "open.mjs"):
        shutil.copy(MODELS / name, folder)
    return folder / "open.mjs"


def test_their_server_goes_on_with_it(
    script: Path, world: World, export: Callable[..., Result], target: Database[Document], environment: dict[str, str]
) -> None:
    demo_data.copied()
    assert export().exit_code == 0
    counts = {name: target[name].count_documents({}) for name in target.list_collection_names()}
    on_sale = sorted(str(each["_id"]) for each in target["courses"].find({"status": "Published"}))
    learner: Any = target["users"].find_one({"email": LEARNER})
    watched = target["courseprogresses"].find({"userID": learner["_id"]})
    progress = {str(each["courseID"]): len(each["completedVideos"]) for each in watched}

    command = ["node", str(script), their_url(environment), LEARNER, PASSWORD]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert found["invalid"] == []
    assert set(found["unknown"]) <= {"Course.level", "Course.language", "Profile.countryCode"}
    assert found["counts"] == counts
    assert (found["signsIn"], found["refusesOthers"], found["profile"]) == (True, True, True)
    assert (found["onSale"], found["withoutInstructor"], found["dangling"]) == (on_sale, 0, 0)
    assert found["lessons"] == counts["subsections"]
    assert {course: count for course, (count, _) in found["percentages"].items()} == progress
    assert any(progress.values())
    assert found["reviews"] == counts["ratingandreviews"]
    assert found["saved"]
