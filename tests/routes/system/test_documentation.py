import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from lms.http.operations import OPERATIONS
from lms.openapi import document
from tests.world import World

NOT_JSON = {"documentation.openapi", "avatars.avatar"}
"""The document itself, and pictures."""


def test_the_document_is_valid_openapi(world: World) -> None:
    served = world.get("/api/v1/openapi.json")
    assert served.json["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(served.json).validate()


def test_every_route_of_the_api_is_in_the_document(world: World) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", "{}", rule.rule).rstrip("/"))
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in NOT_JSON
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    documented = {
        (method, re.sub(r"\{\w+\}", "{}", path)) for path, verbs in document()["paths"].items() for method in verbs
    }
    assert routes == documented


def test_every_operation_says_what_it_is_who_may_call_and_what_it_gives(world: World) -> None:
    for path, verbs in document()["paths"].items():
        for verb, operation in verbs.items():
            assert len(operation["summary"]) > 10, (verb, path)
            assert operation["x-permission"]
            assert {"500", "503"} < operation["responses"].keys()
            assert any(status.startswith("2") or status == "302" for status in operation["responses"])


def test_the_document_says_where_a_browser_can_show_that_it_is_known(world: World) -> None:
    shown = {
        path.removeprefix("/api/v1/auth/")
        for path, verbs in document()["paths"].items()
        for operation in verbs.values()
        if any(each["name"] == "X-Device-Token" for each in operation["parameters"])
    }
    assert {"login", "loginUser", "sendotp", "verifyotp", "verify-otp", "resetpassword"} < shown


def test_operation_ids_are_unique(world: World) -> None:
    ids = [operation["operationId"] for verbs in document()["paths"].values() for operation in verbs.values()]
    assert len(ids) == len(set(ids)) == len(OPERATIONS)


def test_no_two_models_share_a_name(world: World) -> None:
    """Pydantic would name both by their modules, and what refers to them would refer to nothing."""
    assert not [name for name in document()["components"]["schemas"] if "__" in name]


def test_every_refusal_has_a_code_and_a_sentence_of_its_own(world: World) -> None:
    kinds = {kind for operation in OPERATIONS for kind in operation.every_refusal()}
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(re.fullmatch(r"[a-z_]+", kind.code) and kind.message.endswith(".") for kind in kinds)


def test_the_page_needs_nothing_from_elsewhere(world: World) -> None:
    page = world.get("/docs")
    assert page.status_code == 200
    assert "/api/v1/openapi.json" in page.text
    assert not re.search(r"""(src|href)=["']https?://""", page.text)
    assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
