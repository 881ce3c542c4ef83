"""What becomes of a field that names a person when their account is merged into another one of theirs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Follows:
    """It names the account that is kept from then on.

    `through` is the field with the id of the order that a document belongs to, where it is found by that.
    """

    through: str | None = None


@dataclass(frozen=True)
class OneOf:
    """It follows, too; of two documents about the same thing, which these fields tell, a controller decides."""

    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ends:
    """The document is about the account that goes, and goes with it."""


@dataclass(frozen=True)
class Stays:
    """It stays as it was written, and leads to the account that is kept."""

    why: str


OnMerge = Follows | OneOf | Ends | Stays

WHO_DID_IT = Stays("who did something is a record of then")
"""Their name is shown all the same, for that of a merged account is that of the one it leads to."""

AS_BOOKED = Stays("whose course it was when it was bought")
