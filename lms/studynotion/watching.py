"""The addresses of videos: read once and played for hours, so they go on, and the right is asked for each time."""

from bson import ObjectId

from lms.addresses import address_of
from lms.models.accounts.sessions import Caller
from lms.services.accounts import tokens
from lms.studynotion.courses import Address


def address_for(caller: Caller) -> Address:
    """What gives the address at which this sign-in plays a lesson; whether it may is asked there."""

    def address(lesson_id: ObjectId) -> str:
        return address_of("studynotion.play", lesson_id=lesson_id, t=tokens.watching(lesson_id, caller.session_id))

    return address
