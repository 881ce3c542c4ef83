"""Sign-ins of clients that never renew their token: it holds for a day, never for staff, and ends with the session."""

from dataclasses import replace

from lms.models.accounts.users import staff_role, users
from lms.results import Result
from lms.services.accounts import tokens
from lms.services.accounts.tokens import AccessClaims


def lasting(signed_in: Result) -> Result:
    """The sign-in with a token of a day; staff keep the one of a quarter of an hour."""
    claims = tokens.read_access(signed_in.top_level["token"])
    assert claims is not None, "It was made just now."
    if _is_staff(claims):
        return signed_in
    return replace(signed_in, top_level={**signed_in.top_level, "token": tokens.of_a_day(claims)})


def claims_of(token: str) -> AccessClaims | None:
    """What a token of a day says; nothing when it is none, has run out, or its owner is staff by now."""
    claims = tokens.read_of_a_day(token)
    return None if claims is None or _is_staff(claims) else claims


def _is_staff(claims: AccessClaims) -> bool:
    user = users.by_id(claims.user_id)
    return user is None or staff_role(user) is not None
