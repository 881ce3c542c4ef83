"""What becomes of people, courses and lessons at their server."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest
from bson import ObjectId

from lms.models.authoring.subsections import Subsection
from lms.models.base import COLLECTIONS
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import new_course
from lms.models.fields import defaults
from lms.moving.export import catalogue, learning, losses, people
from lms.services.accounts import passwords
from tests.moving.export.conftest import SCHOOL
from tests.world import World

MOMENT = datetime(2025, 3, 1, 12)
ASHA: Any = {
    "_id": ObjectId(),
    "firstName": "Asha",
    "lastName": "Rao",
    "email": "asha@example.com",
    "passwordHash": "$2b$12$" + "a" * 53,
    "role": "instructor",
    "status": "active",
    "image": None,
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
}


@pytest.fixture(autouse=True)
def _school(world: World, settings: Callable[..., None]) -> None:
    settings(**SCHOOL)


def user(**fields: Any) -> dict[str, Any]:
    given: Any = {name: value for name, value in {**ASHA, **fields}.items() if value is not ...}
    return people.user(given, ASHA["_id"], [], [])


def test_an_account_keeps_its_password() -> None:
    found = user()
    assert (found["email"], found["password"], found["accountType"]) == (
        ASHA["email"],
        ASHA["passwordHash"],
        "Instructor",
    )
    assert (found["active"], found["approved"], found["__v"]) == (True, True, 0)
    assert user(passwordHash="$2y$10$" + "a" * 53)["password"] == "$2b$10$" + "a" * 53
    assert not passwords.matches("", user(passwordHash=...)["password"])


def test_who_waits_or_is_suspended_is_told_of() -> None:
    assert user(appliedAt=MOMENT)["approved"] is False
    assert user(status="suspended")["active"] is False


@pytest.mark.parametrize("gone", [{"email": ...}, {"deletedAt": MOMENT}])
def test_who_is_gone_cannot_sign_in_there(gone: dict[str, Any]) -> None:
    found = user(**gone)
    assert found["email"] == f"{ASHA['_id']}@former.invalid"
    assert (found["password"], found["active"]) == (people.NOBODYS, False)


def test_one_name_is_there_twice_and_initials_are_drawn_there() -> None:
    found = user(lastName="")
    assert (found["firstName"], found["lastName"]) == ("Asha", "Asha")
    assert user()["image"] == "https://api.dicebear.com/5.x/initials/svg?seed=Asha%20Rao"
    assert user(image="/media/x.webp")["image"] == "https://school.example/media/x.webp"


@pytest.mark.parametrize(
    ("typed", "number", "country"),
    [
        ("+91 98765 43210", 9876543210, "+91"),
        ("+1-202-555-0123", 2025550123, "+1"),
        ("+919876543210", 919876543210, None),
        ("098765 43210", 9876543210, None),
        ("1234567890123456789", None, None),
        (None, None, None),
    ],
)
def test_contact_numbers_are_numbers(typed: str | None, number: int | None, country: str | None) -> None:
    nothing = dict.fromkeys(("gender", "dateOfBirth", "bio"))
    found = people.profile({"_id": ObjectId(), **nothing, "contactNumber": typed})
    assert (found["contactNumber"], found.get("countryCode")) == (number, country)


def course(lists: catalogue.Lists = "plain", **fields: Any) -> dict[str, Any]:
    text = searchable("Knots", fields.pop("description", ""), fields.pop("tags", []))
    made = new_course(ASHA["_id"], {**text, "amount": None, "category": None, "whatYouWillLearn": [], **fields})
    return catalogue.course(made, [], [], [], lists)


@pytest.mark.parametrize(("amount", "price"), [(49900, 499), (49950, 499.5), (0, 0), (None, None)])
def test_prices_are_in_rupees(amount: int | None, price: float | None) -> None:
    assert course(amount=amount).get("price") == price


def test_a_course_is_text() -> None:
    given = {
        "description": "<p>All <b>knots</b> &amp; &lt;b&gt;.</p><ul><li>One</li></ul>",
        "instructions": ["A <b>rope</b>"],
    }
    found = course(**given, whatYouWillLearn=["One", "Two"], tags=["a", "b"])
    assert found["courseDescription"] == "All knots & <b>.\nOne"
    assert (found["whatYouWillLearn"], found["tag"], found["instructions"]) == ("One\nTwo", ["a", "b"], ["A rope"])
    as_json = course("json", **given, tags=["a", "é"])
    assert (as_json["tag"], as_json["instructions"]) == (['["a", "é"]'], ['["A rope"]'])


@pytest.mark.parametrize("status", ["draft", "in_review", "archived", "published"])
def test_only_what_is_on_sale_is_published(status: str) -> None:
    assert course(status=status)["status"] == ("Published" if status == "published" else "Draft")


def lesson(**fields: Any) -> dict[str, Any]:
    given = cast(
        Subsection, {**defaults(Subsection), "_id": ObjectId(), "title": "One", "description": "", "duration": 0}
    )
    return catalogue.lesson(cast(Subsection, {**given, **fields}), {"lms/a b": "webm"})


def test_videos_have_addresses_that_last() -> None:
    ours = lesson(videoPublicId="lms/a b", duration=95)
    assert ours["videoUrl"].startswith("https://res.cloudinary.com/school/video/authenticated/s--")
    assert ours["videoUrl"].endswith("--/v1/lms/a%20b.webm")
    assert ours["timeDuration"] == "95"
    assert lesson(videoUrl="https://videos.example.com/x.mp4")["videoUrl"] == "https://videos.example.com/x.mp4"


def test_what_is_read_stands_in_the_description() -> None:
    text = lesson(kind="text", text="<p>Read this.</p>", description="<b>First</b>")
    assert (text["description"], "videoUrl" in text) == ("First\n\nRead this.", False)
    assert lesson(kind="embed", embedUrl="https://codepen.io/x")["description"] == "https://codepen.io/x"


def test_progress_has_an_id_that_says_when_the_course_was_bought() -> None:
    lessons = [ObjectId(), ObjectId()]
    pair = {"user": ObjectId(), "course": ObjectId()}
    enrollment: Any = {"_id": ObjectId(), **pair, "enrolledAt": MOMENT}
    ours: Any = {"_id": ObjectId.from_datetime(MOMENT), **pair, "completed": [*lessons, ObjectId()]}
    found = learning.progress(enrollment, ours, lessons)
    assert (found["_id"], found["completedVideos"]) == (ours["_id"], lessons)
    fresh = learning.progress(enrollment, None, lessons)
    assert fresh["_id"].generation_time.replace(tzinfo=None) == MOMENT
    assert fresh["_id"] == learning.progress_id(enrollment, {**ours, "_id": ObjectId()})


def test_every_collection_is_taken_or_named_or_technical() -> None:
    kinds = (losses.TAKEN, losses.LEFT.keys(), losses.TECHNICAL)
    assert sum(map(len, kinds)) == len(set().union(*kinds))
    assert COLLECTIONS.keys() - {"migrations"} - set().union(*kinds) == set()
