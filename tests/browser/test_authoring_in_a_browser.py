"""A course on its way from its author's browser to a learner's player, through everything that is between them."""

from pathlib import Path

from lms.demo import people
from lms.demo.seeding import PASSWORD
from tests.browser.conftest import run_flask
from tests.browser.films import HOLE, SAMPLE, large_film
from tests.browser.frontend import Browser, Frontend

TITLE = "Bookbinding by Hand: <vector> and <map>"
DESCRIPTION = "Sew and glue.\nThen press."
SEARCH = "/courses/getAllCourses?q=bookb"
MIDDLE, LATE = 12, 24
"""Seconds on the far side of the first and the second hole of the large film."""


def test_what_an_author_uploads_a_learner_watches_for_as_long_as_they_may(
    browser: Browser, own_environment: dict[str, str], folder: Path
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

    go_on_after_the_address_has_ended(learner)
    a_third_playback_ends_the_first(learner, lesson)


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
    assert {part.start < HOLE for part in learner.ranges()} == {True}


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


def go_on_after_the_address_has_ended(learner: Frontend) -> None:
    """Neither the API nor the store plays it any longer, so that the page asks for another to play the rest."""
    address, renewals = learner.page.evaluate("[video.src, renewals]")
    store = [answer.url for answer in learner.answers if answer.status == 206][-1]
    learner.until(lambda: learner.status(address) == 403)
    learner.until(lambda: learner.status(store) == 401)
    learner.page.evaluate(f"video.currentTime = {LATE}")
    learner.wait(f"renewals > {renewals} && !video.paused && video.currentTime > {LATE + 0.5}")
    assert learner.page.evaluate("video.src") != address
    learner.until(lambda: any(part.start > 2 * HOLE for part in learner.ranges()))
    learner.page.evaluate("video.pause()")


def a_third_playback_ends_the_first(learner: Frontend, lesson: str) -> None:
    addresses = [learner.call("GET", f"/courses/playback/{lesson}")["url"] for _ in range(3)]
    assert [learner.status(address) for address in addresses] == [403, 206, 206]
