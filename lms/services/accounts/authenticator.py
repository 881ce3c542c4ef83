"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one every thirty seconds."""

from datetime import UTC, datetime

import pyotp
import segno

STEP_SECONDS = 30
TOLERATED_STEPS = 1
"""How far the clocks may be apart (RFC 6238, section 5.2)."""


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """The `otpauth://` address that an app takes the secret from."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def picture(address: str) -> str:
    """The address as a QR code, an SVG data address."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="#fff")


def step_of(secret: str, code: str, after: int, moment: datetime | None = None) -> int | None:
    """The time step that the code belongs to, if it is right and later than `after`, so that none works twice."""
    present = int((moment or datetime.now(UTC)).timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(present - TOLERATED_STEPS, present + TOLERATED_STEPS + 1):
        if step > after and pyotp.utils.strings_equal(totp.at(step * STEP_SECONDS), code):
            return step
    return None
