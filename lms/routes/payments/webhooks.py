"""/payments/webhook: what the gateway tells by itself."""

from lms.controllers.payments import webhooks
from lms.errors import BadSignature, InvalidJson, TooLarge
from lms.http.api import Api
from lms.http.arguments import Signed
from lms.middlewares.auth import anyone_who_signs

api = Api("webhooks", "/payments", tag="payments")


@api.post(
    "/webhook", allow=anyone_who_signs, message="The event is kept.", refusals=(BadSignature, InvalidJson, TooLarge)
)
def receive(told: Signed) -> None:
    """An event of Razorpay's, signed over the raw body (`X-Razorpay-Signature`); known ones change nothing."""
    webhooks.receive(told.body, told.signature, told.event_id)
