"""The whole way of a learner and of an instructor in a page that speaks as frontends of the StudyNotion family do."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from lms.demo.seeding import PASSWORD
from tests.browser.conftest import run_flask
from tests.browser.films import SAMPLE
from tests.browser.frontend import Browser
from tests.smtp import Inbox

WINDOW: Any = {"width": 760, "height": 900}
CHECKOUT = "https://checkout.razorpay.com/v1/checkout.js"
NEW_PASSWORD = "another quiet harbour"
KEY = "rzp_test_sandbox"
"""What such a frontend has built in."""


class Studynotion:
    """The page in a window; a problem in its console is one of ours."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda each: self.problems.append(each.text) if each.type == "error" else None)

    def run(self, function: str, *arguments: Any) -> Any:
        return self.page.evaluate(f"given => {function}(...given)", arguments)

    def toast(self, function: str, *arguments: Any) -> str | None:
        """The sentence that is shown when this is refused, which the browser's console tells of too."""
        said: str | None = self.page.evaluate(f"given => toastOf({function}(...given))", arguments)
        self.problems.clear()
        return said


@pytest.fixture(params=["A", "B"])
def frontend(request: pytest.FixtureRequest, browser: Browser, page_origin: str) -> Iterator[Studynotion]:
    api = browser.api.replace("/api/v1", "/studynotion/api/v1")
    found = Studynotion(browser.window(WINDOW))
    found.page.route(CHECKOUT, lambda route: _ours(route, browser.api))
    found.page.goto(f"{page_origin}/studynotion.html?api={api}&dialect={request.param}")
    yield found
    assert found.problems == []


def _ours(route: Route, api: str) -> None:
    """The script of the stand-in where the gateway's is asked for, as the extension for browsers has it."""
    script = route.fetch(url=api.replace("/api/v1", "/sandbox/razorpay/checkout.js"))
    route.fulfill(response=script)


def test_the_whole_way_of_a_learner(
    frontend: Studynotion, own_environment: dict[str, str], inbox: Inbox, request: pytest.FixtureRequest
) -> None:
    email = f"asha.{request.node.callspec.params['frontend'].lower()}@example.com"
    sign_up(frontend, email, own_environment, inbox)
    assert frontend.run("logIn", email, PASSWORD) is None
    assert frontend.page.text_content("#who") == "Asha Rao, Student"

    course = for_sale(frontend)
    before = frontend.run("coursePage", course)
    assert (before["mine"], before["videos"]) == (False, 0)
    buy(frontend, course)
    assert frontend.run("coursePage", course)["mine"] is True
    assert frontend.toast("buyCourse", [course], KEY) == "Student is already enrolled"

    learn(frontend, course)
    tell_of_oneself(frontend)
    frontend.run("changePassword", PASSWORD, NEW_PASSWORD)
    frontend.run("deleteProfile")
    assert frontend.toast("myCourses") == "Your sign-in has ended. Sign in again."


def sign_up(frontend: Studynotion, email: str, environment: dict[str, str], inbox: Inbox) -> None:
    frontend.run("sendOtp", email)
    run_flask("worker", "mail", "--burst", environment=environment)
    code = re.search(r"^ {4}(\d{6})$", inbox.to(email)[-1].text, re.MULTILINE)
    assert code is not None
    assert "accountType" in str(frontend.toast("signUp", email, PASSWORD, "Admin", code[1]))
    frontend.run("signUp", email, PASSWORD, "Student", code[1])


def for_sale(frontend: Studynotion) -> str:
    """A course that costs something, found by the menu."""
    found = [course for category in frontend.run("menu") for course in frontend.run("catalogue", category)]
    course: str = next(each["id"] for each in found if each["price"] > 0)
    return course


def buy(frontend: Studynotion, course: str) -> None:
    frontend.run("buyCourse", [course], KEY)
    frontend.page.get_by_role("button", name=re.compile("^Pay ₹")).click()
    frontend.page.wait_for_function("window.bought !== null")


def learn(frontend: Studynotion, course: str) -> None:
    [mine] = frontend.run("myCourses")
    assert (mine["id"], mine["done"]) == (course, 0)
    view = frontend.run("viewCourse", course)
    assert view["lessons"][0]["_id"] == mine["first"]
    frontend.run("watch", view["lessons"][0]["videoUrl"])
    frontend.page.wait_for_function("video.currentTime > 0.2")
    frontend.run("completeLecture", course, mine["first"])
    assert frontend.run("viewCourse", course)["completed"] == [mine["first"]]
    frontend.run("rate", course, 4, "Clear and calm.")
    frontend.run("coursePage", course)
    assert "Asha Rao: 4.0 Clear and calm." in str(frontend.page.text_content("#page"))


def tell_of_oneself(frontend: Studynotion) -> None:
    assert frontend.run("updateProfile", {"about": "Likes paper."}) == "Likes paper."
    assert "/avatar/" not in frontend.run("updatePicture")


def test_the_whole_way_of_an_instructor(frontend: Studynotion, own_environment: dict[str, str]) -> None:
    frontend.run("logIn", "instructor@example.com", PASSWORD)
    assert str(frontend.page.text_content("#who")).endswith(", Instructor")
    category = frontend.run("menu")[0]
    fields = {"courseName": "Bookbinding", "courseDescription": "Sew & glue.", "price": "499", "category": category}
    course = frontend.run("createCourse", {**fields, "whatYouWillLearn": "- Sewing\n- Glueing"})
    section = frontend.run("addSection", course, "Paper")
    frontend.page.set_input_files("#file", SAMPLE)
    lesson = frontend.run("addLesson", course, section, "Folding")
    frontend.run("watch", lesson["videoUrl"])
    frontend.page.wait_for_function("video.currentTime > 0.2")

    assert frontend.run("editInstructions", course, "Some thread") == ["A table", "Two hands", "Some thread"]
    frontend.run("editCourse", course, {"price": "599"})
    status, message = frontend.run("publish", course, category)
    assert (status, "handed in" in message) == ("Draft", True)
    run_flask("course", "approve", course, environment=own_environment)
    assert [course, "Published", 0] in frontend.run("taught")
    students, revenue = frontend.run("dashboard")
    assert students > 0
    assert revenue > 0
    frontend.run("deleteCourse", course)
    assert course not in [each[0] for each in frontend.run("taught")]
