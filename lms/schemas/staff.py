"""What staff type to sign in."""

from lms.schemas.fields import Code, In


class StaffCodeIn(In):
    otp: Code
