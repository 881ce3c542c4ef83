"""Changing a password, and getting back in without one."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from lms.schemas.fields import Again, Code, Email, GivenPassword, In, NewPassword, Pasted, any_of, repeats


class ChangePasswordIn(In):
    old_password: GivenPassword
    new_password: NewPassword
    confirm_new_password: Annotated[str, Field(max_length=128), repeats("new_password"), Again]


class ResetPasswordIn(In):
    """Either the `token` of the mailed link, or `email` and the mailed code as `otp`."""

    model_config = ConfigDict(json_schema_extra=any_of(("token",), ("email", "otp")))

    password: NewPassword
    confirm_password: Annotated[str, Field(max_length=128), repeats("password"), Again]
    token: Annotated[str | None, Pasted] = Field(None, max_length=500)
    email: Email | None = None
    otp: Code | None = None

    @model_validator(mode="after")
    def _complete(self) -> "ResetPasswordIn":
        if self.token is None and (self.email is None or self.otp is None):
            raise ValueError("Send the token of the link, or the e-mail address and the code.")
        return self
