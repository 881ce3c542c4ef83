"""A course on its way from its author's browser to a learner's player, through everything that is between them."""

from pathlib import Path

from bson import ObjectId
from flask import Flask

from lms.demo import people
from lms.demo.seeding import PASSWORD
from lms.models.learning.enrollments import enrollments
from tests.browser.conftest import run_flask
from tests.browser.films import HOLE, SAMPLE, large_film
from tests.browser.frontend import Browser, Frontend
from tests.database import another
from tests.uploads import http

TITLE = "Bookbinding by Hand: <vector> and <map>"
DESCRIPTION = "Sew and glue.\nThen press."
SEARCH = "/courses/getAllCourses?q=bookb"
MIDDLE, LATE = 12, 24
"""Seconds on the far side of the first and the second hole of the large film."""


def test_what_an_author_uploads_a_learner_watches_for_as_long_as_they_may(
    browser: Browser, own_environment: dict[str, str], own_database: str, app: Flask, folder: Path
) -> None:
    author = browser.open("instructor@example.com", PASSWORD)
    course = write_course(author)
    lesson = add_lessons(author, course, [large_film(folder), SAMPLE])
    assert author.call("POST", f"/courses/submitCourse/{course}")["status"] == "in_review"

    learner = browser.open("student@example.com", PASSWORD)
    assert learner.call("GET", SEARCH) == []
    run_flask("course", "approve", course, environment=own_environment)
    enrol_in_what_is_found(learner, course)

    begin_to_watch(learner, lesson)
    jump_ahead(learner)
    have_the_place_kept(learner, course, lesson)

    stranger = browser.open(people.person(1, "example.com").email, PASSWORD)
    assert stranger.refusal("GET", f"/courses/playback/{lesson}") == (403, "not_enrolled")

    go_on_after_a_pause(learner)
    two_more_playbacks_end_it_and_the_page_hears_of_it(learner, lesson)
    with app.app_context(), another(own_database):
        a_refund_ends_it_for_good(learner, course, lesson)


def write_course(author: Frontend) -> str:
    """A draft with a thumbnail and one section; its id."""
    category = author.call("GET", "/courses/showAllCategories")[0]["id"]
    fields = {"title": TITLE, "description": DESCRIPTION, "price": "0", "category": category, "tags": ["a", "b"]}
    answer = author.run("createCourse", fields)
    assert (answer["status"], answer["data"]["status"]) == (201, "draft")
    assert (answer["data"]["title"], answer["data"]["description"]) == (TITLE, DESCRIPTION)
    course: str = answer["data"]["id"]
    author.call("POST", f"/courses/addSectionToACourse/{course}", {"sectionName": "Paper"})
    return course


def add_lessons(author: Frontend, course: str, films: list[Path]) -> str:
    """A lesson for each of the films, which the browser uploads; the id of the first."""
    section = author.call("GET", f"/courses/getCourseDetails/{course}")["sections"][0]["id"]
    for film in films:
        author.page.set_input_files("#file", film)
        public_id = author.run("uploadChosenFile")
        assert author.page.evaluate("sent.value") == 1
        fields = {"title": film.stem, "videoPublicId": public_id}
        (outline,) = author.call("POST", f"/courses/addSubsection/{section}", fields)
    assert [lesson["duration"] for lesson in outline["subsections"]] == [30, 30]
    uploads = [answer.status for answer in author.answers if answer.url.endswith("/video/upload")]
    assert uploads == [200] * 6, "five chunks and a whole file"
    first: str = outline["subsections"][0]["id"]
    return first


def enrol_in_what_is_found(learner: Frontend, course: str) -> None:
    (found,) = learner.call("GET", SEARCH)
    assert (found["id"], found["title"], found["price"], found["totalDuration"]) == (course, TITLE, 0, 60)
    learner.page.evaluate("address => (find('thumbnail').src = address)", found["thumbnail"])
    learner.wait("find('thumbnail').naturalWidth === 320")
    learner.call("POST", f"/courses/enroll/{course}")


def begin_to_watch(learner: Frontend, lesson: str) -> None:
    learner.run("watch", lesson)
    learner.wait("video.currentTime > 1 && video.videoWidth === 320")
    assert learner.page.evaluate("video.duration") == 30
    assert learner.ranges()[-1].start < HOLE


def jump_ahead(learner: Frontend) -> None:
    """Seek to what has not been loaded yet, and pause there."""
    learner.page.evaluate(f"video.currentTime = {MIDDLE}")
    learner.wait(f"find('log').textContent.includes('seeked at {MIDDLE}') && video.currentTime > {MIDDLE}")
    learner.until(lambda: any(HOLE < part.start < 2 * HOLE for part in learner.ranges()))
    learner.page.evaluate("video.pause()")


def have_the_place_kept(learner: Frontend, course: str, lesson: str) -> None:
    position = learner.page.evaluate("video.currentTime")
    body = {"subsectionId": lesson, "position": position}
    kept = {"subsectionId": lesson, "position": int(position)}
    assert learner.call("POST", f"/profile/updateCourseProgress/{course}", body)["resume"] == kept
    attended = learner.call("GET", "/profile/getEnrolledCourses/me?limit=100")
    assert [each["resume"] for each in attended if each["id"] == course] == [kept]


def go_on_after_a_pause(learner: Frontend) -> None:
    """What the store signed when it began has ended; the player seeks and plays on, and the page need not help."""
    address = learner.page.evaluate("video.src")
    at_the_store = http.request("GET", address, redirect=False).headers["Location"]
    learner.until(lambda: http.request("GET", at_the_store).status == 401)
    learner.page.evaluate(f"video.currentTime = {LATE}; video.play()")
    learner.wait(f"!video.paused && video.currentTime > {LATE + 0.5}")
    assert learner.page.evaluate("[video.src, renewals]") == [address, 0]
    learner.until(lambda: any(part.start > 2 * HOLE for part in learner.ranges()))
    learner.page.evaluate("video.pause()")


def two_more_playbacks_end_it_and_the_page_hears_of_it(learner: Frontend, lesson: str) -> None:
    begin_to_watch(learner, lesson)
    address = learner.page.evaluate("video.src")
    others = [learner.call("GET", f"/courses/playback/{lesson}")["url"] for _ in range(2)]
    assert [learner.status(each) for each in (address, *others)] == [403, 206, 206]
    learner.page.evaluate(f"video.currentTime = {LATE}")
    learner.wait(f"renewals === 1 && !video.paused && video.currentTime > {LATE}")
    assert learner.page.evaluate("video.src") != address
    learner.page.evaluate("video.pause()")


def a_refund_ends_it_for_good(learner: Frontend, course: str, lesson: str) -> None:
    """Within a minute, whatever was handed out."""
    address = learner.page.evaluate("video.src")
    at_the_store = http.request("GET", address, redirect=False).headers["Location"]
    enrollments.update({"course": ObjectId(course)}, {"$set": {"status": "refunded"}})
    assert learner.status(address) == 403
    assert learner.refusal("GET", f"/courses/playback/{lesson}") == (403, "not_enrolled")
    learner.until(lambda: http.request("GET", at_the_store).status == 401)
