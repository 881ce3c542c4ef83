"""How the stand-in is told to be slow, dead, wrong or repetitive, until it is told otherwise, in every process."""

import json
import time
from typing import Annotated, Any, Literal, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lms.sandbox.razorpay_entities import Refused
from lms.sandbox.razorpay_store import prepare, stored

bp = Blueprint("sandbox_razorpay_behaviour", __name__, url_prefix="/sandbox/razorpay")
bp.before_request(prepare)

Wrong = Literal["html502", "bad_json", "wrong_amount", "wrong_currency", "not_captured"]
Delivery = Literal["on", "off", "double", "triple", "shuffled", "lossy"]
Resource = Literal["orders", "payments", "refunds"]

M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Behaviour(Body):
    """How to misbehave: `only` says at which part of the API; a slow or wrong answer is given after the deed is done.

    `webhooks` is a word or a list of words; `paid_twice` lets a paid order be paid again;
    `receipts_once` refuses a receipt that was used, as an account can be set up to; so
    can a `fee_bearer` be the customer.
    """

    delay_seconds: float = Field(0, ge=0, le=60)
    dead: bool = False
    wrong: Wrong | None = None
    only: Resource | None = None
    webhooks: Annotated[list[Delivery], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)] = [
        "on"
    ]
    webhook_url: str | None = Field(None, pattern=r"^https?://")
    webhook_retries: int = Field(3, ge=0, le=4)
    refunds_pending: bool = False
    paid_twice: bool = False
    receipts_once: bool = False
    fee_bearer: Literal["platform", "customer"] = "platform"


def parsed(model: type[M]) -> M:
    """The body of the request; raises Refused with what is wrong about its first wrong field."""
    try:
        return model.model_validate_json(request.get_data() or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if not field:
        raise Refused("The body has to be a JSON object.")
    worded = {"missing": f"{field}: is required.", "int_type": f"The {field} must be an integer."}
    raise Refused(worded.get(first["type"], f"{field}: {first['msg']}"), field=field)


def refused(error: Refused) -> tuple[Response, int]:
    return jsonify(error.as_json()), error.status


bp.register_error_handler(Refused, refused)


@bp.post("/behaviour")
def set_behaviour() -> Response:
    """Behave like this and no longer as before; `{}` is to behave."""
    wanted = parsed(Behaviour)
    stored("Behaviour").replace_one({"_id": "now"}, wanted.model_dump(), upsert=True)
    return jsonify(wanted.model_dump())


@bp.get("/behaviour")
def get_behaviour() -> Response:
    return jsonify(behaviour().model_dump())


def behaviour() -> Behaviour:
    return Behaviour.model_validate(stored("Behaviour").find_one({"_id": "now"}, {"_id": 0}) or {})


def answer_of_the_dead() -> Response | None:
    """What a dead gateway answers before anything is done."""
    told = behaviour()
    if told.dead and _concerns(told):
        return Response("upstream connect error or disconnect/reset before headers", 503, mimetype="text/plain")
    return None


def misbehave(response: Response) -> Response:
    """Spoil the answer, when it is about what has been told to be spoilt."""
    told = behaviour()
    if not _concerns(told):
        return response
    time.sleep(told.delay_seconds)
    if told.wrong == "html502":
        return Response("<html><head><title>502 Bad Gateway</title></head></html>", 502, mimetype="text/html")
    if told.wrong == "bad_json":
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
    elif told.wrong is not None and response.status_code == 200:
        response.set_data(json.dumps(_distorted(response.get_json(), told.wrong)))
    return response


def _concerns(told: Behaviour) -> bool:
    return told.only in (None, _resource(request.path))


def _resource(path: str) -> Resource:
    """What an address of the API is about: an order's payments are payments, a payment's refunds are refunds."""
    words = path.partition("/v1/")[2].split("/")
    if any(word.startswith("refund") for word in words):
        return "refunds"
    return "payments" if "payments" in words else "orders"


def _distorted(answer: Any, wrong: Wrong) -> Any:
    """The answer, in which every entity is a little different."""
    if isinstance(answer, list):
        return [_distorted(item, wrong) for item in answer]
    if not isinstance(answer, dict):
        return answer
    fields = {name: _distorted(value, wrong) for name, value in answer.items()}
    if wrong == "wrong_amount" and "amount" in fields:
        return {**fields, "amount": fields["amount"] - 1}
    if wrong == "wrong_currency" and "currency" in fields:
        return {**fields, "currency": "USD"}
    if wrong == "not_captured" and fields.get("entity") == "payment":
        return {**fields, "status": "authorized", "captured": False}
    return fields
