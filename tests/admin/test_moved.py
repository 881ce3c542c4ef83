"""Pages under the names that they had before."""

import pytest

from tests.staff import staff
from tests.world import Person, World


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/admin/queue/", "/admin/waiting-courses/"),
        ("/admin/people/", "/admin/users/"),
        ("/admin/reviewed-orders/", "/admin/held-orders/"),
    ],
)
def test_bookmarks_are_led_on(world: World, old: str, new: str) -> None:
    answer = staff(world).get(old)
    assert (answer.status_code, answer.location.removeprefix("http://localhost")) == (308, new)


def test_a_form_that_is_sent_to_an_old_address_is_led_on_with_what_it_says(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="in_review")
    form = {"seen": "0", "reason": "Please add captions.\r\nPlease fix the sound of lesson 2."}
    answer = staff(world).post(f"/admin/queue/{course.id}/reject", form)
    assert answer.status_code == 308
    assert answer.location.endswith(f"/admin/waiting-courses/{course.id}/reject")
