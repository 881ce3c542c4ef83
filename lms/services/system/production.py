"""What production must not start without: secrets of its own, and addresses that others can reach."""

import ipaddress
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from typing import Protocol
from urllib.parse import urlsplit

DEVELOPMENT_SECRET = "development-only-secret-never-for-production"  # noqa: S105

REQUIRED = {
    "MONGODB_URL": 1,
    "REDIS_URL": 1,
    "JWT_SECRET": 32,
    "MAIL_HOST": 1,
    "MAIL_USER": 1,
    "MAIL_PASS": 8,
    "MAIL_FROM": 1,
    "PUBLIC_URL": 1,
    "FRONTEND_URL": 1,
    "CORS_ORIGINS": 1,
    "RAZORPAY_KEY": 8,
    "RAZORPAY_SECRET": 16,
    "RAZORPAY_WEBHOOK_SECRET": 16,
    "CLOUD_NAME": 1,
    "API_KEY": 8,
    "API_SECRET": 16,
    "CREDENTIAL_KEYS": 1,
}
"""Names production cannot start without, each with the fewest characters its value may have."""

PLACEHOLDERS = ("change-me", "changeme", "replace-me", "your-", "example", "secret", "password", DEVELOPMENT_SECRET)


class Addresses(Protocol):
    """The settings that say where others find this server and its frontend."""

    @property
    def public_url(self) -> str: ...
    @property
    def frontend_url(self) -> str: ...
    @property
    def cors_origins(self) -> tuple[str, ...]: ...
    @property
    def mail_from(self) -> str: ...


def weaknesses(given: Mapping[str, str]) -> Iterator[str]:
    """What is missing, short or a placeholder among what was set, by the names in the environment."""
    for name, least in REQUIRED.items():
        value = given.get(name, "").strip()
        if not value:
            yield f"{name} is missing"
        elif len(value) < least:
            yield f"{name} is shorter than {least} characters"
        elif least > 1 and (value.lower().startswith(PLACEHOLDERS) or len(set(value)) < 5):
            yield f"{name} is a default or a placeholder"


def not_for_others(given: Mapping[str, str], settings: Addresses) -> Iterator[str]:
    """What was set and would lead others to their own machine: in mails, on paper and in pages."""
    hosts = {
        "PUBLIC_URL": [settings.public_url],
        "FRONTEND_URL": [settings.frontend_url],
        "CORS_ORIGINS": settings.cors_origins,
        "MAIL_FROM": ["//" + parseaddr(settings.mail_from)[1].rpartition("@")[2]],
    }
    for name, addresses in hosts.items():
        if given.get(name) and any(_is_this_machine(urlsplit(address).hostname) for address in addresses):
            yield f"{name} names this machine itself"


def _is_this_machine(host: str | None) -> bool:
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
