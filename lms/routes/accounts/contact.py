"""/contact: writing to the school."""

from typing import Any

from lms.controllers.accounts import contact
from lms.errors import ContactUnavailable
from lms.http.api import Api
from lms.middlewares.auth import anyone
from lms.middlewares.limits import Setting, per_account, per_account_and_address, per_address
from lms.schemas.accounts.contact import ContactMessageIn

api = Api("contact", "/contact")


@api.post(
    "",
    name="send",
    allow=anyone,
    status=202,
    message="Your message is on its way. The answer comes by e-mail.",
    refusals=(ContactUnavailable,),
    limits=(
        per_account_and_address("3 per hour", "contact"),
        per_account("20 per day", "contact"),
        per_address(Setting("contacts_per_address"), "contact"),
    ),
)
def send(body: ContactMessageIn) -> Any:
    """Write to the school, with an account or without; it is mailed to whoever answers."""
    contact.send(body)
