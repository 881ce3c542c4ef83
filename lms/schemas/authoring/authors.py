"""Who writes a course."""

from lms.schemas.fields import Email, In


class CoAuthorIn(In):
    """`email` is the address of the co-author's account."""

    email: Email
