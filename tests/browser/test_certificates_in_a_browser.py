"""A stranger with a phone, and staff at a desk, on one certificate, in a real browser."""

import re
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from lms.services.certificates import codes
from tests.certificates import completed, enable
from tests.staff import staff
from tests.world import Person, World, served

PHONE = {"width": 360, "height": 740}


def test_a_stranger_verifies_and_staff_revoke(world: World, teacher: Person, chromium: Any, app: Flask) -> None:
    learner = world.person(firstName="Asha", lastName="Rao")
    with served(app) as address:
        course = world.course(teacher, title="Knots, bends and hitches for everybody who sails")
        enable(course)
        certificate = completed(world, learner, course)
        found = re.search(rf"^{address}/verify/\w+$", world.inbox.to(learner.email)[-1].text, re.MULTILINE)
        assert found is not None
        stranger = chromium.new_page(viewport=PHONE, java_script_enabled=False)
        stranger.goto(found[0])
        expect(stranger.get_by_text("This certificate is genuine and holds.")).to_be_visible()
        expect(stranger.get_by_role("heading", name="Asha Rao")).to_be_visible()
        stranger.get_by_role("link", name="Verify another certificate").click()
        stranger.get_by_label("Code").fill(codes.shown(certificate["code"]).lower())
        stranger.get_by_role("button", name="Verify").click()
        expect(stranger.get_by_role("heading", name="Asha Rao")).to_be_visible()
        revoke(world, chromium, address, str(certificate["_id"]))
        stranger.reload()
        expect(stranger.get_by_text("This certificate was revoked.")).to_be_visible()
        stranger.close()
        assert fits(chromium, found[0])


def revoke(world: World, chromium: Any, address: str, certificate_id: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    cookie = staff(world).client.get_cookie("staff")
    assert cookie is not None
    context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    desk: Page = context.new_page()
    desk.goto(f"{address}/admin/certificates/{certificate_id}")
    asking = desk.locator("details").filter(has=desk.locator("summary", has_text="Revoke"))
    asking.locator("summary").click()
    asking.get_by_label("Why, as everybody may read").select_option("misconduct")
    asking.get_by_label("In words, for staff alone").fill("Copied.")
    asking.get_by_role("button", name="Revoke").click()
    expect(desk.get_by_text("It is revoked, and its holder is told so.")).to_be_visible()
    context.close()


def fits(chromium: Any, address: str) -> bool:
    """Whether nothing of the page is beside a small phone's screen."""
    page = chromium.new_page(viewport=PHONE)
    page.goto(address)
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return wide <= PHONE["width"]
