"""What is kept of who was counted."""

from lms.extensions import mongo
from lms.models.base import now
from lms.models.system.limit_windows import limit_windows
from tests.world import World

ASHA, HOME = "asha@example.com", "203.0.113.7"


def try_once(world: World, email: str = ASHA) -> int:
    return world.post("/auth/login", {"email": email, "password": "wrong"}, address=HOME).status_code


def test_a_row_tells_neither_whose_tries_it_counts_nor_from_where(world: World) -> None:
    assert try_once(world) == 401
    rows = list(limit_windows.raw.find())
    assert len(rows) == 3
    assert not [row for row in rows if ASHA in str(row) or HOME in str(row)]


def test_rows_expire_when_their_window_is_over(world: World) -> None:
    assert mongo.db is not None
    indexes = mongo.db.limitWindows.index_information().values()
    assert [each["expireAfterSeconds"] for each in indexes if each["key"] == [("expireAt", 1)]] == [0]
    try_once(world)
    assert all(0 < (row["expireAt"] - now()).total_seconds() <= 3600 for row in limit_windows.find({}))


def test_what_is_forgotten_is_of_one_account_and_one_scope(world: World) -> None:
    for email in (ASHA, "bela@example.com"):
        for _ in range(10):
            try_once(world, email)
    world.post("/auth/sendotp", {"email": ASHA}, address=HOME)
    limit_windows.forget(ASHA, "login ")
    assert (try_once(world), try_once(world, "bela@example.com")) == (401, 429)
    assert world.post("/auth/sendotp", {"email": ASHA}, address=HOME).status_code == 429
    limit_windows.forget(ASHA)
    assert world.post("/auth/sendotp", {"email": ASHA}, address=HOME).status_code == 200
