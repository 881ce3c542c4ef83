"""What settings may be: checked where they are read, with a sentence for whoever set them."""

import ipaddress
from email.utils import parseaddr
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from limits import parse
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_settings import NoDecode

from lms.services.certificates import signing_keys
from lms.services.payments import gst

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("This is not a time zone, such as Asia/Kolkata or UTC.") from None


def _mailbox(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized if value else value
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None


def _sender(value: str) -> str:
    """A mailbox with or without a name, as RFC 5322 writes it."""
    address = parseaddr(value)[1]
    try:
        _mailbox(address if not address.endswith("@localhost") else f"{address}.test")
    except ValueError:
        address = ""
    if not address:
        raise ValueError("This is not a sender such as School <no-reply@school.example>.")
    return value


def _url(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("This is not an address such as https://learn.school.example.")
    return value


def _origin(value: str) -> str:
    """What a browser sends as `Origin`: a scheme, a host and a port that is not the scheme's own (RFC 6454)."""
    if value == "*":
        raise ValueError("Name the origins one by one: * would let every page call the API, and matches none.")
    parts = urlsplit(value)
    if value != f"{parts.scheme}://{parts.netloc}" or not parts.scheme or not parts.hostname:
        raise ValueError(f"{value} is not an origin such as https://learn.school.example.")
    return value


def _mongodb(value: str) -> str:
    if not value.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("This is not an address such as mongodb://127.0.0.1:27017/lms?replicaSet=rs0.")
    return value


def _redis(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("This is not an address such as redis://127.0.0.1:6379/0.")
    return value


def _gstin(value: str) -> str:
    return gst.gstin(value) if value else value


def _keys(value: Any) -> Any:
    return signing_keys.split(value) if isinstance(value, str) else value


def _rate(value: str) -> str:
    try:
        parse(value)
    except ValueError:
        raise ValueError("This is not a figure such as 600 per 15 minutes.") from None
    return value


def another_series(value: str, info: ValidationInfo) -> str:
    if value == info.data.get("invoice_series"):
        raise ValueError("Invoices and credit notes are numbered in two series, for no number may come twice.")
    return value


Rate = Annotated[str, AfterValidator(_rate)]
Series = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")]
Url = Annotated[str, AfterValidator(_url)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Headers = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")], ...], NoDecode, BeforeValidator(_split)
]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_split)]
Numbers = Annotated[tuple[float, ...], NoDecode, BeforeValidator(_split)]
Keys = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_keys)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)]
Zone = Annotated[str, AfterValidator(_zone)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Sender = Annotated[str, AfterValidator(_sender)]
Gstin = Annotated[str, AfterValidator(_gstin)]
MongodbUrl = Annotated[str, AfterValidator(_mongodb)]
RedisUrl = Annotated[str, AfterValidator(_redis)]
