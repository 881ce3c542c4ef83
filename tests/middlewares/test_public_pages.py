import pytest
from cachetools import TTLCache

from lms.services.system import page_store
from lms.services.system.page_store import Remembered
from tests.world import World


def test_made_up_query_strings_take_no_more_memory_than_there_is_for_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = world.course(world.person("instructor"), description="d" * 5000)
    assert page_store._memory.maxsize == page_store.MOST_BYTES
    kept: TTLCache[str, Remembered] = TTLCache(
        50_000, page_store.LIFETIME_SECONDS, getsizeof=page_store._memory.getsizeof
    )
    monkeypatch.setattr(page_store, "_memory", kept)
    for number in range(60):
        assert world.get(f"/courses/getCourseDetails/{course.id}?x={number}").status_code == 200
    assert 0 < kept.currsize <= 50_000
    assert kept.currsize == sum(each.size for each in kept.values())
    assert len(kept) < 60


def test_a_page_that_is_large_is_served_and_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_store, "MOST_BYTES_A_PAGE", 100)
    world.course(world.person("instructor"))
    address = "/courses/getAllCourses?page=1&large=1"
    first, second = (world.get(address) for _ in range(2))
    assert first.data == second.data
    assert page_store.recall(f"/api/v1{address}") is None
