"""The OpenAPI 3.1 document of the layer: which call is made of which of our operations, and what it may refuse.

What each one reads and shows is the frontends' own format, which the page docs/moving-in.md points to.
"""

import re
from typing import Any

from pydantic.alias_generators import to_camel

from lms.errors import Refusal
from lms.http.operations import Operation
from lms.studynotion.calls import CALLS
from lms.studynotion.door import PREFIX, Call

SUCCESS = {
    "type": "object",
    "required": ["success", "message", "data"],
    "properties": {"success": {"type": "boolean"}, "message": {"type": "string"}, "data": {}},
}
FAILURE = {
    "type": "object",
    "required": ["success", "message", "code"],
    "properties": {
        "success": {"const": False},
        "message": {"type": "string", "description": "All there is to say, the sentences about fields included."},
        "code": {"type": "string", "description": "The same word as in our own API."},
    },
}
INTRODUCTION = (
    "What frontends of the StudyNotion family ask for. Paths are taken in any case and with doubled slashes. The token "
    "comes as `Authorization` or `Authorisation`, holds for a day, and is good for nothing else."
)


def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        for path in call.paths:
            shown = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
            for verb in call.verbs:
                paths.setdefault(shown, {})[verb.lower()] = _described(call, verb, path)
    return {
        "openapi": "3.1.0",
        "info": {"title": "StudyNotion frontends on this server", "version": "1.0.0", "description": INTRODUCTION},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": {"Success": SUCCESS, "Failure": FAILURE},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(call: Call, verb: str, path: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": call.summary.splitlines()[0],
        "operationId": to_camel("_".join([verb.lower(), *re.findall(r"\w+", path)])),
        "tags": [path.split("/")[1]],
        "description": "Made of: " + ", ".join(f"`{each.endpoint}` ({each.allow.name})" for each in call.onto) + ".",
        "x-operations": [each.endpoint for each in call.onto],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"<(?:\w+:)?(\w+)>", path)
        ],
        "responses": _responses(call.onto),
    }
    if call.asks_for_a_token:
        described["security"] = [{"bearer": []}]
    if verb != "GET":
        kind = "multipart/form-data" if call.upload_bytes else "application/json"
        described["requestBody"] = {"content": {kind: {"schema": {"type": "object"}}}}
    return described


def _responses(operations: tuple[Operation, ...]) -> dict[str, Any]:
    by_status: dict[int, list[type[Refusal]]] = {}
    for refusal in dict.fromkeys(each for operation in operations for each in operation.every_refusal()):
        by_status.setdefault(refusal.status, []).append(refusal)
    failures = {
        str(status): _answer(" ".join(f"`{each.code}`: {each.message}" for each in group), "Failure")
        for status, group in sorted(by_status.items())
    }
    return {"2XX": _answer("Done.", "Success"), **failures}


def _answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}
