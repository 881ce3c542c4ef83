import json

import pytest

from lms.routes import RESOURCES
from tests.world import World

SIGN_IN = "/api/v1/auth/login"


def raw(world: World, body: bytes, content_type: str = "application/json", path: str = SIGN_IN):
    return world.request("POST", path, data=body, headers={"Content-Type": content_type})


def test_an_unknown_path_is_in_the_envelope(world: World) -> None:
    for path in ("/api/v1/nothing", "/nothing", "/api/v1/courses/nothing/at/all"):
        answer = world.client.get(path)
        assert answer.status_code == 404
        assert answer.json == {"success": False, "message": "There is nothing at this address.", "code": "not_found"}


def test_a_wrong_verb_is_in_the_envelope(world: World) -> None:
    answer = world.get("/auth/login")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_crash_is_in_the_envelope_and_says_nothing(world: World) -> None:
    answer = world.client.get("/crash")
    assert answer.status_code == 500
    assert answer.json["code"] == "internal_error"
    assert "division" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[" * 100_000, id="nested deeply"),
        pytest.param(b'{"email": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, id="nested deeply and closed"),
        pytest.param(b'{"email": "\\ud800@example.com", "password": "x"}', id="lone surrogate"),
        pytest.param(b'{"email\\u0000": "a@example.com", "password": "x"}', id="NUL in a key"),
        pytest.param(b'{"email": "a\\u0000@example.com", "password": "x"}', id="NUL in a value"),
        pytest.param(b'{"email": {"$ne": null}, "password": "x"}', id="an operator for a value"),
        pytest.param(b'{"email": "a@example.com", "password": {"$regex": "."}}', id="a regex for a value"),
        pytest.param(b'{"email": "a@example.com", "password": "x\xff"}', id="not UTF-8"),
        pytest.param(b"\xff\xfe\x00", id="bytes"),
        pytest.param(b'"text"', id="not an object"),
        pytest.param(b"null", id="null"),
        pytest.param(b"", id="empty"),
        pytest.param(b'{"email": "a@example.com", "password": NaN}', id="NaN"),
    ],
)
def test_a_body_that_plain_flask_crashes_on_is_400(world: World, body: bytes) -> None:
    answer = raw(world, body)
    assert answer.status_code == 400
    assert answer.json["code"] in {"invalid_json", "validation_failed"}


def test_integers_past_64_bits_are_400(world: World) -> None:
    course = world.course(instructor := world.person("instructor"))
    for number in (2**63, 10**400):
        body = json.dumps({"title": "T", "videoPublicId": "v", "duration": number}).encode()
        answer = world.request(
            "POST",
            f"/courses/addSubsection/{course.section}",
            by=instructor,
            data=body,
            headers={"Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json["code"]) == (400, "validation_failed")
    assert world.get(f"/courses/getAllCourses?page={10**30}").status_code == 400
    assert world.get("/courses/getAllCourses?minPrice=1e400").status_code == 400


def test_a_bad_id_is_400(world: World) -> None:
    for bad in ("xyz", "1", "g" * 24, "%00", "[$ne]=1", "65f1c0ffee65f1c0ffee65f1a"):
        answer = world.get(f"/courses/getCourseDetails/{bad}")
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_id"), bad
    assert world.get("/courses/getAllCourses?category=xyz").json["errors"].keys() == {"category"}
    assert world.get("/profile/getUserDetails/you", by=world.person()).json["code"] == "invalid_id"


def test_a_bad_regex_is_400_and_its_characters_are_only_text(world: World) -> None:
    for bad in ("[", "*(", "(?<", "\\", "$"):
        answer = world.request("GET", "/courses/getAllCourses", query_string={"q": bad})
        assert (answer.status_code, answer.json["code"]) == (400, "validation_failed"), bad
    for odd in ("C++ [advanced", ".*a", "\x00a", "a" * 100, '-python "x'):
        assert world.request("GET", "/courses/getAllCourses", query_string={"q": odd}).status_code == 200, odd


def test_a_signature_that_is_not_ascii_is_400(world: World) -> None:
    body = {"password": "a quiet green harbour", "confirmPassword": "a quiet green harbour", "token": "W10.ä.ü"}
    answer = world.post("/auth/resetpassword", body)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_token")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic dTpw",
        "Bearer a.b.c",
        "Bearer \xe4.\xfc.\xf6",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
        "Token x",
        "Bearer a b",
    ],
)
def test_a_bad_token_is_401(world: World, header: str) -> None:
    answer = world.get("/auth/sessions", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json["code"] == "token_invalid"


def test_a_body_over_a_megabyte_is_413(world: World) -> None:
    body = json.dumps({"email": "a@example.com", "password": "x" * (1024 * 1024)}).encode()
    answer = raw(world, body)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_body_of_another_kind_is_415(world: World) -> None:
    answer = raw(world, b"email=a@example.com&password=x", "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_every_resource_is_mounted(world: World) -> None:
    assert {resource.api.blueprint.name for resource in RESOURCES} < set(world.app.blueprints)


def test_a_flood_of_faults_is_answered_shortly(world: World) -> None:
    body = json.dumps({f"key{number}": 1 for number in range(50_000)}).encode()
    answer = raw(world, body)
    assert answer.status_code == 400
    assert len(answer.data) < 500


def test_slashes_are_not_merged_into_a_redirect(world: World) -> None:
    answer = world.get("/api/v1//courses/getAllCourses", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_options_that_ask_no_permission_are_in_the_envelope(world: World) -> None:
    answer = world.request("OPTIONS", "/courses/getAllCourses")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")


def test_text_that_takes_its_length_squared_to_normalize_is_refused_first(world: World) -> None:
    name = "a" + "\u0301\u0316" * 100_000
    answer = world.post("/auth/signup", {"firstName": name, "lastName": "Rao", "email": "a@example.com"})
    assert answer.status_code == 400
    assert answer.json["errors"]["firstName"] == "There are too many accents on one letter, at character 32."
    assert world.post("/auth/signup", {"firstName": "Ze\u0301"}).json["errors"].keys().isdisjoint({"firstName"})
