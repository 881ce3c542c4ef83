"""The account's sign-ins."""

from lms.schemas.fields import Moment, Out, OutId


class SessionOut(Out):
    """`place` is the network address the sign-in came from; `current` marks the one asking."""

    id: OutId
    device: str
    place: str
    createdAt: Moment
    lastUsedAt: Moment
    current: bool
