"""Changing the e-mail address of an account."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from lms.schemas.accounts.profiles import proof
from lms.schemas.fields import Code, Email, GivenPassword, In, Pasted, any_of

NewEmail = Annotated[Email, Field(alias="newEmail")]


class ChangeEmailIn(In):
    """The caller's own password, or a code that was mailed to sign in with, as `otp`."""

    model_config = ConfigDict(json_schema_extra=any_of(("password",), ("otp",)))

    email: NewEmail
    otp: Code | None = None
    password: Annotated[GivenPassword | None, AfterValidator(proof)] = Field(None, validate_default=True)


class ConfirmEmailIn(In):
    """`otp` is the code that was mailed to the new address."""

    email: NewEmail
    otp: Code


class TakeBackIn(In):
    """`token` is that of the link in the notice to the old address."""

    token: Annotated[str, Pasted, Field(min_length=1, max_length=500)]
