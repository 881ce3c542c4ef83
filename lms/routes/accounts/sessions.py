"""/auth/sessions: the account's sign-ins."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import sessions
from lms.errors import SessionNotFound
from lms.http.api import Api
from lms.middlewares.auth import user
from lms.models.accounts.sessions import Caller
from lms.schemas.accounts.sessions import SessionOut

api = Api("sessions", "/auth/sessions", tag="auth")


@api.get("", allow=user, returns=list[SessionOut])
def list_live(caller: Caller) -> Any:
    """The devices that are signed in to the account."""
    return sessions.list_live(caller)


@api.delete("/<id:session_id>", allow=user, status=204, refusals=(SessionNotFound,))
def end(caller: Caller, session_id: ObjectId) -> None:
    """Sign one device out."""
    sessions.end(caller, session_id)
