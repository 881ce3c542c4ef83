"""When things happened by our own clock, whatever that of a browser shows."""

from datetime import datetime, timedelta

ON_THE_WAY = timedelta(seconds=5)
"""As far apart as this the clocks count as the same, so that what is told twice is told of the same time."""


def by_our_clock(at: datetime, sent_at: datetime | None, moment: datetime) -> datetime:
    """When something happened, given that the teller's clock showed `sent_at` at this moment; never in the future."""
    if sent_at is None or abs(moment - sent_at) <= ON_THE_WAY:
        return min(at, moment)
    try:
        return min(moment - (sent_at - at), moment)
    except OverflowError:
        return min(at, moment)
