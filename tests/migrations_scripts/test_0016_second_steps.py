"""Migration 0016 on sign-ins of an older version."""

from lms import migrations
from lms.models.accounts.sessions import sessions
from lms.models.system.migrations import migrations as ran
from tests.world import World

NAME = "0016_await_second_steps"


def test_administrators_have_their_second_step_to_take_also_when_run_twice(world: World) -> None:
    admin, learner = world.person("admin"), world.person()
    for _ in range(2):
        ran.raw.delete_one({"_id": NAME})
        assert migrations.upgrade(lambda name: None) == 1
        kept = {row["user"]: row.get("awaits") for row in sessions.find({})}
        assert kept == {admin.id: "code", learner.id: None}
