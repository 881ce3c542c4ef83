"""What staff decide on people, as their forms send it; `seen` is the `updatedAt` of the page they decide on."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from lms.models.accounts.users import AppointedRole, Role, StaffRole
from lms.schemas.fields import Email, In, stored_moment
from lms.schemas.moderation.decisions import Reason

Seen = Annotated[datetime, AfterValidator(stored_moment)]


class DecisionIn(In):
    reason: Reason
    seen: Seen


class SuspensionIn(DecisionIn):
    """Of the author of a review, whose page showed it as of this `revision`."""

    revision: int


class ApprovalIn(In):
    seen: Seen


class RoleIn(In):
    role: Role
    staff_role: AppointedRole | None = None
    reason: Reason
    seen: Seen


class MergeIn(In):
    """`email` is of the account that goes, `seen` says what the page showed of the two."""

    email: Email
    reason: Reason
    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class AppointmentIn(In):
    email: Email
    staff_role: StaffRole
    reason: Reason
