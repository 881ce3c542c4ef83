"""The addresses of videos: read once and played for hours, so they last, and the right is asked for each time."""

from bson import ObjectId

from lms.addresses import address_of
from lms.models.accounts.sessions import Caller
from lms.services.accounts import tokens
from lms.services.accounts.tokens import WatchingClaims
from lms.studynotion.courses import Address


def address_for(caller: Caller) -> Address:
    """What gives this sign-in the address of a lesson, for one answer: the newest two of a learner's answers play."""
    page = ObjectId()

    def address(lesson_id: ObjectId) -> str:
        token = tokens.watching(WatchingClaims(lesson_id, caller.session_id, page))
        return address_of("studynotion.play", lesson_id=lesson_id, t=token)

    return address
