"""Asking for one-time codes and handing them in."""

from typing import Literal

from lms.models.accounts.otps import Channel
from lms.schemas.fields import Code, Email, In, Out


class SendOtpIn(In):
    email: Email
    purpose: Literal["signup", "login", "reset"] = "signup"
    channel: Channel = "email"


class EmailIn(In):
    email: Email


class VerifyOtpIn(In):
    email: Email
    otp: Code
    purpose: Literal["signup", "login"] = "signup"


class LoginCodeIn(In):
    email: Email
    otp: Code


class CodeSentOut(Out):
    """`expiresIn` and `resendIn` are in seconds."""

    expiresIn: int
    resendIn: int
