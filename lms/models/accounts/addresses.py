"""The e-mail addresses of accounts as they change, and go back."""

from datetime import timedelta

from lms.models.accounts.users import FormerAddress, User, users
from lms.models.base import now
from lms.models.system.finding import findable

TAKEN_BACK_WITHIN = timedelta(days=7)


def move(user: User, email: str) -> bool:
    """Give the account another address and end its reset links; the present one can take it back for seven days.

    One that goes back to a former address leaves none of the later ones behind: whoever planted them could take it.
    False when the credentials have moved on since it was read. Raises DuplicateKeyError when the address is taken.
    """
    former = [*still(user), FormerAddress(email=user["email"], until=now() + TAKEN_BACK_WITHIN)]
    known = next((place for place, each in enumerate(former) if each["email"] == email), None)
    return _set(user, email, former[:known], {})


def take_back(user: User, former: FormerAddress) -> bool:
    """Put a former address back and drop the password, and what became of the address in between; for a transaction."""
    before = user.get("formerAddresses", [])
    return _set(user, former["email"], before[: before.index(former)], {"passwordHash": ""})


def still(user: User) -> list[FormerAddress]:
    """The former addresses that may take the account back, the oldest first."""
    return [each for each in user.get("formerAddresses", []) if each["until"] > now()]


def _set(user: User, email: str, former: list[FormerAddress], dropped: dict[str, str]) -> bool:
    moment = now()
    fields = {
        "email": email,
        **findable(user["firstName"], user["lastName"], email),
        "formerAddresses": former,
        "credentialsChangedAt": moment,
        "updatedAt": moment,
    }
    as_read = {"_id": user["_id"], "email": user["email"], "credentialsChangedAt": user["credentialsChangedAt"]}
    return users.update(as_read, {"$set": fields, **({"$unset": dropped} if dropped else {})}, deleted_too=True)
