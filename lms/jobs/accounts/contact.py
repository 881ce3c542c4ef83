"""What people write to the school."""

from bson import ObjectId

from lms.controllers.accounts import contact as controller
from lms.machinery.registry import job
from lms.models.accounts.contact_messages import contact_messages


@job(queue="mail", about=contact_messages)
def mail_message(message_id: ObjectId) -> None:
    """Mail what somebody wrote by the contact form to whoever answers."""
    controller.mail(message_id)
