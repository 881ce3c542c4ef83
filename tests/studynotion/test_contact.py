"""The contact form, as branches send it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.studynotion.frontend import Frontend, read, toast

NAMED = {"firstName": "Asha", "email": "asha@example.com", "message": "Where is <b>my</b> certificate?"}
BODIES = {
    "A": {**NAMED, "lastName": "Rao", "phoneNo": "+91  9876543210"},
    "main line": {**NAMED, "lastaName": "Rao", "countrycode": "+91", "phoneNo": "9876543210"},
    "a number as such": {**NAMED, "lastName": "Rao", "countrycode": "+91", "phoneNo": 9876543210},
    "small letters": {**NAMED, "firstName": "", "firstname": "Asha", "lastname": "Rao", "phoneNo": "+91 9876543210"},
    "a country's name": {**NAMED, "lastName": "Rao", "countrycode": "India", "phoneNo": "+91 9876543210"},
}
PATHS = ("/contact/contactUs", "/reach/contact", "/reach/contactUsForm", "/general/contact")


@pytest.fixture
def dialect() -> str:
    """Nobody is signed in here, which is what tells the dialects apart."""
    return "B"


def mails(frontend: Frontend) -> list[Any]:
    frontend.world.run_jobs()
    return frontend.world.inbox.to("support@localhost")


@pytest.mark.parametrize("branch", BODIES)
def test_is_mailed_whatever_its_fields_are_called(frontend: Frontend, branch: str) -> None:
    assert read(frontend.post(PATHS[0], BODIES[branch]))["message"]
    [mail] = mails(frontend)
    assert (mail.subject, mail.reply_to) == ("Asha Rao wrote by the contact form", "asha@example.com")
    assert "+91 9876543210" in mail.text.replace("  ", " ")
    assert "&lt;b&gt;" in mail.html


@pytest.mark.parametrize("path", PATHS)
def test_is_where_each_branch_looks_for_it(frontend: Frontend, path: str) -> None:
    read(frontend.post(path, NAMED))
    assert len(mails(frontend)) == 1


def test_says_what_is_wrong_in_one_sentence(frontend: Frontend) -> None:
    wrong = {**BODIES["main line"], "lastaName": "http://x.example", "phoneNo": "none", "message": ""}
    sentence = toast(frontend.post("/reach/contact", wrong))
    assert "lastaName: A name cannot contain" in sentence
    assert "phoneNo: A number is 7 to 22 digits" in sentence
    assert "message: This field is required." in sentence


def test_is_counted_with_our_own(frontend: Frontend) -> None:
    answers = [frontend.post("/reach/contact", NAMED, address="203.0.113.7") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert toast(answers[-1])
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_is_refused_where_nobody_answers(frontend: Frontend, settings: Callable[..., None]) -> None:
    settings(app_env="production")
    answer = frontend.post("/contact/contactUs", NAMED)
    assert (answer.status_code, answer.json["code"]) == (503, "contact_unavailable")
