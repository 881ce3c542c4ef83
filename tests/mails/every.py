"""One of each mail, on people, courses and reasons with a given text in them."""

import inspect
import pkgutil
from importlib import import_module
from typing import Any

from bson import ObjectId
from flask_mail import Message

from lms import mails


def every_mail(text: str) -> list[Message]:
    """For use in the application's context."""
    made = [function(**_arguments(function, text)) for module in _modules() for function in _functions(module)]
    return [message for message in made if message is not None]


def _modules() -> list[Any]:
    found = pkgutil.walk_packages(mails.__path__, f"{mails.__name__}.")
    return [import_module(each.name) for each in found if not each.ispkg and not each.name.endswith(".messages")]


def _functions(module: Any) -> list[Any]:
    own = [each for each in vars(module).values() if inspect.isfunction(each) and each.__module__ == module.__name__]
    return [each for each in own if not each.__name__.startswith("_")]


def _arguments(function: Any, text: str) -> dict[str, Any]:
    person = {"_id": ObjectId(), "firstName": text, "lastName": text, "email": "asha@example.com", "emailVerifiedAt": 1}
    course = {"_id": ObjectId(), "title": text, "rejection": {"reason": text}}
    known = {
        "email": person["email"],
        "user": person,
        "author": person,
        "buyer": person,
        "invoice": {"number": "INV/1"},
        "note": {"number": "CN/1"},
        "course": course,
        "review": {"_id": ObjectId(), "review": text, "rating": 1},
        "order": {
            "lines": [{"course": course["_id"], "title": text, "amount": 50_000}],
            "amount": 50_000,
            "state": "refunded",
        },
        "refund": {"amount": 50_000, "cause": "staff", "course": None, "reason": text},
        "title": text,
        "deadline": {"local": "2027-03-28T23:59", "zone": "Asia/Kolkata"},
        "became": [{"outcome": "returned", "why": text}],
        "reason": text,
        "support": "support@example.com",
        "contact": {
            "firstName": text,
            "lastName": "",
            "email": "a@example.com",
            "contactNumber": None,
            "message": text,
        },
        "name": text,
        "other": "a…@example.com",
        "code": "204518",
        "purpose": "signup",
        "token": "token",
        "pdf": b"%PDF-",
        "uploader": person,
        "learner": person,
        "of": {
            "file": {"name": text},
            "reason": text,
            "state": "done",
            "report": b"%PDF-",
            **dict.fromkeys(("created", "updated", "skipped", "failed", "undone"), 1),
        },
        "holder": person,
        "certificate": {
            "code": "ABCDEFGHJKMN",
            "facts": {"courseTitle": text},
            "pdf": b"%PDF-",
            "reason": {"kind": "misconduct", "text": text},
        },
        "verify_url": "https://learn.school.example/verify/ABCDEFGHJKMN",
        "linked_in_url": "https://www.linkedin.com/profile/add?certId=ABCDEFGHJKMN",
    }
    return {name: known[name] for name in inspect.signature(function).parameters}
