"""Signing up, signing in, staying signed in."""

from typing import Annotated, Literal

from pydantic import Field

from lms.schemas.fields import (
    Again,
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

SecondStep = Literal["code", "authenticator", "password"]


class SignupIn(In):
    first_name: Name
    last_name: LastName = ""
    email: Email
    password: NewPassword
    confirm_password: Annotated[str, Field(max_length=128), repeats("password"), Again]
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


class SecondStepIn(In):
    """The mailed code or that of the authenticator as `otp`; the `password` of who signed in with a mailed code."""

    otp: Code | None = None
    password: GivenPassword | None = None


class SignedInOut(TokensOut, DeviceOut):
    """`secondStep` says what an administrator has to send to `/auth/secondstep` before they may do what they may."""

    user: AccountOut
    secondStep: SecondStep | None = None
