import xml.etree.ElementTree as ET
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from lms.controllers.accounts import erasure
from lms.extensions import queues
from lms.models.accounts.users import users
from lms.models.base import now
from lms.services.accounts.avatars import initials
from tests.database import profiled
from tests.world import PASSWORD, World, avatar_of, refused

AVATAR = "/profile/avatar"


def shown(text: str) -> str:
    return "".join(ET.fromstring(text).itertext())


def test_whoever_has_no_picture_gets_their_initials(world: World) -> None:
    me = world.person(firstName="Asha", lastName="Rao")
    answer = world.get(f"{AVATAR}/{me.id}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert shown(answer.text).startswith(initials("Asha", "Rao"))
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_it_is_where_every_answer_says_it_is(world: World) -> None:
    teacher, learner = world.person("instructor"), world.person()
    course = world.course(teacher)
    world.enroll(learner, course)
    world.post("/courses/createRating", {"courseId": str(course.id), "rating": 5}, by=learner)
    login = world.post("/auth/login", {"email": learner.email, "password": PASSWORD}).json
    own = world.get("/profile/getUserDetails/me", by=learner).json["data"]
    details = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]
    images = {
        login["user"]["image"],
        login["data"]["user"]["image"],
        own["image"],
        own["profile"]["image"],
        details["reviews"][0]["user"]["image"],
        world.get("/courses/getReviews").json["data"][0]["user"]["image"],
    }
    assert images == {avatar_of(learner)}
    assert world.get(urlsplit(images.pop()).path).status_code == 200
    card = world.get("/courses/getAllCourses").json["data"][0]
    attended = world.get("/profile/getEnrolledCourses/me", by=learner).json["data"][0]
    own_card = world.get("/courses/getInstructorCourses", by=teacher).json["data"][0]
    for each in (card, attended, own_card, details):
        assert each["instructor"]["image"] == avatar_of(teacher)


def test_addresses_on_our_own_server_go_out_whole(world: World, settings: Callable[..., None]) -> None:
    settings(public_url="https://learn.example.org/")
    teacher = world.person("instructor", image="/pictures/teacher.webp")
    course = world.course(teacher, thumbnail="/sandbox/thumbnails/design/ink.svg")
    away = world.course(
        world.person("instructor", image="https://cdn.example/a.webp"), thumbnail="https://cdn.example/b"
    )
    cards = {card["id"]: card for card in world.get("/courses/getAllCourses").json["data"]}
    ours, others = cards[str(course.id)], cards[str(away.id)]
    assert ours["thumbnail"] == "https://learn.example.org/sandbox/thumbnails/design/ink.svg"
    assert ours["instructor"]["image"] == "https://learn.example.org/pictures/teacher.webp"
    assert (others["thumbnail"], others["instructor"]["image"]) == (
        "https://cdn.example/b",
        "https://cdn.example/a.webp",
    )
    own = world.get("/profile/getUserDetails/me", by=teacher).json["data"]
    assert own["image"] == own["profile"]["image"] == "https://learn.example.org/pictures/teacher.webp"


def test_a_client_that_has_it_is_told_so(world: World) -> None:
    me = world.person()
    address = f"{AVATAR}/{me.id}"
    tag = world.get(address).headers["ETag"]
    again = world.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == "public, no-cache"
    assert world.get(address, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_a_second_read_asks_the_database_nothing(world: World) -> None:
    me = world.person()
    first = world.get(f"{AVATAR}/{me.id}")
    with profiled() as commands:
        assert world.get(f"{AVATAR}/{me.id}").data == first.data
    assert commands == []


def test_a_new_name_is_seen_on_the_very_next_read(world: World) -> None:
    me = world.person(firstName="Asha", lastName="Rao")
    old = world.get(f"{AVATAR}/{me.id}")
    world.put("/profile/updateProfile/me", {"firstName": "Zoya"}, by=me)
    new = world.get(f"{AVATAR}/{me.id}", headers={"If-None-Match": old.headers["ETag"]})
    assert shown(new.text).startswith(initials("Zoya", "Rao"))


def test_suspended_deleted_and_erased_people_have_one(world: World) -> None:
    me = world.person(firstName="Asha", lastName="Rao", status="suspended")
    users.update({"_id": me.id}, {"$set": {"deletedAt": now().replace(year=2020)}})
    assert shown(world.get(f"{AVATAR}/{me.id}").text).startswith(initials("Asha", "Rao"))
    erasure.erase_deleted()
    assert shown(world.get(f"{AVATAR}/{me.id}").text).startswith(initials("Former", "member"))


@pytest.mark.parametrize("name", ["<script>", '"&', "{0}", "दीपिका"])
def test_a_name_is_only_text(world: World, name: str) -> None:
    me = world.person(firstName=name, lastName="Rao")
    assert "<script" not in world.get(f"{AVATAR}/{me.id}").text
    shown(world.get(f"{AVATAR}/{me.id}").text)


def test_absent_people_and_bad_ids_are_refused_and_not_kept(world: World) -> None:
    assert refused(world.get(f"{AVATAR}/{ObjectId()}")) == (404, "user_not_found")
    for bad in ("me", "1", "%00", "65f1c0ffee65f1c0ffee65f1.svg"):
        assert refused(world.get(f"{AVATAR}/{bad}")) == (400, "invalid_id")
    assert queues.redis.keys("page:/*") == []


def test_it_takes_no_other_verb(world: World) -> None:
    me = world.person()
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert refused(world.request(method, f"{AVATAR}/{me.id}", by=me)) == (405, "method_not_allowed")
