"""The one-time codes that demo people asked for lately, and how their delivery went."""

import random
from datetime import datetime, timedelta
from typing import Any

from lms.demo.ids import demo_id
from lms.models.accounts.otps import KEPT

MOST_SIGN_INS = 4
BITS = 4
"""Of the number of a code: which of one person's it is, and whether that is an instructor."""

OUTCOMES = ("sent", "failed", "superseded")
WEIGHTS = (93, 4, 3)
FAILURE = "SMTPRecipientsRefused: 550 5.1.1 No such mailbox"


def asked_for(user: dict[str, Any], midnight: datetime) -> list[dict[str, Any]]:
    """The codes of a person's sign-up and sign-ins, of those days of which codes are still kept."""
    draw = random.Random(f"codes {user['_id']}")
    earliest = midnight - KEPT + timedelta(days=1)
    moments = [("signup", user["createdAt"])] if user["createdAt"] > earliest else []
    since = max(earliest, user["emailVerifiedAt"])
    for _ in range(draw.randint(0, MOST_SIGN_INS)):
        moments.append(("login", since + (midnight - since) * draw.random()))
    return [_code(user, place, purpose, moment, draw) for place, (purpose, moment) in enumerate(moments)]


def _code(user: dict[str, Any], place: int, purpose: str, moment: datetime, draw: random.Random) -> dict[str, Any]:
    [status] = draw.choices(OUTCOMES, WEIGHTS) if purpose == "login" else ["sent"]
    moment = moment.replace(microsecond=0)
    number = int.from_bytes(user["_id"].binary[-3:], "big") << BITS | (user["role"] == "instructor") << 3 | place
    asked = {
        "_id": demo_id("otp", number),
        "email": user["email"],
        "purpose": purpose,
        "channel": "email",
        "status": status,
        "reason": FAILURE if status == "failed" else None,
        "attempts": {"sent": 1, "failed": 6, "superseded": 0}[status],
        "createdAt": moment,
        "expiresAt": moment + KEPT,
    }
    return {**asked, "sentAt": moment + timedelta(seconds=2)} if status == "sent" else asked
