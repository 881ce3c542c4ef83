"""What staff say of attempts; `seen` is the revision that their page showed."""

from lms.schemas.assessment.attempts import AnnulIn


class StaffAnnulIn(AnnulIn):
    seen: int
