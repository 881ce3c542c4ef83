"""The door to the media store: Cloudinary, or the sandbox's stand-in where no keys are set."""

import calendar
from datetime import datetime
from typing import Any

import structlog
from bson import ObjectId
from cloudinary import uploader, utils
from cloudinary.exceptions import Error
from flask import current_app

from lms.errors import Unavailable

log = structlog.get_logger("media")

TIMEOUT_SECONDS = 10
SANDBOX = {"cloud_name": "sandbox", "api_key": "sandbox-key", "api_secret": "sandbox-secret"}


def account() -> dict[str, Any]:
    """The account to talk to, in the words of Cloudinary's SDK."""
    settings = current_app.config["SETTINGS"]
    if settings.cloud_name:
        return {"cloud_name": settings.cloud_name, "api_key": settings.api_key, "api_secret": settings.api_secret}
    return {**SANDBOX, "upload_prefix": f"{settings.base_url}/sandbox/cloudinary"}


def store_image(content: bytes, name: str) -> str:
    """Keep a WebP picture under `name`, replacing what was there; its public address, or Unavailable."""
    settings = current_app.config["SETTINGS"]
    try:
        stored = uploader.upload(
            content,
            public_id=f"{settings.folder_name}/{name}",
            format="webp",
            overwrite=True,
            invalidate=True,
            filename="image.webp",
            timeout=TIMEOUT_SECONDS,
            **account(),
        )
    except Error as error:
        log.error("media_store_down", reason=str(error)[:300])
        raise Unavailable(retry_after=5) from error
    return str(stored["secure_url"])


def own_folder(user_id: ObjectId) -> str:
    """Where the store keeps what this user uploads."""
    return f"{current_app.config['SETTINGS'].folder_name}/{user_id}/"


def playback_seconds() -> int:
    seconds: int = current_app.config["SETTINGS"].playback_seconds
    return seconds


def playback_url(public_id: str, expires_at: datetime) -> str:
    """An address that plays this one video until `expires_at` (UTC)."""
    return str(
        utils.private_download_url(
            public_id,
            "mp4",
            resource_type="video",
            type="authenticated",
            expires_at=calendar.timegm(expires_at.timetuple()),
            **account(),
        )
    )
