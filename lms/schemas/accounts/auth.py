"""Signing up, signing in, staying signed in."""

from typing import Annotated, Literal

from pydantic import Field

from lms.schemas.fields import (
    BlankIsNone,
    Code,
    ContactNumber,
    Email,
    GivenPassword,
    In,
    LastName,
    Name,
    NewPassword,
    Out,
    OutId,
    repeats,
)


class SignupIn(In):
    first_name: Name
    last_name: LastName = ""
    email: Email
    password: NewPassword
    confirm_password: Annotated[str, Field(max_length=128), repeats("password")]
    role: Literal["student", "instructor"] = "student"
    contact_number: Annotated[ContactNumber | None, BlankIsNone] = None
    otp: Code | None = None


class LoginIn(In):
    email: Email
    password: GivenPassword


class LogoutIn(In):
    refresh_token: str | None = Field(None, max_length=2000)


class AccountOut(Out):
    id: OutId
    name: str
    firstName: str
    lastName: str
    email: str
    role: Literal["student", "instructor", "admin"]
    image: str
    courses: list[OutId]


class TokensOut(Out):
    token: str
    refreshToken: str


class DeviceOut(Out):
    """Sent back as `X-Device-Token` (it is set as a cookie, too), `deviceToken` tells that this browser is known to the
    account: strangers who try to sign in to it do not use up its tries.
    """

    deviceToken: str


class SignedInOut(TokensOut, DeviceOut):
    user: AccountOut
