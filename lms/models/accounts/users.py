"""People who sign in: learners, instructors, administrators."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection, Filter, now
from lms.models.fields import Ref
from lms.models.freshness import Shown
from lms.models.merging import Follows
from lms.models.system.finding import findable

Role = Literal["student", "instructor", "admin"]
UserStatus = Literal["active", "suspended"]
AppointedRole = Literal["moderator", "support"]
StaffRole = Literal["admin", AppointedRole]

SIGNUP_LIFETIME = timedelta(days=1)
"""How long an account waits for its e-mail address to be proven."""

WAITING = ("pendingUntil", "passwordContested", "signUpCode")
"""What only an account has whose address is not proven yet."""

UNNAMED = {"firstName": "New", "lastName": "member"}
"""Who has not said yet what they are called."""

SEARCHED = [("deletedAt", ASCENDING), ("searchText", ASCENDING), ("_id", ASCENDING)]
"""The index of what people are found by."""

OF_A_PERSON = frozenset({"firstName", "lastName", "image"})
"""The fields that everyone sees, beside a course or a review."""

OF_A_USER = OF_A_PERSON | {"email", "role", "createdAt", "deletedAt", "erasedAt"}
"""The fields that people see of themselves."""

NAME = {"$rtrim": {"input": {"$concat": ["$firstName", " ", "$lastName"]}}}


class Totp(TypedDict):
    """A second step by an authenticator (RFC 6238); `lastStep` is the last time step whose code was used."""

    secret: str
    confirmedAt: datetime | None
    lastStep: int


class FormerAddress(TypedDict):
    """An e-mail address whose owner may take the account back until then."""

    email: str
    until: datetime


class MergedAs(TypedDict):
    """Who had an account that was merged into another."""

    firstName: str
    lastName: str
    email: str


class User(TypedDict):
    """`staffRole` makes a moderator or supporter of somebody who is no administrator; those need none.

    `appliedAt` is there while an instructor waits to be approved, `searchText` for those who can be found, `signUpCode`
    while the code that the sign-up asked for is awaited. `mergedInto` is the account that a merged one leads to.
    """

    _id: ObjectId
    firstName: str
    lastName: str
    email: NotRequired[str]
    formerAddresses: NotRequired[list[FormerAddress]]
    searchText: NotRequired[str]
    passwordHash: NotRequired[str]
    passwordContested: NotRequired[bool]
    signUpCode: NotRequired[Annotated[ObjectId, Ref("otps")]]
    credentialsChangedAt: datetime
    role: Role
    staffRole: NotRequired[AppointedRole]
    totp: NotRequired[Totp]
    appliedAt: NotRequired[datetime]
    status: UserStatus
    image: str | None
    emailVerifiedAt: datetime | None
    pendingUntil: NotRequired[datetime]
    lastSignInAt: NotRequired[datetime]
    reliedOn: NotRequired[int]
    createdAt: datetime
    updatedAt: datetime
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]
    erasedAt: NotRequired[datetime]
    mergedInto: NotRequired[Annotated[ObjectId, Ref("users")]]
    mergedAs: NotRequired[MergedAs]


def name_of(user: Mapping[str, Any]) -> str:
    """First and last name, as `NAME` in a pipeline; people with one name have no last one."""
    return f"{user['firstName']} {user['lastName']}".rstrip()


def staff_role(user: User) -> StaffRole | None:
    """What somebody may do at `/admin`; none for those who are not staff."""
    return "admin" if user["role"] == "admin" else user.get("staffRole")


def has_authenticator(user: User) -> bool:
    """Whether codes of an authenticator are asked of somebody at their second step."""
    return user.get("totp", {}).get("confirmedAt") is not None


class Users(Collection[User]):
    name = "users"
    fields = User
    personal = "_id"
    on_merge = {"mergedInto": Follows()}
    withheld = frozenset({"passwordHash", "totp", "searchText", "reliedOn", "passwordContested"})
    soft_delete = True
    seen = (Shown("person/{_id}", OF_A_PERSON), Shown("user/{_id}", OF_A_USER))
    audited = True
    unrecorded = frozenset({"passwordHash", "totp", "searchText", "formerAddresses"})
    indexes = (
        IndexModel("email", unique=True, partialFilterExpression={"email": {"$exists": True}}),
        IndexModel("pendingUntil", expireAfterSeconds=0),
        IndexModel([("image", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("role", ASCENDING), ("createdAt", ASCENDING)]),
        IndexModel("staffRole", partialFilterExpression={"staffRole": {"$exists": True}}),
        IndexModel("appliedAt", partialFilterExpression={"appliedAt": {"$exists": True}}),
        IndexModel(SEARCHED),
        IndexModel([("deletedAt", ASCENDING), ("createdAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("deletedAt", ASCENDING), ("lastSignInAt", ASCENDING), ("_id", ASCENDING)]),
        *(
            IndexModel([(field, ASCENDING), ("deletedAt", ASCENDING), ("createdAt", ASCENDING), ("_id", ASCENDING)])
            for field in ("role", "status")
        ),
        IndexModel("deletedAt", partialFilterExpression={"deletedAt": {"$exists": True}}),
        IndexModel("mergedInto", partialFilterExpression={"mergedInto": {"$exists": True}}),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return name_of(document)

    def by_id(self, user_id: ObjectId) -> User | None:
        """The account, also one deleted so lately that it can still come back."""
        return self.raw.find_one({"_id": user_id, "email": {"$exists": True}})

    def count_known(self, user_ids: Iterable[ObjectId]) -> int:
        """How many of them `by_id` finds."""
        return self.raw.count_documents({"_id": {"$in": list(user_ids)}, "email": {"$exists": True}})

    def by_email(self, email: str) -> User | None:
        """The account of an address, also one deleted so lately that it can still come back."""
        return self.raw.find_one({"email": email})

    def put_pending(self, email: str, fields: Mapping[str, Any], known_hash: str | None) -> User:
        """Create or replace the unproven account of an address; DuplicateKeyError when it is proven already.

        `fields` holds at least the names. A stored password other than `known_hash` was given by somebody else: the
        account is marked contested.
        """
        moment = now()
        same_giver = {"$in": [{"$ifNull": ["$passwordHash", None]}, [None, {"$literal": known_hash}]]}
        given = {**fields, **findable(fields["firstName"], fields["lastName"], email)}
        pending = {
            "appliedAt": "$$REMOVE",
            **{name: {"$literal": value} for name, value in given.items()},
            "passwordContested": {"$cond": [same_giver, {"$ifNull": ["$passwordContested", False]}, True]},
            "status": {"$ifNull": ["$status", "active"]},
            "image": None,
            "emailVerifiedAt": None,
            "createdAt": {"$ifNull": ["$createdAt", moment]},
            "updatedAt": moment,
            "credentialsChangedAt": moment,
            "pendingUntil": moment + SIGNUP_LIFETIME,
        }
        where = {"email": email, "emailVerifiedAt": None}
        return self.put(where, [{"$set": pending}])

    def invite(self, email: str, first: str, last: str) -> ObjectId:
        """Make an account that has no password: its owner gets in through the mailbox, which counts as theirs."""
        moment = now()
        return self.insert(
            {
                "_id": ObjectId(),
                "firstName": first,
                "lastName": last,
                "email": email,
                "searchText": findable(first, last, email)["searchText"],
                "credentialsChangedAt": moment,
                "role": "student",
                "status": "active",
                "image": None,
                "emailVerifiedAt": moment,
                "createdAt": moment,
                "updatedAt": moment,
            }
        )

    def put_admin(self, email: str, fields: Mapping[str, Any]) -> User:
        """Create the address's account, or take the one it has, as a proven administrator's."""
        moment = now()
        return self.put(
            {"email": email},
            {
                "$set": {
                    **fields,
                    **findable(fields["firstName"], fields["lastName"], email),
                    "role": "admin",
                    "status": "active",
                    "emailVerifiedAt": moment,
                },
                "$setOnInsert": {"image": None, "createdAt": moment},
                "$unset": dict.fromkeys((*WAITING, "staffRole", "totp", "appliedAt", "deletedAt", "deletedBy"), ""),
            },
        )

    def settle_password(self, user_id: ObjectId) -> None:
        """Let the newest password be the one that counts."""
        self.update({"_id": user_id}, {"$unset": {"passwordContested": ""}})

    def sent_again(self, email: str, request: ObjectId, again: ObjectId) -> None:
        """Let a sign-up wait for the code that it was sent again instead of the first one."""
        self.update({"email": email, "signUpCode": request}, {"$set": {"signUpCode": again}})

    def disown_sign_up(self, user_id: ObjectId) -> None:
        """Drop the password, the role and the name of a sign-up that whoever proved the mailbox may not have made."""
        user = self.by_id(user_id)
        names = {**UNNAMED, **findable(*UNNAMED.values(), user.get("email", ""))} if user else UNNAMED
        unmade = {"passwordHash": "", "appliedAt": ""}
        self.update({"_id": user_id}, {"$unset": unmade, "$set": {"role": "student", **names}}, deleted_too=True)

    def prove_email(self, user_id: ObjectId) -> User | None:
        """Mark the mailbox as proven."""
        moment = now()
        return self.change(
            {"_id": user_id},
            {
                "$set": {"emailVerifiedAt": moment, "updatedAt": moment},
                "$unset": dict.fromkeys(WAITING, ""),
            },
        )

    def rename(self, user_id: ObjectId, names: Mapping[str, str]) -> bool:
        """Change the names that are given, and what the person is found by; for a transaction."""
        user = self.get({"_id": user_id}, {"firstName": 1, "lastName": 1, "email": 1})
        if user is None:
            return False
        first, last = names.get("firstName", user["firstName"]), names.get("lastName", user["lastName"])
        fields = {"firstName": first, "lastName": last, **findable(first, last, user.get("email", ""))}
        self.update_many({"mergedInto": user_id}, {"$set": {"firstName": first, "lastName": last}}, deleted_too=True)
        return self.update({"_id": user_id}, {"$set": {**fields, "updatedAt": now()}})

    def set_password(self, user_id: ObjectId, password_hash: str, **unchanged_since: datetime) -> bool:
        """Replace the password; false when the credentials moved on since `credentialsChangedAt`."""
        moment = now()
        change = {"passwordHash": password_hash, "credentialsChangedAt": moment, "updatedAt": moment}
        return self.update({"_id": user_id, **unchanged_since}, {"$set": change}, deleted_too=True)

    def renew_hash(self, user_id: ObjectId, checked: str, renewed: str) -> None:
        """Keep another hash of the same password, unless the one that was checked has been replaced since."""
        self.update({"_id": user_id, "passwordHash": checked}, {"$set": {"passwordHash": renewed}}, deleted_too=True)

    def sign_in(self, user: User) -> User | None:
        """Take note of a sign-in and bring back a deleted account; none when the account is not as it was read."""
        as_read = {name: user.get(name) for name in ("credentialsChangedAt", "status", "role", "deletedAt")}
        back = {"$unset": {"deletedAt": "", "deletedBy": ""}} if "deletedAt" in user else {}
        return self.change({"_id": user["_id"], **as_read}, {"$set": {"lastSignInAt": now()}, **back})

    def offer_totp(self, user_id: ObjectId, secret: str) -> None:
        """Let this secret wait to be confirmed, unless one does or has been."""
        offered = {"secret": secret, "confirmedAt": None, "lastStep": 0}
        self.update({"_id": user_id, "totp": {"$exists": False}}, {"$set": {"totp": offered}})

    def confirm_totp(self, user_id: ObjectId, secret: str, step: int) -> bool:
        """Make the offered secret the second step; false when another, or none, is offered by now."""
        offered = {"_id": user_id, "totp.secret": secret, "totp.confirmedAt": None}
        return self.update(offered, {"$set": {"totp.confirmedAt": now(), "totp.lastStep": step}})

    def use_totp_step(self, user_id: ObjectId, step: int) -> bool:
        """Note that a code was used; false when it, or a later one, was used before."""
        return self.update({"_id": user_id, "totp.lastStep": {"$lt": step}}, {"$set": {"totp.lastStep": step}})

    def erase(self, user_id: ObjectId, due: Filter | None = None) -> bool:
        """Leave of the person only what enrolments and reviews point at; false when the account is not `due` any more.

        Whoever read the account before signs in to it no more: its credentials have changed.
        """
        moment = now()
        known_by = ("email", "formerAddresses", "searchText")
        personal = (*known_by, "passwordHash", "totp", "staffRole", "appliedAt", "mergedAs", *WAITING)
        former = {"firstName": "Former", "lastName": "member", "image": None}
        change = {**former, "erasedAt": moment, "credentialsChangedAt": moment}
        where = {**(due or {}), "_id": user_id}
        return self.update(where, {"$set": change, "$unset": dict.fromkeys(personal, "")}, deleted_too=True)


users = Users()
