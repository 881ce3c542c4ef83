"""The contact form."""

from typing import Annotated

from pydantic import Field

from lms.schemas.fields import BlankIsNone, ContactNumber, Email, Filled, In, LastName, Name, Text


class ContactMessageIn(In):
    """Plain text, which is mailed as it is."""

    first_name: Name
    last_name: LastName = ""
    email: Email
    contact_number: Annotated[ContactNumber | None, BlankIsNone] = None
    message: Filled[Annotated[Text, Field(max_length=5000)]]
