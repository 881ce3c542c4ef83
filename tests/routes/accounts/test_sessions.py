from datetime import timedelta

from bson import ObjectId

from lms.models.accounts.sessions import sessions
from lms.models.base import now
from tests.world import PASSWORD, World

ASHA = "asha@example.com"


def log_in(world: World, device: str) -> str:
    body = {"email": ASHA, "password": PASSWORD}
    return world.post("/auth/login", body, headers={"User-Agent": device}, address="203.0.113.9").json["token"]


def test_live_sessions_are_listed_with_device_and_place(world: World) -> None:
    person = world.person(email=ASHA)
    token = log_in(world, "Firefox on a phone")
    listed = world.get("/auth/sessions", by=token).json["data"]
    assert [(each["device"], each["place"], each["current"]) for each in listed] == [
        ("Firefox on a phone", "203.0.113.9", True),
        ("Tests", "127.0.0.1", False),
    ]
    assert listed[1]["id"] == str(person.session_id)
    assert listed[0]["lastUsedAt"].endswith("Z")


def test_a_session_can_be_ended_from_another(world: World) -> None:
    person = world.person(email=ASHA)
    token = log_in(world, "Firefox")
    assert world.delete(f"/auth/sessions/{person.session_id}", by=token).status_code == 204
    assert world.get("/auth/sessions", by=person).status_code == 401
    assert len(world.get("/auth/sessions", by=token).json["data"]) == 1


def test_anothers_session_is_not_there(world: World) -> None:
    mine, other = world.person(), world.person()
    for session_id in (other.session_id, ObjectId()):
        answer = world.delete(f"/auth/sessions/{session_id}", by=mine)
        assert (answer.status_code, answer.json["code"]) == (404, "session_not_found")
    assert world.get("/auth/sessions", by=other).status_code == 200


def test_an_idle_session_ends_after_fourteen_days(world: World) -> None:
    person = world.person()
    session = sessions.get({"_id": person.session_id})
    assert session["idleExpiresAt"] - session["createdAt"] == timedelta(days=14)
    sessions.update({"_id": person.session_id}, {"$set": {"idleExpiresAt": now()}})
    assert world.get("/auth/sessions", by=person).json["code"] == "token_invalid"
    assert world.post("/auth/refresh", by=person.refresh_token).status_code == 401


def test_refreshing_moves_the_idle_end_but_never_past_thirty_days(world: World) -> None:
    person, soon = world.person(), now() + timedelta(hours=1)
    sessions.update({"_id": person.session_id}, {"$set": {"expiresAt": soon, "idleExpiresAt": soon}})
    assert world.post("/auth/refresh", by=person.refresh_token).status_code == 200
    assert sessions.get({"_id": person.session_id})["idleExpiresAt"] == soon
