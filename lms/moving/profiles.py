"""What people said of themselves there."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bson import ObjectId

from lms.moving import texts
from lms.moving.aliases import read, unknown
from lms.moving.became import Became
from lms.moving.losses import Losses
from lms.moving.school import School

WRITTEN = ("user", "bio", "gender", "dateOfBirth", "contactNumber")
CONTACT_NUMBER = re.compile(r"\+?[0-9(][0-9 ()\-]{5,20}[0-9]")
"""As `ContactNumber` in `lms/schemas/fields.py`."""
FIRST_YEAR = 1900


def empty(user_id: ObjectId) -> dict[str, Any]:
    """The profile of who has said nothing."""
    return {"_id": user_id, "user": user_id, **dict.fromkeys(("bio", "gender", "dateOfBirth", "contactNumber"))}


def became(old: ObjectId, document: Mapping[str, Any], school: School) -> Became:
    """One profile, which does not say whose it is: the account that names it does."""
    losses = Losses()
    owner = school.profile_owners.get(old.binary)
    if owner is None:
        losses.add("profile_orphaned")
        return Became(old, losses=losses.all())
    if old in school.profiles_of_merged:
        losses.add("profile_of_merged")
        return Became(old, merged=True, losses=losses.all())
    profile = read("profiles", document)
    losses.add_all("field_not_taken", unknown("profiles", document))
    written = {
        "_id": old,
        "user": school.person_id(owner),
        "bio": texts.plain(profile["about"], 1000, losses, "about") or None,
        "gender": texts.line(profile["gender"], 40, losses, "gender") or None,
        "dateOfBirth": _date_of_birth(profile["dateOfBirth"], losses),
        "contactNumber": _contact_number(profile, losses),
    }
    return Became(old, written, losses=losses.all())


def _date_of_birth(value: Any, losses: Losses) -> str | None:
    if value in (None, ""):
        return None
    said = value.date().isoformat() if isinstance(value, datetime) else str(value)[:10]
    try:
        born = date.fromisoformat(said)
    except ValueError:
        born = None
    if born is None or not date(FIRST_YEAR, 1, 1) <= born <= datetime.now(UTC).date():
        losses.add("date_of_birth_unusable")
        return None
    return born.isoformat()


def _contact_number(profile: Mapping[str, Any], losses: Losses) -> str | None:
    """Theirs is a number, so what stood before it (a plus, zeros) is gone; some branches keep the country beside it."""
    given = profile["contactNumber"]
    if given in (None, "", 0):
        return None
    digits = str(int(given)) if isinstance(given, float) and given.is_integer() else str(given).strip()
    country = re.sub(r"[^+0-9]", "", str(profile["countryCode"] or ""))
    number = digits if digits.startswith("+") or not country else f"{country} {digits}"
    if CONTACT_NUMBER.fullmatch(number):
        return number
    losses.add("contact_number_unusable")
    return None
