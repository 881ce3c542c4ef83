"""What staff say of failed jobs."""

from lms.schemas.fields import In
from lms.schemas.moderation.decisions import Reason


class SetAsideIn(In):
    reason: Reason
