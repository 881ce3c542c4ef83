"""What schemathesis sends, well and badly formed, is taken, refused and answered as the document says."""

import contextlib
import re
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from lms.http.operations import OPERATIONS, Operation
from lms.models.system.limit_windows import limit_windows
from tests.routes.system.test_permissions import CASES, Stage, build, name
from tests.world import World

ROLES = ("student", "instructor", "admin")
EXAMPLES = 1
"""For each operation, of what is well formed and of what is not; every role sends them."""

BEYOND_JSON_SCHEMA = (
    "A deadline is a time and a zone.",
    "A date of birth lies between 1900 and today.",
    "A name cannot contain =?",
    "A password has at most 72 bytes.",
    "A report by day covers at most 366 days.",
    "A report by month covers at most",
    "A report by week covers at most",
    "Say when the quiz is closed",
    "Search for at least one letter or digit.",
    "The course has no such question.",
    "This has to be after opensAt.",
    "Send either a video or a videoPublicId.",
    "Upload the file first, and send its publicId.",
    "Write the text.",
    "Name the page.",
    "Learners are put into courses by the column courses.",
    "Questions belong to a course: name it.",
    "There is no such column; there are",
    "The two passwords are not the same.",
    "This cannot be empty.",
    "This has at most 2 decimals.",
    "This has to be a day and a minute, such as 2027-03-28T23:59.",
    "This has to be between 2000 and 2199.",
    "This has to be at least 2000-01-01.",
    "This has to be at most 2100-12-31.",
    "This is less than minPrice.",
    "This is not the name of a time zone, such as Asia/Kolkata.",
    "This password is too common. Choose another.",
)
"""What no schema can say: one field against another, days, bytes, decimals, lists of words, and that of some letters
nothing is seen.
"""


def test_the_document_and_the_server_agree(world: World, gateway: None, store: Any) -> None:
    import schemathesis

    attack = Attack(world, schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.app))
    for operation in {each.handler: each for each in OPERATIONS}.values():
        described = attack.schema[_path(operation)][operation.method]
        attack.begin(_first_admitted(operation))
        attack.send_boundaries(described)
        examples = [case for mode in _modes() for case in _examples(described.as_strategy(generation_mode=mode))]
        for role in ROLES:
            attack.begin(role)
            for case in examples:
                attack.send(case)
    assert not attack.wrong, "\n\n".join(attack.wrong.values())


def _path(operation: Operation) -> str:
    return re.sub(r"<(\w+)>", lambda found: "{" + _camel(found[1]) + "}", operation.path).rstrip("/")


def _camel(word: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), word)


def _first_admitted(operation: Operation) -> str:
    """Who sends the boundaries: one of those who get past the guard, where anybody with a token does."""
    expected = CASES[name(operation)].expected
    return next((role for role in ("admin", *ROLES) if expected[role] is True), "admin")


def _modes() -> Any:
    from schemathesis.generation import GenerationMode

    return list(GenerationMode)


def _examples(cases: Any) -> list[Any]:
    """The same every time; none where there is nothing that could be ill-formed."""
    made = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def make(case: Any) -> None:
        made.append(case)

    with contextlib.suppress(Unsatisfiable):
        make()
    return made


class Attack:
    """Requests on a course with people as they were at the beginning, and what about the answers does not hold."""

    def __init__(self, world: World, schema: Any) -> None:
        self.world, self.schema, self.wrong = world, schema, dict[str, str]()
        self.touched, self.asked_unsigned = True, set[str]()

    def begin(self, role: str) -> None:
        """As somebody; the course and the people are as they were at the beginning."""
        self.role = role
        if self.touched:
            self.stage: Stage = self.world.once(build)
            self.touched = False

    def send_boundaries(self, described: Any) -> None:
        """Lengths, bounds, missing and additional fields, other methods: each once, the same every time."""
        config = self.schema.config.generation_for(operation=described)
        for case in self.schema.iter_coverage_cases(described, generation_modes=_modes(), generation_config=config):
            self.send(case)

    def send(self, case: Any) -> None:
        from schemathesis.core.failures import FailureGroup

        positive = case.meta.generation.mode.is_positive
        if positive:
            self._aim(case)
        headers = self._headers(case)
        response = case.call(headers=headers)
        if response.status_code == 429:
            limit_windows.raw.delete_many({})
            response = case.call(headers=headers)
        self.touched |= case.method != "GET" and response.status_code < 400
        if "Authorization" in headers and response.status_code == 401:
            self.touched = True
            self.begin(self.role)
        if positive and response.status_code in (400, 413, 415) and _is_allowed(response.json()):
            return
        try:
            case.validate_response(response, headers=headers, excluded_checks=self._once(case, response, headers))
        except FailureGroup as group:
            self._note(case, response, group)

    def _once(self, case: Any, response: Any, headers: dict[str, str]) -> list[Any]:
        """Of an operation that has refused what is not signed, or is signed wrongly, that need not be asked again."""
        from schemathesis.specs.openapi.checks import ignored_auth

        if "Authorization" not in headers or response.status_code >= 300:
            return []
        asked = case.operation.label in self.asked_unsigned
        self.asked_unsigned.add(case.operation.label)
        return [ignored_auth] if asked else []

    def _note(self, case: Any, response: Any, group: Any) -> None:
        sent = {"path": case.path_parameters, "query": case.query, "body": case.body}
        for failure in group.exceptions:
            kind = f"{self.role} {case.operation.label}: {type(failure).__name__}"
            self.wrong.setdefault(kind, f"{kind}\n{failure}\n{case.method} {sent}\n{response.content[:500]!r}")

    def _aim(self, case: Any) -> None:
        """At things that are there, with a password that is repeated as it should be."""
        known = {_camel(word): value for word, value in self.stage.ids.items()}
        for word in case.path_parameters or ():
            case.path_parameters[word] = known[word]
        for first, again in (("password", "confirmPassword"), ("newPassword", "confirmNewPassword")):
            if isinstance(case.body, dict) and again in case.body and first in case.body:
                case.body[again] = case.body[first]

    def _headers(self, case: Any) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity", "X-Forwarded-For": next(self.world._addresses)}
        if self.schema.is_security_param_negated(case):
            return headers
        return {**headers, "Authorization": f"Bearer {self.stage.people[self.role].token}"}


def _is_allowed(refusal: Any) -> bool:
    """A refusal of what was asked for, which has a word of its own, or of what no schema can say."""
    if refusal["code"] not in ("validation_failed", "invalid_json"):
        return True
    errors = refusal.get("errors", {}).values()
    return bool(errors) and all(each.startswith(BEYOND_JSON_SCHEMA) for each in errors)
