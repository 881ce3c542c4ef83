"""/contact and /reach: writing to the school."""

import re
from typing import Any

from lms.studynotion.asking import Ask
from lms.studynotion.door import Answer, call

NAMES = {
    "firstName": ("firstName", "firstname"),
    "lastName": ("lastName", "lastaName", "lastname"),
    "email": ("email",),
    "message": ("message",),
}
"""Our fields and what they are called there, by branch; the main line misspells one."""

COUNTRY = re.compile(r"\+?[0-9][0-9 \-]{0,6}")


@call(
    "POST", "/contact/contactus", "/reach/contact", "/reach/contactusform", "/general/contact", onto=("contact.send",)
)
def contact_us(ask: Ask) -> Answer:
    """Mail what was written to whoever answers; branches send the country's code apart or before the number."""
    sent = {ours: next((each for each in names if ask.given(each)), names[0]) for ours, names in NAMES.items()}
    fields = {**ask.fields(sent), "contactNumber": _number(ask)}
    ask.perform("contact.send", fields, {**sent, "contactNumber": "phoneNo"})
    return Answer(message="Your message is on its way. The answer comes by e-mail.")


def _number(ask: Ask) -> Any:
    number, country = ask.given("phoneNo"), ask.given("countrycode")
    if isinstance(number, int):
        number = str(number)
    apart = isinstance(number, str) and not number.strip().startswith("+")
    return f"{country} {number}" if apart and COUNTRY.fullmatch(str(country)) else number
