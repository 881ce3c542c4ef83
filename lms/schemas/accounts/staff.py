"""What staff type to sign in."""

from lms.schemas.fields import Code, GivenPassword, In


class StaffPasswordIn(In):
    password: GivenPassword


class StaffCodeIn(In):
    otp: Code
