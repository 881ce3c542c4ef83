"""A declaration that could not work as it says fails at import, and says why."""

from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId

import lms.routes  # noqa: F401  (declares the operations)
from lms.http.api import Api
from lms.http.arguments import OptionalCaller
from lms.http.forms import OptionalUpload
from lms.http.operations import OPERATIONS
from lms.middlewares.auth import (
    Permission,
    anyone,
    author,
    enrolled,
    myself,
    owner,
    refresh_token,
    user,
)
from lms.middlewares.limits import per_account, per_account_and_address, per_address, per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.accounts.otps import EmailIn
from lms.schemas.accounts.profiles import UserOut
from lms.schemas.authoring.sections import SectionIn
from lms.services.accounts.tokens import RefreshClaims


def nothing() -> Any: ...
def of_user(user_id: ObjectId) -> Any: ...
def of_course(course_id: ObjectId) -> Any: ...
def of_review(review_id: ObjectId) -> Any: ...
def with_body(body: SectionIn) -> Any: ...
def with_email(body: EmailIn) -> Any: ...
def with_file(video: OptionalUpload) -> Any: ...
def with_caller(caller: Caller) -> Any: ...
def with_optional_caller(caller: OptionalCaller) -> Any: ...
def with_claims(claims: RefreshClaims) -> Any: ...
def with_riddle(riddle: int) -> Any: ...
def with_untyped_query(query: dict[str, str]) -> Any: ...


LIMITED = per_address("1 per hour", "probe").unless(lambda body: True)


@pytest.mark.parametrize(
    ("verb", "path", "declared", "handler", "why"),
    [
        ("get", "", {"allow": user, "cached": True}, nothing, "names them in its path as `user_id`"),
        ("get", "", {"allow": user, "cached": True}, with_caller, "What is cached is not made for a caller"),
        ("get", "", {"allow": anyone, "cached": True}, with_optional_caller, "What is cached is not made for a caller"),
        ("post", "", {"allow": anyone, "cached": True}, nothing, "Only a GET is cached"),
        (
            "get",
            "/<id:user_id>",
            {"allow": myself, "cached": True, "limits": (per_address("1 per hour", "probe"),)},
            of_user,
            "answered without counting",
        ),
        ("get", "", {"allow": anyone, "if_hidden": nothing}, nothing, "`if_hidden` is for pages that are kept"),
        (
            "get",
            "/<id:user_id>",
            {"allow": myself, "cached": True, "if_hidden": nothing},
            of_user,
            "`if_hidden` is for pages that are kept for everyone",
        ),
        ("get", "/<id:user_id>", {"allow": owner}, of_user, "'owner' looks at one of"),
        ("get", "/<id:review_id>", {"allow": enrolled}, of_review, "'enrolled' looks at one of"),
        ("get", "/<id:course_id>", {"allow": author}, of_course, "'its author' looks at one of"),
        ("post", "", {"allow": myself}, with_body, "'self' looks at one of"),
        (
            "post",
            "",
            {"allow": anyone, "limits": (per_account("1 per hour", "probe"),)},
            with_body,
            "'probe account' counts by the `email` of a body",
        ),
        (
            "post",
            "",
            {"allow": anyone, "limits": (per_account_and_address("1 per hour", "probe"),)},
            nothing,
            "counts by the `email` of a body",
        ),
        (
            "post",
            "",
            {"allow": anyone, "limits": (per_caller("1 per hour", "probe"),)},
            with_optional_caller,
            "'probe caller' counts by the caller",
        ),
        ("post", "", {"allow": anyone, "limits": (LIMITED,)}, nothing, "'probe address' counts by a body"),
        ("get", "", {"allow": anyone}, with_caller, "Nobody is signed in"),
        ("get", "", {"allow": refresh_token}, with_caller, "Nobody is signed in"),
        ("get", "", {"allow": user}, with_optional_caller, "no caller is optional"),
        ("get", "", {"allow": refresh_token}, with_optional_caller, "no caller is optional"),
        ("post", "", {"allow": user}, with_claims, "asks for no refresh token"),
        ("get", "", {"allow": anyone}, with_email, "A GET has no body"),
        ("get", "", {"allow": anyone}, with_file, "A GET has no body"),
        ("delete", "", {"allow": anyone, "status": 204, "returns": UserOut}, nothing, "A 204 returns nothing"),
        ("get", "", {"allow": anyone}, of_course, r"the ids \[\], its function takes \['course_id'\]"),
        ("get", "/<id:course_id>", {"allow": anyone}, nothing, r"the ids \['course_id'\], its function takes \[\]"),
        ("get", "", {"allow": anyone}, with_riddle, "Nothing supplies the argument riddle"),
        ("get", "", {"allow": anyone}, with_untyped_query, "Nothing supplies the argument query"),
    ],
)
def test_what_cannot_work_is_a_type_error_at_import(
    verb: str, path: str, declared: dict[str, Any], handler: Callable[..., Any], why: str
) -> None:
    before = len(OPERATIONS)
    with pytest.raises(TypeError, match=f"{verb.upper()} /api/v1/probe.* cannot work: .*{why}"):
        getattr(Api("probe", "/probe"), verb)(path, **declared)(handler)
    assert len(OPERATIONS) == before


def test_an_endpoint_without_a_permission_is_none() -> None:
    with pytest.raises(TypeError, match="allow"):
        Api("probe", "/probe").get("")(nothing)


def test_a_limit_that_cannot_be_read_is_none() -> None:
    with pytest.raises(ValueError, match="couldn't parse"):
        per_address("now and then", "probe")


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({"credential": "none"}, "or admits everybody, but not both"),
        ({"admits_everybody": True}, "or admits everybody, but not both"),
        ({"controller_asks": "the weather"}, "leaves the question to the controller and asks as well"),
        ({"credential": "none", "admits_everybody": True, "roles": ("admin",)}, "nobody is signed in"),
        ({"credential": "none", "admits_everybody": True, "checks": owner.checks}, "nobody is signed in"),
        ({"credential": "refresh", "word_me": True}, "nobody is signed in"),
    ],
)
def test_a_permission_says_whom_it_admits(declared: dict[str, Any], why: str) -> None:
    with pytest.raises(TypeError, match=f"'probe' .*{why}"):
        Permission("probe", **declared)


def test_what_admits_everybody_and_leaves_the_question_to_the_controller_says_so() -> None:
    allowed = [operation.allow for operation in OPERATIONS]
    assert {allow.name: allow.controller_asks for allow in allowed if allow.admits_everybody} == {
        "anyone": None,
        "enrolled, owner, co-author; anyone for a preview": "the right to watch the lesson",
        "who was given the address": "the token that the address carries",
        "Razorpay, by its signature": "the signature of the body",
    }
