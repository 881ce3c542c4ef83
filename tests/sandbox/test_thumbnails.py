"""Thumbnails are well-formed pictures whatever the address says."""

import xml.etree.ElementTree as ET

import pytest
from flask import Flask

from lms.demo.catalogue import CATEGORIES
from lms.demo.texts import slug
from lms.sandbox import thumbnails

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def client():
    app = Flask("lms")
    app.register_blueprint(thumbnails.bp)
    return app.test_client()


def texts(answer):
    assert answer.status_code == 200
    return [each.text for each in ET.fromstring(answer.data).iter(f"{SVG}text")]


def test_every_course_has_its_picture(client):
    for category in CATEGORIES:
        for course in category.courses:
            answer = client.get(f"/sandbox/thumbnails/{slug(category.name)}/{slug(course.title)}.svg")
            name, *title = texts(answer)
            assert name == category.name.upper()
            assert title
            assert category.colour in answer.text


def test_the_title_is_spelt_as_in_the_catalogue(client):
    name, *title = texts(client.get("/sandbox/thumbnails/data-science/sql-for-analysts.svg"))
    assert (name, title) == ("DATA SCIENCE", ["SQL for Analysts"])


def test_it_is_wide_and_may_be_kept(client):
    answer = client.get("/sandbox/thumbnails/design/typography-for-screens.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.cache_control.public
    assert answer.cache_control.max_age == 86_400
    root = ET.fromstring(answer.data)
    assert int(root.get("width")) * 9 == int(root.get("height")) * 16
    again = client.get(
        "/sandbox/thumbnails/design/typography-for-screens.svg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)<!--", "a&b\"'", "%00%0b", "दुकान-का-हिसाब", "%ff%fe", "{width}", "x" * 5000, "-"],
)
def test_what_the_address_says_is_only_text(client, words):
    for address in (f"/sandbox/thumbnails/design/{words}.svg", f"/sandbox/thumbnails/{words}/title.svg"):
        answer = client.get(address)
        texts(answer)
        assert "<script" not in answer.text
        assert len(answer.data) < 5000


def test_titles_are_distinguishable_at_a_glance(client):
    pictures = {
        client.get(f"/sandbox/thumbnails/design/{name}.svg").text.partition("<g ")[0].split("</title>")[1]
        for name in ("logo-and-brand-identity-workshop", "typography-for-screens", "design-systems-at-scale")
    }
    assert len(pictures) == 3
