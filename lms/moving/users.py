"""Their accounts as ours."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from bson import ObjectId
from pydantic import TypeAdapter, ValidationError

from lms.models.accounts.users import Role
from lms.models.system.finding import findable
from lms.moving import texts
from lms.moving.aliases import read, unknown
from lms.moving.became import Became, Beside, Options, made, moment
from lms.moving.losses import Losses
from lms.moving.school import School
from lms.schemas.fields import Email

Document = Mapping[str, Any]

HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
DRAWN = ("https://api.dicebear.com/", "https://ui-avatars.com/", "https://avatars.dicebear.com/")
"""Where copies have initials drawn; ours are drawn here."""

ROLES: Mapping[str, Role] = {"student": "student", "instructor": "instructor", "admin": "admin"}
WRITTEN = (
    "firstName",
    "lastName",
    "email",
    "searchText",
    "passwordHash",
    "credentialsChangedAt",
    "role",
    "appliedAt",
    "status",
    "image",
    "emailVerifiedAt",
    "createdAt",
    "updatedAt",
    "erasedAt",
)
"""`erasedAt` is never written: it goes where somebody was taken for gone who had only just come."""
UNNAMED = "Learner"


@cache
def _addresses() -> TypeAdapter[str]:
    return TypeAdapter(Email)


def address_of(value: Any) -> str | None:
    """The address as ours are kept; none for what is none."""
    try:
        return _addresses().validate_python(value) if isinstance(value, str) else None
    except ValidationError:
        return None


def account_type(value: Any) -> Role | None:
    return ROLES.get(value.strip().lower()) if isinstance(value, str) else None


def became(old: ObjectId, document: Document, school: School, options: Options) -> Became:
    """One account; of those that are one person's, only the one that is kept is written."""
    losses = Losses()
    if old in school.merged:
        losses.add("merged_account", school.merged[old])
        return Became(old, into=school.merged[old], merged=True, losses=losses.all())
    user = read("users", document)
    losses.add_all("field_not_taken", unknown("users", document))
    address = address_of(user["email"])
    if address is None:
        losses.add("address_unusable")
    created = moment(user["createdAt"], old)
    first = texts.name(user["firstName"], losses, "firstName") or UNNAMED
    last = texts.name(user["lastName"], losses, "lastName")
    role = _role(old, user, school, options, losses)
    written: dict[str, Any] = {
        "_id": old,
        "firstName": first,
        "lastName": last,
        **({"email": address} if address else {}),
        **findable(first, last, address or ""),
        **_password(user["password"], losses),
        "credentialsChangedAt": created,
        "role": role,
        **({"appliedAt": created} if _waits(old, user, role, school, options) else {}),
        "status": _status(user["active"], losses),
        "image": _image(user["image"], losses),
        "emailVerifiedAt": created if address else None,
        "createdAt": created,
        "updatedAt": moment(user["updatedAt"], old),
    }
    _profile(old, school, losses)
    _lists(user, old, school, role, losses)
    return Became(old, written, losses=losses.all())


def _role(old: ObjectId, user: dict[str, Any], school: School, options: Options, losses: Losses) -> Role:
    said = account_type(user["accountType"])
    has_courses = old.binary in school.authors
    if options.admins and old in options.admins:
        return "admin"
    if said is None:
        losses.add("account_type_unknown")
    if said == "admin":
        losses.add("admin_not_taken_over")
    if has_courses and said != "instructor" and said != "admin":
        losses.add("made_instructor")
    return "instructor" if has_courses or said == "instructor" else "student"


def _waits(old: ObjectId, user: dict[str, Any], role: Role, school: School, options: Options) -> bool:
    """Whether an instructor is still to be approved: theirs were not asked, so who has a course on sale was."""
    unproven = options.instructors_wait and old.binary not in school.selling
    return role == "instructor" and (user["approved"] is False or unproven)


def _password(value: Any, losses: Losses) -> dict[str, str]:
    if isinstance(value, str) and HASH.fullmatch(value):
        return {"passwordHash": value}
    losses.add("password_unusable")
    return {}


def _status(active: Any, losses: Losses) -> str:
    if active is False:
        losses.add("suspended")
        return "suspended"
    return "active"


def _image(value: Any, losses: Losses) -> str | None:
    if not value or (isinstance(value, str) and value.startswith(DRAWN)):
        return None
    address = texts.https_address(value)
    if address is None:
        losses.add("image_not_taken")
    return address


def _profile(old: ObjectId, school: School, losses: Losses) -> None:
    """Say of who has none, or shares one with somebody else, that theirs is empty."""
    number = school.people[old.binary]
    if number in school.shared_profiles:
        losses.add("profile_shared", school.shared_profiles[number])
    elif number in school.without_profile:
        losses.add("profile_unknown")


def _lists(user: dict[str, Any], old: ObjectId, school: School, role: Role, losses: Losses) -> None:
    """What is odd about the courses that a learner's account names."""
    if account_type(user["accountType"]) not in ("student", None):
        return
    number = school.people[old.binary]
    named = [each for each in user["courses"] or () if isinstance(each, ObjectId)]
    losses.add_all("course_unknown", (each for each in named if school.course(each) is None))
    losses.add_all(
        "enrolled_in_one_list", (each for each in dict.fromkeys(named) if school.only_learner_says(each, number))
    )


def former_member(user_id: ObjectId, role: Role) -> Beside:
    """The account that stands for one that is gone, under its id, so that what names it goes on doing so."""
    at = made(user_id)
    fields: dict[str, Any] = {
        "firstName": "Former",
        "lastName": "member",
        "credentialsChangedAt": at,
        "role": role,
        "status": "active",
        "image": None,
        "emailVerifiedAt": None,
        "createdAt": at,
        "updatedAt": at,
        "erasedAt": at,
    }
    return Beside("users", user_id, {"$setOnInsert": fields})
