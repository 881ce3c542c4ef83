"""Changing a password, and getting back in without one."""

from pydantic import Field, model_validator

from lms.schemas.fields import Code, Email, GivenPassword, In, NewPassword


class ChangePasswordIn(In):
    old_password: GivenPassword
    new_password: NewPassword
    confirm_new_password: str = Field(max_length=128)

    @model_validator(mode="after")
    def _same(self) -> "ChangePasswordIn":
        if self.new_password != self.confirm_new_password:
            raise ValueError("The two passwords are not the same.")
        return self


class ResetPasswordIn(In):
    """Either the `token` of the mailed link, or `email` and the mailed code as `otp`."""

    password: NewPassword
    confirm_password: str = Field(max_length=128)
    token: str | None = Field(None, max_length=500)
    email: Email | None = None
    otp: Code | None = None

    @model_validator(mode="after")
    def _complete(self) -> "ResetPasswordIn":
        if self.password != self.confirm_password:
            raise ValueError("The two passwords are not the same.")
        if self.token is None and (self.email is None or self.otp is None):
            raise ValueError("Send the token of the link, or the e-mail address and the code.")
        return self
