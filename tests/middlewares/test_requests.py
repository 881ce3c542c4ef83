import gzip
import json

import pytest

from lms.middlewares import cors
from tests.world import PASSWORD, World


def test_the_request_id_comes_back(world: World) -> None:
    assert world.get("/healthz", headers={"X-Request-ID": "abc-12345"}).headers["X-Request-ID"] == "abc-12345"


@pytest.mark.parametrize("given", ["a" * 65, "with spaces in it", 'quotes"inside"it'])
def test_an_insane_request_id_is_replaced(world: World, given: str) -> None:
    assert world.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_the_log_has_the_request_and_its_id_and_no_secret(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    person = world.person(email="asha@example.com")
    body = {"email": "asha@example.com", "password": PASSWORD}
    token = world.post("/auth/login", body, headers={"X-Request-ID": "request-one"}).json["token"]
    world.get("/auth/sessions", by=person)
    world.post("/auth/loginUser", {"email": "asha@example.com"}, headers={"X-Request-ID": "request-two"})
    world.run_jobs()
    text = capsys.readouterr().out
    lines = [json.loads(line) for line in text.splitlines()]
    login = next(line for line in lines if line["request_id"] == "request-one" and line["event"] == "request")
    assert (login["method"], login["path"], login["status"]) == ("POST", "/api/v1/auth/login", 200)
    assert [line["event"] for line in lines if line["request_id"] == "request-two"][-1] == "job_done"
    for secret in (PASSWORD, token, person.token, world.code_for("asha@example.com")):
        assert secret not in text


def test_security_headers_are_on_every_answer(world: World) -> None:
    for path in ("/healthz", "/api/v1/courses", "/nothing"):
        headers = world.client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Server" not in headers


def test_signed_in_answers_are_not_stored(world: World) -> None:
    assert world.get("/auth/sessions", by=world.person()).headers["Cache-Control"] == "no-store"


def test_cors_is_for_the_listed_origins_only(world: World) -> None:
    listed = world.get("/courses", headers={"Origin": "http://localhost:3000"})
    assert listed.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert "X-Request-ID" in listed.headers["Access-Control-Expose-Headers"]
    other = world.get("/courses", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Origin" in other.headers["Vary"]


def test_preflight_names_the_verbs_and_headers(world: World) -> None:
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = world.request("OPTIONS", "/profile/updateProfile/me", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_a_page_can_read_what_downloads_and_streams_are_called_by(world: World) -> None:
    exposed = world.get("/courses", headers={"Origin": "http://localhost:5173"}).headers[
        "Access-Control-Expose-Headers"
    ]
    for name in ("Content-Disposition", "Content-Range", "Accept-Ranges", "ETag", "Retry-After", "X-Request-ID"):
        assert name in exposed.split(", ")


def test_preflight_allows_what_tracing_sends(world: World) -> None:
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET"}
    answer = world.request("OPTIONS", "/courses/showAllCategories", headers=asked)
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"baggage", "sentry-trace", "traceparent", "Authorization", "X-Device-Token"} <= set(allowed)


def test_the_headers_of_tracing_are_a_setting() -> None:
    environ = {
        "HTTP_ORIGIN": "https://a.example",
        "PATH_INFO": "/api/v1/courses",
        "REQUEST_METHOD": "OPTIONS",
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET",
    }
    headers = dict(cors.headers_for(environ, ["https://a.example"], ["x-datadog-trace-id"]))
    assert headers["Access-Control-Allow-Headers"].endswith("X-Unique-Upload-Id, x-datadog-trace-id")


def test_preflight_from_elsewhere_allows_nothing(world: World) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    answer = world.request("OPTIONS", "/profile/updateProfile/me", headers=asked)
    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_larger_json_is_gzipped_for_who_takes_it(world: World) -> None:
    instructor = world.person("instructor")
    for _ in range(5):
        world.course(instructor)
    plain = world.get("/courses")
    assert "Content-Encoding" not in plain.headers
    zipped = world.get("/courses", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    small = world.get("/courses/showAllCategories?x=1", headers={"Accept-Encoding": "gzip"})
    assert len(small.data) > 1024 or "Content-Encoding" not in small.headers
