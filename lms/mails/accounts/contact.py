"""What people write by the contact form, to whoever answers for the school."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.contact_messages import ContactMessage


def contact_message(support: str, contact: ContactMessage) -> Message:
    """An answer to it goes to who wrote."""
    name = f"{contact['firstName']} {contact['lastName']}".strip()
    message = render("contact_message", support, f"{name} wrote by the contact form", contact=contact, name=name)
    message.reply_to = contact["email"]
    return message
