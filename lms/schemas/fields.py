"""The kinds of value the API takes and gives, with their bounds."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from bson import ObjectId
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from lms.schemas import text
from lms.services.accounts import passwords
from lms.services.authoring import markup

ADDRESS = re.compile(r"[/\\@]|(?<!:):(?!:)|=\?")
"""What makes a link of a name, or a word that a mail's header decodes (RFC 2047)."""

AROUND_DIGITS = re.compile(r"[\s._\-\xad\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Blanks, dashes, points and direction marks."""

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")

CODE, CONTACT_NUMBER = r"^[0-9]{6}$", r"^\+?[0-9(][0-9 ()\-]{5,20}[0-9]$"
IN_ADDRESS = r"[^\s\x00-\x1f\x7f"
ADDRESS_OF_A_PAGE, NUMBER = rf"^https?://{IN_ADDRESS}/]{IN_ADDRESS}]*$", r"^[-+.,0-9eE\s\u2212]+$"
FORMS = {
    CODE: "A code is six digits.",
    CONTACT_NUMBER: "A number is 7 to 22 digits, with blanks, dashes or brackets between them and + before.",
    ADDRESS_OF_A_PAGE: "This has to be an address, such as https://example.com/work.",
    NUMBER: "This has to be a number, such as 12.5.",
}
"""What people read who sent something of another form, by the pattern it did not fit."""

IN_ADDRESSES = r"/\\@:"
CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
UNSEEN = rf"\s\xad{CONTROLS}"

OBJECT_ID_SCHEMA = {"type": "string", "pattern": "^[0-9a-fA-F]{24}$", "examples": ["65f1c0ffee65f1c0ffee65f1"]}


T = TypeVar("T")


def any_of(*fields: tuple[str, ...]) -> dict[str, Any]:
    """What the document says of an object that needs all fields of one group, by their names on the wire."""
    given = {"not": {"type": "null"}}
    return {"anyOf": [{"required": list(group), "properties": dict.fromkeys(group, given)} for group in fields]}


class In(BaseModel):
    """What an endpoint takes: camelCase on the wire, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)


class Query(BaseModel):
    """What an endpoint takes in its query string; parameters it does not know are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Out(BaseModel):
    """What an endpoint gives, under the names it has on the wire."""


class PageQuery(Query):
    page: int = Field(1, ge=1, le=10_000, description="Which page, from 1.")
    limit: int = Field(20, ge=1, le=100, description="How many a page.")


def _object_id(value: Any) -> ObjectId:
    if isinstance(value, ObjectId):
        return value
    if not isinstance(value, str) or not ObjectId.is_valid(value):
        raise ValueError("An id is 24 hexadecimal characters.")
    return ObjectId(value)


def _email(value: str) -> str:
    try:
        found = validate_email(
            text.without_invisible(value).strip(),
            check_deliverability=False,
            test_environment=True,
            allow_smtputf8=False,
        )
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None
    return found.normalized.lower()


def _rich_text(value: str) -> str:
    """Cleaned again at the end: a character reference can spell what no text may hold."""
    return text.clean(markup.clean(text.clean(value)))


def _of_a_person(value: str) -> str:
    """No addresses, for names stand in mails that we send."""
    if found := ADDRESS.search(value):
        raise ValueError(f"A name cannot contain {found[0]}")
    return value


def _filled(value: str) -> str:
    if not value:
        raise ValueError("This cannot be empty.")
    return value


def shows_something(value: str) -> str:
    """Rich text with more than tags in it."""
    if not text.shows_something(markup.words_in(value)):
        raise ValueError("This cannot be empty.")
    return value


def _password(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError("A password cannot contain line breaks, tabs or other control characters.")
    if len(value) < 8:
        raise ValueError("A password has at least 8 characters.")
    if len(value.encode()) > passwords.MOST_BYTES:
        raise ValueError(f"A password has at most {passwords.MOST_BYTES} bytes.")
    if passwords.is_common(value):
        raise ValueError("This password is too common. Choose another.")
    return value


def _as_digits(value: Any) -> Any:
    """A code without what copying brings along, in ASCII digits: many keyboards have others."""
    if not isinstance(value, str):
        return value
    return "".join(str(unicodedata.decimal(each, each)) for each in AROUND_DIGITS.sub("", value))


def _unspaced(value: Any) -> Any:
    return re.sub(r"\s", "", _typed(value)) if isinstance(value, str) else value


def _typed(value: Any) -> Any:
    """ASCII letters, digits and dashes, where others that look alike were pasted."""
    if not isinstance(value, str):
        return value
    narrow = unicodedata.normalize("NFKC", text.without_invisible(value)).translate(DASHES)
    return "".join(str(unicodedata.decimal(each, each)) for each in narrow).strip()


def repeats(field: str) -> AfterValidator:
    """A validator that wants the same value as `field`, which stands before it."""

    def check(value: str, info: ValidationInfo) -> str:
        if field in info.data and passwords.normalized(value) != info.data[field]:
            raise ValueError("The two passwords are not the same.")
        return value

    return AfterValidator(check)


def stored_moment(value: datetime) -> datetime:
    """The time as MongoDB keeps it, so that a comparison before and after storing comes out the same."""
    try:
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    except OverflowError:
        raise ValueError("This time is out of range.") from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _given_password(value: str) -> str:
    if "\x00" in value:
        raise ValueError("A password cannot contain the character NUL.")
    return value


@dataclass(frozen=True, eq=False)
class Said:
    """What the document says of a value beside what pydantic knows: JSON Schema for what a validator asks."""

    schema: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), **self.schema}


class _BlankIsNone(BeforeValidator):
    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        said = handler(core)
        return {**said, "anyOf": [*said["anyOf"], {"const": ""}]}


def _text_without(characters: str = "", filled: bool = False) -> dict[str, Any]:
    """Text without control characters and these; where it is `filled`, one of them can be seen."""
    some = f"[^{CONTROLS}{characters}]*"
    return {"minLength": 1, "pattern": f"^{some}[^{UNSEEN}{characters}]{some}$"} if filled else {"pattern": f"^{some}$"}


Id = Annotated[
    ObjectId,
    PlainValidator(_object_id),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema(OBJECT_ID_SCHEMA),
]
OutId = Annotated[str, Field(pattern="^[0-9a-f]{24}$")]
Email = Annotated[
    str,
    Field(max_length=254),
    AfterValidator(_email),
    Said({"format": "email", "pattern": r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"}),
]
NewPassword = Annotated[
    str,
    Field(max_length=128, description=f"Not one of the commonest, and at most {passwords.MOST_BYTES} bytes."),
    AfterValidator(passwords.normalized),
    AfterValidator(_password),
    Said({"minLength": 8, "maxLength": passwords.MOST_BYTES, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"}),
]
GivenPassword = Annotated[
    str, Field(min_length=1, max_length=128), AfterValidator(_given_password), Said({"pattern": r"^[^\x00]*$"})
]
Text = Annotated[str, AfterValidator(text.clean), Said(_text_without())]
Line = Annotated[Text, AfterValidator(text.one_line)]
RichText = Annotated[
    str,
    AfterValidator(_rich_text),
    Field(description=f"HTML of {', '.join(sorted(markup.TAGS))}; any other tag is shown as it was typed."),
    Said(_text_without()),
]
Filled = Annotated[T, AfterValidator(_filled), Said(_text_without(filled=True))]
"""Text of which something can be seen."""
LastName = Annotated[Line, Field(max_length=60), AfterValidator(_of_a_person), Said(_text_without(IN_ADDRESSES))]
Name = Annotated[Filled[LastName], Said(_text_without(IN_ADDRESSES, filled=True))]
Again = Said({"minLength": 8, "maxLength": passwords.MOST_BYTES, "description": "The same once more."})
Pasted = BeforeValidator(_unspaced)
"""What holds no blanks; copied, it may bring some along."""
Code = Annotated[str, Field(pattern=CODE, examples=["204518"]), BeforeValidator(_as_digits), Said({"pattern": CODE})]
ContactNumber = Annotated[str, Field(pattern=CONTACT_NUMBER, examples=["+91 98765 43210"]), BeforeValidator(_typed)]
BlankIsNone = _BlankIsNone(lambda value: None if value == "" else value)
"""An untouched field of a form: the empty string counts as nothing."""
Whole = BeforeValidator(lambda value: int(value) if isinstance(value, float) and value.is_integer() else value)
"""To JSON `5.0` is as much an integer as `5` (JSON Schema, validation, section 6.1.1)."""
WholeSeconds = BeforeValidator(lambda value: int(value) if isinstance(value, float) and math.isfinite(value) else value)
"""Players count in fractions of a second."""
Moment = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]
