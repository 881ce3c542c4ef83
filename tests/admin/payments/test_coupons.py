"""Staff making and ending coupons in their browser."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from bson import ObjectId

from lms.admin.formats import NOTHING
from lms.models.payments.coupons import coupons
from lms.models.system.audit_log import audit_log
from tests.buying import selling
from tests.staff import Browser, notices, rows, soup, staff
from tests.world import World

COUPONS = "/admin/coupons/"


@pytest.fixture
def shop(world: World) -> Iterator[None]:
    with selling(world):
        yield


def test_a_coupon_is_made_and_listed(admin: Browser) -> None:
    first, second = ObjectId(), ObjectId()
    limits = {"most_uses": "1000", "most_uses_per_user": "1", "courses": f"{first}\n {second}"}
    times = {"valid_from": "2026-11-01T10:00", "valid_until": "2099-01-01T00:00"}
    page = admin.act(f"{COUPONS}new", {"code": "spring", "percent": "20", "amount": "", **limits, **times})
    assert notices(page) == ["The coupon SPRING can be used."]
    coupon = coupons.get({"_id": "SPRING"})
    assert coupon is not None
    assert (coupon["courses"], coupon["mostUses"]) == ([first, second], 1000)
    assert coupon["validFrom"] == datetime(2026, 11, 1, 10)
    admin.act(f"{COUPONS}new", {"code": "FLAT", "amount": "1234.50"})
    flat, spring = rows(admin.page(COUPONS))
    assert flat[:6] == ["FLAT", "₹1,234.50", "0", NOTHING, NOTHING, flat[5]]
    assert spring[:5] == ["SPRING", "20 %", "0", "1,000", "1"]
    assert [row[0] for row in rows(admin.page(f"{COUPONS}?search=flat"))] == ["FLAT"]
    assert [row[0] for row in rows(admin.page(f"{COUPONS}?flt0_kind=percent"))] == ["SPRING"]
    assert audit_log.count({"action": "coupon.create"}) == 2


@pytest.mark.parametrize(
    "form",
    [
        {"code": "", "percent": "20"},
        {"code": "X Y", "percent": "20"},
        {"code": "X", "percent": "101"},
        {"code": "X", "percent": "twenty"},
        {"code": "X"},
        {"code": "X", "percent": "5", "amount": "5"},
        {"code": "X", "percent": "5", "courses": "knots"},
        {"code": "X", "percent": "5", "most_uses": "0"},
        {"code": "X", "percent": "5", "valid_until": "2020-01-01T00:00"},
        {"code": "X", "percent": "5", "valid_until": "tomorrow"},
        {"code": "X", "percent": "5", "used": "5"},
    ],
)
def test_a_form_that_is_not_right_makes_none(admin: Browser, form: dict[str, str]) -> None:
    answer = admin.post(f"{COUPONS}new", form)
    assert (answer.status_code, coupons.count({})) == (400, 0)
    assert soup(answer).select_one("[name=code]")["value"] == form["code"]


def test_a_code_that_is_taken_is_told(world: World, admin: Browser) -> None:
    world.coupon("SPRING", percent=10)
    answer = admin.post(f"{COUPONS}new", {"code": "Spring", "percent": "20"})
    assert (answer.status_code, notices(soup(answer))) == (409, ["There is already a coupon with this code."])


def test_a_coupon_is_ended_as_it_was_seen(world: World, admin: Browser) -> None:
    world.coupon("SPRING", percent=10)
    (form,) = admin.page(f"{COUPONS}SPRING").select("form[action$='/end']")
    seen = form.select_one("input[name=seen]")["value"]
    page = admin.act(f"{COUPONS}SPRING/end", {"seen": seen})
    assert notices(page) == ["The coupon is ended."]
    assert page.select("form[action$='/end']") == []
    answer = admin.post(f"{COUPONS}SPRING/end", {"seen": seen})
    assert (answer.status_code, audit_log.count({"action": "coupon.end"})) == (409, 1)


def test_a_coupon_with_an_end_is_ended_as_it_was_seen(world: World, admin: Browser) -> None:
    world.coupon("SPRING", percent=10, valid_until=datetime(2099, 1, 1, 12, 30, 15, 250000))
    (form,) = admin.page(f"{COUPONS}SPRING").select("form[action$='/end']")
    admin.act(f"{COUPONS}SPRING/end", {"seen": form.select_one("input[name=seen]")["value"]})


def test_a_coupon_says_who_used_it(world: World, shop: None) -> None:
    world.coupon("SPRING", percent=10)
    learner = world.person(email="asha@example.com", firstName="Asha")
    world.buy(learner, world.course(world.person("instructor"), amount=49900), coupon="SPRING")
    page = staff(world, "support").page(f"{COUPONS}SPRING")
    assert rows(page) == [["Asha Sharma", "asha@example.com", "1"]]
    (link,) = page.select("main a[href*='orders']")
    assert len(rows(staff(world, "support").page(str(link["href"])))) == 1


def test_support_only_looks(world: World) -> None:
    world.coupon("SPRING", percent=10)
    support = staff(world, "support")
    assert support.page(COUPONS).select("main a[href$='/new']") == []
    assert support.page(f"{COUPONS}SPRING").select("main form") == []
    assert support.post(f"{COUPONS}SPRING/end", {}).status_code == 403
    assert support.get(f"{COUPONS}nothing").status_code == 404
