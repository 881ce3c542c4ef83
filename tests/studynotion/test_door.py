"""How calls are found, read and refused, whatever they ask for."""

import io
import json

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client import REGISTRY

from lms import studynotion
from lms.studynotion.calls import CALLS
from tests.studynotion.frontend import BASE, ORIGIN, Frontend, read, toast
from tests.world import Person, World

CATEGORIES = "/course/showAllCategories"


@pytest.mark.parametrize(
    "path", ["/course/showAllCategories", "/Course/SHOWALLCATEGORIES", "//course//showallcategories", f"{CATEGORIES}/"]
)
def test_paths_are_found_in_any_case_without_a_redirect(frontend: Frontend, path: str) -> None:
    read(frontend.get(path))


@pytest.mark.parametrize("prefix", ["/StudyNotion/API/v1", "/studynotion//api/v1"])
def test_so_is_what_they_begin_with(world: World, prefix: str) -> None:
    read(world.client.get(prefix + CATEGORIES))


def test_our_own_paths_stay_as_exact_as_they_were(world: World) -> None:
    assert world.get("/Courses/showAllCategories").status_code == 404


@pytest.mark.parametrize("header", ["authorisation", "authorization", "content-type"])
def test_what_they_send_passes_the_preflight(world: World, header: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": header}
    answer = world.client.options(f"{BASE}/course/createRating", headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert header in answer.headers["Access-Control-Allow-Headers"].lower()


def test_the_misspelt_header_passes_nowhere_else(world: World) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = world.client.options("/api/v1/courses/createRating", headers=asked)
    assert "Authorisation" not in answer.headers["Access-Control-Allow-Headers"]


def test_what_nobody_serves_is_said_and_counted(frontend: Frontend, capsys: pytest.CaptureFixture[str]) -> None:
    before = counted("unknown", "", "404")
    answer = frontend.post("/profile/createSocial", {})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert counted("unknown", "", "404") == before + 1
    assert '"studynotion_unknown_call"' in capsys.readouterr().out


def counted(call: str, dialect: str, status: str) -> float:
    labels = {"call": call, "dialect": dialect, "status": status}
    return REGISTRY.get_sample_value("studynotion_calls_total", labels) or 0


def test_every_call_is_counted_by_its_dialect_and_what_came_of_it(frontend: Frontend, learner: Person) -> None:
    before = [counted("user_details", frontend.dialect, status) for status in ("200", "401")]
    frontend.sign_in(learner)
    frontend.get("/profile/getUserDetails")
    frontend.token = "nonsense"
    frontend.get("/profile/getUserDetails")
    after = [counted("user_details", frontend.dialect, status) for status in ("200", "401")]
    assert after == [count + 1 for count in before]


class TestWhatIsSent:
    def test_that_is_no_json(self, frontend: Frontend) -> None:
        answer = frontend.post("/auth/login", data=b"{", content_type="application/json")
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_json")

    @pytest.mark.parametrize("body", [[1], "text", 5, None])
    def test_that_is_no_object_says_what_is_missing(self, frontend: Frontend, body: object) -> None:
        answer = frontend.post("/auth/login", data=json.dumps(body).encode(), content_type="application/json")
        assert toast(answer) == "email: This field is required. password: This field is required."

    def test_that_is_nothing(self, frontend: Frontend) -> None:
        assert "email: This field is required." in toast(frontend.post("/auth/login"))

    def test_of_another_kind(self, frontend: Frontend) -> None:
        answer = frontend.post("/auth/login", data=b"a=b", content_type="text/plain")
        assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")

    def test_that_is_too_large(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        sent = {"pfp": (io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "me.png")}
        answer = frontend.call("PUT", "/profile/updateDisplayPicture", data=sent)
        assert (answer.status_code, toast(answer)) == (413, "This is too large: at most 10 MB.")

    def test_that_is_large_where_no_file_is_taken(self, frontend: Frontend) -> None:
        answer = frontend.post("/auth/login", data={"email": (io.BytesIO(b"x" * 200_000), "me.png")})
        assert (answer.status_code, toast(answer)) == (413, "What was sent is too large.")

    def test_in_the_wrong_verb(self, frontend: Frontend) -> None:
        assert frontend.get("/auth/login").status_code == 404


def test_limits_are_our_own(world: World, frontend: Frontend, learner: Person) -> None:
    wrong = {"email": learner.email, "password": "another harbour"}
    for _ in range(5):
        frontend.post("/auth/login", wrong, address="203.0.113.5")
        world.post("/auth/login", wrong, address="203.0.113.5")
    answer = frontend.post("/auth/login", wrong, address="203.0.113.5")
    assert (answer.status_code, answer.json["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0


def test_it_has_a_document_of_its_own(world: World) -> None:
    document = world.get(f"{BASE}/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    assert sum(len(verbs) for verbs in document["paths"].values()) == sum(
        len(call.verbs) * len(call.paths) for call in CALLS
    )
    assert "/studynotion" not in json.dumps(world.get("/api/v1/openapi.json").json)


@pytest.mark.parametrize(
    ("chosen", "env", "answers"),
    [(None, "development", True), (None, "production", False), ("on", "production", True), ("off", "test", False)],
)
def test_a_setting_turns_it_on(app: Flask, chosen: str | None, env: str, answers: bool) -> None:
    other = Flask("other")
    changed = {"studynotion": chosen, "app_env": env}
    other.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update=changed)
    studynotion.init_app(other)
    assert any(rule.rule.startswith(BASE) for rule in other.url_map.iter_rules()) == answers
