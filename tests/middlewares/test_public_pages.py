import pytest

from lms.middlewares import public_pages
from tests.world import World


def test_made_up_query_strings_take_no_more_memory_than_there_is_for_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = world.course(world.person("instructor"), description="d" * 5000)
    kept = world.app.wsgi_app
    while not isinstance(kept, public_pages.PublicPages):
        kept = kept.wsgi_app
    monkeypatch.setattr(public_pages, "MOST_BYTES", 50_000)
    for number in range(60):
        assert world.get(f"/courses/getCourseDetails/{course.id}?x={number}").status_code == 200
    assert 0 < kept.bytes <= 50_000
    assert kept.bytes == sum(each.size + len(address) for address, each in kept.kept.items())


def test_a_page_that_is_large_is_served_and_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_pages, "MOST_BYTES_A_PAGE", 100)
    world.course(world.person("instructor"))
    first, second = (world.get("/courses/getAllCourses?page=1&large=1") for _ in range(2))
    assert first.data == second.data
