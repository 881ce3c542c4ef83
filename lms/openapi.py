"""The OpenAPI 3.1 document, from what the endpoints declare."""

import re
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.json_schema import models_json_schema

from lms.errors import Refusal
from lms.http.arguments import IdempotencyKey, Stretch
from lms.http.forms import Multipart
from lms.http.operations import OPERATIONS, Operation
from lms.http.responses import JSON
from lms.middlewares import devices
from lms.schemas.fields import OBJECT_ID_SCHEMA, PageQuery

TEMPLATE = "#/components/schemas/{model}"
PAGINATION = {
    "type": "object",
    "required": ["page", "limit", "total", "pages"],
    "properties": {name: {"type": "integer"} for name in ("page", "limit", "total", "pages")},
}
DEVICE_TOKEN = {
    "name": devices.HEADER,
    "in": "header",
    "schema": {"type": "string"},
    "description": "The `deviceToken` of an earlier sign-in, for tries of its own; the cookie does as well.",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
    "description": "Requests with the same key have one effect.",
}
RANGE = {
    "name": "Range",
    "in": "header",
    "schema": {"type": "string", "pattern": "^bytes=[0-9]+-[0-9]*$"},
    "description": "The bytes that are wanted; a player asks on where the answer ends.",
}
HEADERS: dict[Any, dict[str, Any]] = {IdempotencyKey: IDEMPOTENCY_KEY, Stretch: RANGE}
"""What arguments that come from a header are in the document."""
BINARY = {"type": "string", "format": "binary"}
FAILURE = {
    "type": "object",
    "required": ["success", "message", "code"],
    "properties": {
        "success": {"const": False},
        "message": {"type": "string", "description": "A sentence for a person."},
        "code": {"type": "string", "description": "A word for a program."},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

TEXT_SCHEMA = {"type": "string", "minLength": 1}


def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(_path(operation.path), {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "LMS API", "version": "1.0.0", "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": {**_models(), "Failure": FAILURE, "Pagination": PAGINATION},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


INTRODUCTION = (
    "Every success is `{success: true, message, data}`, every failure `{success: false, message, code, errors?}`. "
    "Ids are 24 hexadecimal characters, times ISO 8601 in UTC. Send the token as `Authorization: Bearer <token>`."
)


def _path(path: str) -> str:
    return re.sub(r"<(\w+)>", lambda found: "{" + to_camel(found[1]) + "}", path).rstrip("/")


def _models() -> dict[str, Any]:
    wanted: set[type[BaseModel]] = set()
    for operation in OPERATIONS:
        for kind in (operation.body, operation.top_level, *_item_types(operation.returns)):
            if kind is not None:
                wanted.add(kind)
    modes: list[Any] = [(kind, "validation") for kind in sorted(wanted, key=lambda each: each.__name__)]
    _, schema = models_json_schema(modes, ref_template=TEMPLATE)
    definitions: dict[str, Any] = schema.get("$defs", {})
    return definitions


def _item_types(returns: Any) -> tuple[Any, ...]:
    return getattr(returns, "__args__", None) or (returns,)


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": (operation.handler.__doc__ or "").strip(),
        "operationId": _operation_id(operation),
        "tags": [operation.tag],
        "description": f"**Who:** {operation.allow.name}.",
        "x-permission": operation.allow.name,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.allow.credential != "none":
        described["security"] = [{"bearer": []}]
    elif operation.optional_caller:
        described["security"] = [{}, {"bearer": []}]
    taken = operation.parameters.values()
    described["parameters"] += [header for kind, header in HEADERS.items() if kind in taken]
    if content := _request_content(operation):
        described["requestBody"] = {"required": operation.body_required, "content": content}
    if any(limit.strangers_only for limit in operation.limits):
        described["parameters"].append(DEVICE_TOKEN)
    return described


def _operation_id(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path.removeprefix("/api/v1"))
    return to_camel("_".join([operation.method.lower(), *words]))


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    with_me = {"type": "string", "pattern": "^([0-9a-f]{24}|me)$"}
    schema = with_me if operation.allow.word_me else OBJECT_ID_SCHEMA
    kinds = {**dict.fromkeys(operation.path_ids, schema), **dict.fromkeys(operation.path_texts, TEXT_SCHEMA)}
    return [{"name": to_camel(name), "in": "path", "required": True, "schema": kind} for name, kind in kinds.items()]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    asked = operation.query.model_json_schema()
    return [
        _query_parameter(name, schema, name in asked.get("required", ()))
        for name, schema in asked["properties"].items()
    ]


def _query_parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """One of the query's; left empty it counts as not given."""
    described: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
    return {**described, "required": True} if required else {**described, "allowEmptyValue": True}


def _request_content(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.body and not (operation.multipart and operation.multipart.required):
        content["application/json"] = {"schema": {"$ref": TEMPLATE.format(model=operation.body.__name__)}}
    if operation.multipart:
        content["multipart/form-data"] = {"schema": _multipart_schema(operation.multipart, operation.body)}
    return content


def _multipart_schema(multipart: Multipart, body: type[BaseModel] | None) -> dict[str, Any]:
    """The body's fields with the files beside them."""
    fields = body.model_json_schema(ref_template=TEMPLATE) if body else {}
    properties = {name: _without_null(each) for name, each in fields.get("properties", {}).items()}
    files = {name: {"type": "string", "format": "binary"} for name in multipart.files}
    required = [*fields.get("required", ()), *(multipart.files if multipart.required else ())]
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {**properties, **files}}
    return {**schema, "required": required} if required else schema


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A field of a form, which can be left out but cannot be null."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    described = {name: value for name, value in field.items() if value is not None or name != "default"}
    return {**described, "anyOf": kinds} if kinds else described


def _responses(operation: Operation) -> dict[str, Any]:
    responses = {str(status): _success(operation) for status in (operation.status, *operation.also_status)}
    if Stretch in operation.parameters.values():
        responses["206"] = {"description": "Some of the bytes asked for.", "content": {"*/*": {"schema": BINARY}}}
    if operation.cached and not operation.allow.signed_in:
        responses["304"] = {"description": "What the client has is current."}
    by_status: dict[int, list[type[Refusal]]] = {}
    for refusal in operation.every_refusal():
        by_status.setdefault(refusal.status, []).append(refusal)
    for status, group in sorted(by_status.items()):
        responses[str(status)] = {
            "description": " ".join(f"`{each.code}`: {each.message}" for each in group),
            "content": {"application/json": {"schema": {"$ref": TEMPLATE.format(model="Failure")}}},
        }
    return responses


def _success(operation: Operation) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": "Done."}
    if operation.media_type != JSON:
        return {"description": "The file.", "content": {operation.media_type: {"schema": BINARY}}}
    if operation.status == 302:
        address = {"schema": {"type": "string", "format": "uri"}, "required": True}
        return {"description": "It is there.", "headers": {"Location": address}}
    properties: dict[str, Any] = {
        "success": {"const": True},
        "message": {"type": "string"},
        "data": _data_schema(operation.returns),
    }
    if operation.query is not None and issubclass(operation.query, PageQuery):
        properties["pagination"] = {"$ref": TEMPLATE.format(model="Pagination")}
    schema: dict[str, Any] = {"type": "object", "required": list(properties), "properties": properties}
    if operation.top_level is not None:
        schema = {"allOf": [schema, {"$ref": TEMPLATE.format(model=operation.top_level.__name__)}]}
    return {"description": operation.message, "content": {"application/json": {"schema": schema}}}


def _data_schema(returns: Any) -> dict[str, Any]:
    if returns is None:
        return {}
    schema = TypeAdapter(returns).json_schema(ref_template=TEMPLATE)
    schema.pop("$defs", None)
    if issubclass(_item_types(returns)[0], BaseModel) and "properties" in schema:
        return {"$ref": TEMPLATE.format(model=returns.__name__)}
    return schema
