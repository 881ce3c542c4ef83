"""The contact form: what anybody writes to the school is kept, and mailed to whoever answers."""

from bson import ObjectId

from lms.errors import ContactUnavailable
from lms.extensions import current_settings
from lms.jobs.accounts import contact as jobs
from lms.mails.accounts import contact as mails
from lms.models.accounts.contact_messages import contact_messages
from lms.models.transactions import transactional
from lms.schemas.accounts.contact import ContactMessageIn
from lms.services.system import mailer


def send(form: ContactMessageIn) -> None:
    """Promise that the message is mailed; raises ContactUnavailable where nobody reads such mails."""
    _support()
    _keep(form)


@transactional
def _keep(form: ContactMessageIn) -> None:
    jobs.mail_message.promise(contact_messages.add(form.model_dump(by_alias=True)))


def mail(message_id: ObjectId) -> None:
    """Mail it, once; as with any mail, a process that dies in between may do it twice."""
    message = contact_messages.unmailed(message_id)
    if message is not None:
        mailer.send(mails.contact_message(_support(), message))
        contact_messages.mailed(message_id)


def _support() -> str:
    support = current_settings().support
    if not support:
        raise ContactUnavailable
    return support
