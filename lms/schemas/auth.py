"""Signing up, signing in, staying signed in."""

from typing import Literal

from pydantic import Field, model_validator

from lms.schemas.fields import Code, ContactNumber, Email, GivenPassword, In, Name, NewPassword, Out, OutId


class SignupIn(In):
    first_name: Name
    last_name: Name
    email: Email
    password: NewPassword
    confirm_password: str = Field(max_length=128)
    role: Literal["student", "instructor"] = "student"
    contact_number: ContactNumber | None = None
    otp: Code | None = None

    @model_validator(mode="after")
    def _same(self) -> "SignupIn":
        if self.password != self.confirm_password:
            raise ValueError("The two passwords are not the same.")
        return self


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
    image: str | None
    courses: list[OutId]


class TokensOut(Out):
    token: str
    refreshToken: str


class SignedInOut(TokensOut):
    user: AccountOut
