from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.extensions import mongo, queues
from lms.models.accounts.otps import otps
from lms.services.accounts import code_store
from tests.world import World

ASHA, HOME = "asha@example.com", "203.0.113.7"


def send(world: World, **fields: object):
    return world.post("/auth/sendotp", {"email": ASHA, **fields}, address=HOME)


def guess(world: World, code: str):
    return world.post("/auth/verify-otp", {"email": ASHA, "otp": code}, address=HOME)


def newest(email: str = ASHA) -> dict:
    return otps.find({"email": email}, sort=[("_id", -1)])[0]


def pass_seconds(scope: str = "resend") -> None:
    """Let the windows of a limit be over."""
    mongo.db.limitWindows.delete_many({"_id": {"$regex": scope}})


def test_the_answer_does_not_say_whether_anyone_has_the_address(world: World) -> None:
    world.person(email=ASHA)
    known, unknown = send(world, purpose="login"), send(world, email="nobody@example.com", purpose="login")
    assert known.status_code == unknown.status_code == 200
    assert known.json == unknown.json
    assert known.json["data"] == {"expiresIn": 300, "resendIn": 30}
    world.run_jobs()
    assert len(world.inbox.to(ASHA)) == 1
    assert world.inbox.to("nobody@example.com") == []
    assert newest("nobody@example.com")["status"] == "unneeded"


def test_the_request_follows_its_delivery(world: World) -> None:
    send(world)
    assert newest()["status"] == "queued"
    world.run_jobs()
    row = newest()
    assert (row["status"], row["attempts"], row["reason"]) == ("sent", 1, None)
    assert row["sentAt"] >= row["createdAt"]


def test_no_code_rests_in_mongodb_or_in_a_job(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    send(world)
    queued = queues.get("mail").jobs[0]
    world.run_jobs()
    code = world.code_for(ASHA)
    everything = [str(document) for name in mongo.db.list_collection_names() for document in mongo.db[name].find()]
    assert not [text for text in everything if code in text]
    assert code not in str(queued.args)
    in_redis = [queues.redis.dump(key) for key in queues.redis.scan_iter()]
    assert not [value for value in in_redis if value and code.encode() in value]
    assert code not in capsys.readouterr().out
    assert 0 < queues.redis.ttl(f"otp:signup:{ASHA}") <= 300


def test_the_same_code_signs_in_by_mail(world: World) -> None:
    person = world.person(email=ASHA)
    assert world.post("/auth/loginUser", {"email": ASHA}).status_code == 200
    world.run_jobs()
    answer = world.post("/auth/verify-otp", {"email": ASHA, "otp": world.code_for(ASHA)})
    assert answer.status_code == 200
    assert answer.json["user"]["id"] == str(person.id)
    assert newest()["usedAt"]


def test_a_code_works_once(world: World) -> None:
    world.person(email=ASHA)
    code = code_store.mint("login", ASHA)
    body = {"email": ASHA, "otp": code, "purpose": "login"}
    assert world.post("/auth/verifyotp", body).status_code == 200
    again = world.post("/auth/verifyotp", body)
    assert (again.status_code, again.json["code"]) == (400, "invalid_otp")


def test_only_the_newest_code_works(world: World) -> None:
    world.person(email=ASHA)
    old, new = code_store.mint("login", ASHA), code_store.mint("login", ASHA)
    assert old == new or world.post("/auth/verify-otp", {"email": ASHA, "otp": old}).status_code == 400
    assert world.post("/auth/verify-otp", {"email": ASHA, "otp": new}).status_code == 200


def test_a_code_is_bound_to_its_purpose_and_address(world: World) -> None:
    world.person(email=ASHA)
    world.person(email="bela@example.com")
    code = code_store.mint("login", ASHA)
    for body in ({"email": ASHA, "otp": code, "purpose": "signup"}, {"email": "bela@example.com", "otp": code}):
        assert world.post("/auth/verifyotp", body).json["code"] == "invalid_otp"
    assert world.post("/auth/verify-otp", {"email": ASHA, "otp": code}).status_code == 200


def test_wrong_expired_used_and_unknown_are_one_answer(world: World) -> None:
    world.person(email=ASHA)
    code = code_store.mint("login", ASHA)
    wrong = world.post("/auth/verify-otp", {"email": ASHA, "otp": f"{(int(code) + 1) % 10**6:06d}"})
    queues.redis.delete(f"otp:login:{ASHA}")
    expired = world.post("/auth/verify-otp", {"email": ASHA, "otp": code})
    unknown = world.post("/auth/verify-otp", {"email": "nobody@example.com", "otp": code})
    assert wrong.json == expired.json == unknown.json
    assert {wrong.status_code, expired.status_code, unknown.status_code} == {400}


def test_after_five_wrong_guesses_the_code_is_none_to_who_made_them(world: World) -> None:
    world.person(email=ASHA)
    code = code_store.mint("login", ASHA)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert guess(world, wrong).status_code == 400
    assert guess(world, code).json["code"] == "invalid_otp"


def test_four_wrong_guesses_do_not(world: World) -> None:
    world.person(email=ASHA)
    code = code_store.mint("login", ASHA)
    for _ in range(4):
        guess(world, f"{(int(code) + 1) % 10**6:06d}")
    assert guess(world, code).status_code == 200


def test_of_fifty_guesses_at_once_at_most_five_are_looked_at(world: World) -> None:
    code = code_store.mint("login", ASHA)
    guesses = [f"{(int(code) + 1 + number) % 10**6:06d}" for number in range(49)]

    def guess(value: str) -> bool:
        with world.app.app_context():
            return code_store.use("login", ASHA, value)

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(guess, guesses))
    assert not any(results)
    assert not code_store.use("login", ASHA, code)


def test_the_right_code_fifty_times_at_once_works_once(world: World) -> None:
    code = code_store.mint("login", ASHA)

    def guess(_: int) -> bool:
        with world.app.app_context():
            return code_store.use("login", ASHA, code)

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(guess, range(50))) == 1


def test_another_code_comes_after_thirty_seconds(world: World) -> None:
    assert send(world).status_code == 200
    soon = send(world)
    assert (soon.status_code, soon.json["code"]) == (429, "otp_too_soon")
    assert 1 <= int(soon.headers["Retry-After"]) <= 30
    assert send(world, email="bela@example.com").status_code == 200


def test_three_codes_in_fifteen_minutes(world: World) -> None:
    for _ in range(3):
        assert send(world).status_code == 200
        pass_seconds()
    refused = send(world)
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")


def test_the_limits_of_an_address_count_every_way_of_asking(world: World) -> None:
    for path in ("/auth/sendotp", "/auth/loginUser", "/auth/resetpasswordtoken"):
        assert world.post(path, {"email": ASHA}, address=HOME).status_code == 200
        pass_seconds()
    assert world.post("/auth/loginUser", {"email": ASHA}, address=HOME).json["code"] == "rate_limited"


def test_ten_codes_a_day(world: World) -> None:
    for number in range(10):
        assert send(world).status_code == 200, number
        pass_seconds("resend|codes account client/3")
        mongo.db.limitWindows.delete_many({"_id": {"$regex": "/3/15/minute"}})
    assert send(world).json["code"] == "rate_limited"


def test_fifty_requests_at_once_send_one_code(world: World) -> None:
    def ask(_: int) -> int:
        client = world.app.test_client()
        return client.post("/api/v1/auth/sendotp", json={"email": ASHA}).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(ask, range(50)))
    assert statuses.count(200) == 1
    assert set(statuses) == {200, 429}
    assert otps.count({}) == 1


def test_whatsapp_is_refused_in_words(world: World) -> None:
    answer = send(world, channel="whatsapp")
    assert (answer.status_code, answer.json["code"]) == (400, "channel_unavailable")


def test_a_newer_request_supersedes_one_that_waits(world: World) -> None:
    send(world)
    pass_seconds()
    send(world)
    world.run_jobs()
    assert len(world.inbox.to(ASHA)) == 1
    assert [row["status"] for row in otps.find({}, sort=[("_id", 1)])] == ["superseded", "sent"]
