"""A client that speaks as the frontends of the family do: in one of two dialects, and from another origin."""

from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.test import TestResponse

from tests.world import PASSWORD, Person, World

BASE = "/studynotion/api/v1"
ORIGIN = "http://localhost:3000"
HEADERS = {"A": "Authorisation", "B": "Authorization"}

Dialect = Literal["A", "B"]


@dataclass
class Frontend:
    """One browser; `token` is what it keeps after it has signed in."""

    world: World
    dialect: Dialect
    token: str | None = None

    def call(self, verb: str, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        headers = {"Origin": ORIGIN}
        if self.token:
            headers[HEADERS[self.dialect]] = f"Bearer {self.token}"
        return self.world.request(verb, BASE + path, body, headers=headers, **kwargs)

    def get(self, path: str) -> TestResponse:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        return self.call("POST", path, body, **kwargs)

    def sign_in(self, person: Person) -> dict[str, Any]:
        """Keep the token of the person, and give what the frontend is told of them."""
        answer = read(self.post("/auth/login", {"email": person.email, "password": PASSWORD}))
        self.token = answer["token"]
        user: dict[str, Any] = answer["user"]
        return user


def read(answer: TestResponse) -> dict[str, Any]:
    """What a success holds, as axios hands it on."""
    assert answer.status_code < 300, answer.text
    assert answer.json["success"] is True, answer.json
    content: dict[str, Any] = answer.json
    return content


def toast(answer: TestResponse) -> str:
    """The one sentence that is shown of a failure; its body has to be JSON."""
    assert answer.status_code >= 400
    assert answer.json["success"] is False
    message: str = answer.json["message"]
    return message
