"""Tables of learners: accounts that are made, invited, and put into courses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from bson import ObjectId
from pydantic import Field

from lms.controllers.imports.kinds import places
from lms.controllers.imports.kinds.base import Column, Kind, RowFault, Written, told, valid
from lms.controllers.imports.kinds.enrollments import EMAIL, by_email, require_account
from lms.controllers.imports.kinds.places import Places
from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import User, staff_role, users
from lms.models.catalogue.courses import Course
from lms.models.imports.import_rows import Made
from lms.models.imports.imports import Import
from lms.models.learning.enrollments import enrollments
from lms.models.payments.orders import orders
from lms.schemas.fields import ContactNumber, Email, In, LastName, Name

MOST_COURSES = 20


class LearnerRow(In):
    email: Email
    first_name: Name | None = None
    last_name: LastName = ""
    contact_number: ContactNumber | None = None
    courses: Annotated[str, Field(max_length=4000)] = ""


@dataclass(frozen=True)
class Asked:
    """Somebody, and the courses (ids or titles) that they are to attend."""

    person: LearnerRow
    courses: tuple[str, ...]


class Learners(Kind[Asked]):
    name = "learners"
    columns: ClassVar[Sequence[Column]] = (
        Column(
            "email", "Whoever has an account with it keeps that.", ("asha@example.com", "ravi@example.com"), True, EMAIL
        ),
        Column("firstName", "Needed for a new account.", ("Asha", "Ravi"), also=("first", "givenName", "name")),
        Column("lastName", "May be empty.", ("Rao", ""), also=("last", "surname", "familyName")),
        Column(
            "contactNumber",
            "With its country's code.",
            ("+91 98765 43210", ""),
            also=("phone", "mobile", "phoneNumber"),
        ),
        Column(
            "courses",
            "Ids or titles of courses they are to attend, with | between them.",
            ("Weaving for beginners|Knots", ""),
            also=("course", "enroll"),
        ),
    )

    def check(self, row: Mapping[str, str], of: Import) -> Asked:
        person = valid(LearnerRow, row)
        named = tuple(filter(None, (each.strip() for each in person.courses.split("|"))))
        if len(named) > MOST_COURSES:
            raise RowFault("too_many_courses", f"courses: At most {MOST_COURSES} courses a row.", "courses")
        return Asked(person, tuple(dict.fromkeys(named)))

    def identity(self, checked: Asked) -> Any:
        return checked.person.email

    def write(self, rows: Sequence[Asked], of: Import) -> list[Written]:
        known = by_email(each.person.email for each in rows)
        there = Places((name for each in rows for name in each.courses), (each["_id"] for each in known.values()))
        written = [_written(each, known.get(each.person.email), there, of) for each in rows]
        there.count()
        return written

    def undo(self, made: Sequence[Made]) -> bool:
        """Accounts go that nobody has signed in to; those with anything else to their name stay."""
        new = [each["id"] for each in made if each["collection"] == users.name]
        if any(_is_used(each, made) for each in new) or not places.take_back(made):
            return False
        for each in new:
            profiles.delete_many({"user": each})
            users.delete({"_id": each})
        return True


def _written(asked: Asked, user: User | None, there: Places, of: Import) -> Written:
    try:
        if user is None:
            return _new(asked, there, of)
        if staff_role(user) is not None:
            return Written("skipped", code="is_staff", reason="They are staff: nothing is changed.")
        return _existing(asked, _present(asked.person.email, user), there, of)
    except RowFault as fault:
        return Written.fault(fault)


def _new(asked: Asked, there: Places, of: Import) -> Written:
    person = asked.person
    if person.first_name is None:
        raise RowFault("missing", "firstName: A new account needs a first name.", "firstName")
    chosen = [there.course(name, "courses") for name in asked.courses]
    user_id = users.invite(person.email, person.first_name, person.last_name)
    profiles.set(user_id, {"contactNumber": person.contact_number})
    made: list[Made] = [{"collection": users.name, "id": user_id}]
    made += [each for course in chosen for each in there.enroll(user_id, course)]
    return Written("created", made, invite=of["options"]["sendInvitations"])


def _present(email: str, user: User) -> User:
    if user["emailVerifiedAt"] is None:
        sentence = "Somebody has signed up with it and not proven it yet. Try again in a day."
        raise RowFault("account_waits", told("email", email, sentence), "email")
    return require_account(email, user)


def _existing(asked: Asked, user: User, there: Places, of: Import) -> Written:
    chosen = [there.course(name, "courses") for name in asked.courses]
    new = [each for each in chosen if there.require_enrollable(user["_id"], each, "courses")]
    renamed = of["options"]["onExisting"] == "update" and _rename(asked.person, user)
    made = _enrolled(user["_id"], new, there)
    if not new and not renamed:
        return Written("skipped", code="exists", reason="They have an account, and nothing is to be changed.")
    return Written("updated", made)


def _enrolled(user_id: ObjectId, chosen: Sequence[Course], there: Places) -> list[Made]:
    return [each for course in chosen for each in there.enroll(user_id, course)]


def _rename(person: LearnerRow, user: User) -> bool:
    told = {"firstName": person.first_name or user["firstName"], "lastName": person.last_name or user["lastName"]}
    changed = {name: value for name, value in told.items() if value != user[name]}  # type: ignore[literal-required]
    if changed:
        users.rename(user["_id"], changed)
    if person.contact_number:
        profiles.set(user["_id"], {"contactNumber": person.contact_number})
    return bool(changed or person.contact_number)


def _is_used(user_id: ObjectId, made: Sequence[Made]) -> bool:
    """Whether somebody has signed in, ordered something, or attends what did not come with their row."""
    came = [each["id"] for each in made]
    return bool(
        users.raw.count_documents({"_id": user_id, "lastSignInAt": {"$exists": True}})
        or enrollments.count({"user": user_id, "_id": {"$nin": came}})
        or orders.count({"user": user_id})
    )
