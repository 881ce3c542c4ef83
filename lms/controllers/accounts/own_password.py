"""Whether somebody knows the password of an account."""

from lms.models.accounts.users import User, users
from lms.services.accounts import passwords


def is_right(user: User | None, password: str) -> bool:
    """Whether it is the account's, in like time for an account that has none, or that there is not.

    A hash of another cost than `BCRYPT_ROUNDS` is replaced by one of the same password, which ends nothing.
    """
    stored = user.get("passwordHash") if user else None
    with passwords.place():
        right = passwords.matches(password, stored)
        if user is None or stored is None or not right:
            return False
        if user["emailVerifiedAt"] is not None and passwords.is_of_another_cost(stored):
            users.renew_hash(user["_id"], stored, passwords.hash_of(password))
    return True
