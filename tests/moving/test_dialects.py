"""Copies of their server that call things otherwise."""

import pytest
from pymongo.database import Database

from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.system.moves import moves
from lms.moving.became import Options
from lms.moving.proof import prove
from lms.moving.source import Source
from tests.moving.conftest import imported
from tests.moving.dialects import DIALECTS, Document
from tests.moving.planted import plant
from tests.moving.stage import their_url
from tests.moving.their_server import TheirServer
from tests.world import World


@pytest.mark.parametrize("name", sorted(DIALECTS.keys() - {"most copied"}))
def test_every_copy_moves_in_as_the_most_copied_one(
    world: World, db: Database[Document], environment: dict[str, str], name: str
) -> None:
    server = TheirServer(db, DIALECTS[name]).open()
    faults = plant(server)
    imported(their_url(environment))
    told = {(loss["code"], row["_id"]) for row in moves.raw.find() for loss in row["losses"]}
    silent = [each for each in faults if (each.code, f"{each.collection}:{each.id}") not in told]
    assert [each.code for each in silent] == ["id_unusable"], "Its row is under another key."
    assert courses.count({"status": "published"}) > 0
    assert {tag for each in courses.find({}) for tag in each["tags"]} > {"beginners"}
    assert subsections.count({"duration": {"$gt": 0}, "videoUrl": {"$ne": None}}) > 0
    assert sum(len(each["completed"]) for each in course_progress.find({})) > 0
    assert enrollments.count({}) > 10
    assert reviews.count({"rating": {"$gte": 1}}) > 0
    source = Source(their_url(environment))
    assert [check for check in prove(source, Options()) if not check.holds] == []
    source.close()
