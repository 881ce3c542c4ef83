"""The door to the media store: Cloudinary, or the sandbox's stand-in where no keys are set."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
import urllib3
from bson import ObjectId
from cloudinary import uploader, utils
from cloudinary.api_client import call_api
from cloudinary.exceptions import BadRequest, NotFound, RateLimited

from lms.errors import FileMismatch, NotAnImage, NotAVideo, Refusal, TooLarge, Unavailable
from lms.extensions import current_settings
from lms.models.authoring.media import MediaKind

log = structlog.get_logger("media")

SANDBOX = {"cloud_name": "sandbox", "api_key": "sandbox-key", "api_secret": "sandbox-secret"}

TIMEOUT = urllib3.Timeout(connect=3.5, total=6)
"""Six seconds for all of a request, so that a hanging store is given up within ten, our own work included.

`connect` is for connecting and then once more for sending: urllib3 knows no third, and a chunk has to pass in it.
"""

PLACES = threading.BoundedSemaphore(6)
"""How many requests of a process may wait for the store at a time, so that a hanging one leaves threads to others."""

CHUNK_BYTES = 6 * 1024 * 1024
"""A chunk of an upload; the store takes none below 5 MB but the last, and a whole chunk is held in memory."""

FORMATS: dict[MediaKind, str] = {"video": "mp4,mov,webm,mkv", "image": "jpg,jpeg,jfif,png,webp,gif,heic,heif,avif"}
"""What the store itself looks for; of a file it keeps the bytes as they are."""
LIES: dict[MediaKind, type[Refusal]] = {"video": NotAVideo, "image": NotAnImage, "file": FileMismatch}
RESOURCE_TYPES: dict[MediaKind, str] = {"video": "video", "image": "image", "file": "raw"}
ARRIVE_AS = tuple(RESOURCE_TYPES.values())
UPLOAD_FORM_SECONDS = 3600
FETCH_SECONDS = 60
FILE_SECONDS = 300

SKIP_BYTES = 256 * 1024
LEADS_ON = urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=3)

http = urllib3.PoolManager(retries=False)
for pool in (uploader._http, call_api._http):
    pool.connection_pool_kw["retries"] = False  # the SDK would wait four times for a store that hangs


@dataclass(frozen=True)
class Asset:
    """What has arrived at the store; `duration` in seconds, 0 where nothing moves; only what is public has a `url`."""

    bytes: int
    format: str
    duration: float
    url: str | None = None
    sha256: str | None = None


def account() -> dict[str, Any]:
    """The account to talk to, in the words of Cloudinary's SDK."""
    settings = current_settings()
    if settings.cloud_name:
        return {"cloud_name": settings.cloud_name, "api_key": settings.api_key, "api_secret": settings.api_secret}
    return {**SANDBOX, "upload_prefix": f"{settings.base_url}/sandbox/cloudinary"}


def delivery() -> tuple[str, str]:
    """Where the account hands out what is public: the host, with its scheme, and what its paths begin with."""
    settings = current_settings()
    if settings.cloud_name:
        return "https://res.cloudinary.com", f"/{settings.cloud_name}"
    return settings.base_url, f"/sandbox/cloudinary/{SANDBOX['cloud_name']}"


def new_id(user_id: ObjectId) -> str:
    """A public id that nobody can guess, in the folder of the user who uploads."""
    return f"{current_settings().folder_name}/{user_id}/{secrets.token_hex(12)}"


def id_of_copy(address: str, number: int) -> str:
    """The public id of our copy of a video elsewhere: the same for the same address, and nobody can guess it."""
    told = f"{number} {address}".encode()
    code = hmac.new(current_settings().jwt_secret.encode(), told, hashlib.sha256).hexdigest()
    return f"{current_settings().folder_name}/brought/{code[:32]}"


def new_file_id(extension: str) -> str:
    """The same for a file, which carries its extension, and of which nobody can tell who uploaded it."""
    return f"{current_settings().folder_name}/files/{secrets.token_hex(12)}.{extension}"


def store_picture(content: bytes, public_id: str) -> Asset:
    """Keep a WebP picture for everyone to see."""
    options = {"public_id": public_id, "format": "webp", "filename": "picture.webp", "overwrite": False}
    sent = {"timeout": TIMEOUT, **options, **account()}
    asset: Asset = ask(lambda: _public(uploader.upload(content, **sent)), NotAnImage)
    return asset


def store_video(path: Path, public_id: str, timeout: urllib3.Timeout = TIMEOUT) -> Asset:
    """Keep a video that plays only at signed addresses, in a `place` that the caller holds; `timeout` is a chunk's."""
    options = {"resource_type": "video", "type": "authenticated", "overwrite": False, "chunk_size": CHUNK_BYTES}
    sent = {"public_id": public_id, "filename": "video", "timeout": timeout, **options, **account()}
    asset: Asset = answered(lambda: asset_of(uploader.upload_large(str(path), **sent)), NotAVideo)
    return asset


def fetch_picture(public_id: str, extension: str, most_bytes: int) -> bytes:
    """A picture that a browser has uploaded; raises TooLarge."""
    address = signed_address(public_id, extension, "image", int(time.time()) + FETCH_SECONDS)
    content: bytes = ask(lambda: read(address, 0, most_bytes + 1), NotAnImage)
    if len(content) > most_bytes:
        raise TooLarge
    return content


def read(address: str, start: int, end: int) -> bytes:
    """Some of the bytes at an address, also of a store that answers with all of them or leads on to where they are."""
    headers = {"Range": f"bytes={start}-{end - 1}"}
    answer = http.request(
        "GET", address, headers=headers, timeout=TIMEOUT, preload_content=False, retries=LEADS_ON, redirect=True
    )
    try:
        if answer.status not in (200, 206):
            raise urllib3.exceptions.HTTPError(f"status {answer.status}")
        left = start if answer.status == 200 else 0
        while left and (skipped := answer.read(min(left, SKIP_BYTES))):
            left -= len(skipped)
        return answer.read(end - start)
    finally:
        answer.close()


def remove_asset(public_id: str) -> None:
    """Remove whatever is kept under this id: a browser chooses as what kind it uploads."""
    for arrived_as, delivery in (*((each, "authenticated") for each in ARRIVE_AS), ("image", "upload")):
        options = {"resource_type": arrived_as, "type": delivery, "invalidate": True, "timeout": TIMEOUT}
        ask(lambda: uploader.destroy(public_id, **options, **account()), Unavailable)  # noqa: B023


def upload_form(kind: MediaKind, public_id: str) -> tuple[str, dict[str, str]]:
    """Where a browser posts a file, and the signed fields it sends along; they hold for an hour.

    Signed as Cloudinary's "Generating authentication signatures" says; `overwrite=false` lets the first file win, so
    that what staff have approved cannot be exchanged.
    """
    fields = {
        "public_id": public_id,
        "timestamp": str(utils.now()),
        "type": "authenticated",
        "overwrite": "false",
        **({"allowed_formats": FORMATS[kind]} if kind in FORMATS else {}),
    }
    address = utils.cloudinary_api_url("upload", resource_type=RESOURCE_TYPES[kind], **account())
    return address, {name: str(value) for name, value in utils.sign_request(fields, account()).items()}


def signed_address(public_id: str, extension: str, kind: MediaKind, expires_at: int) -> str:
    options = {"resource_type": kind, "type": "authenticated", "expires_at": expires_at}
    return str(utils.private_download_url(public_id, extension, **options, **account()))


def lasting_address(public_id: str, extension: str) -> str:
    """An address at which a video plays to whoever has it, for ever: for a server that knows no other kind.

    Signed as Cloudinary's "Delivering signed media" says.
    """
    options = {"resource_type": "video", "type": "authenticated", "version": 1, "sign_url": True, "secure": True}
    named = {"cloud_name": account()["cloud_name"], "api_secret": account()["api_secret"]}
    address, _ = utils.cloudinary_url(public_id, format=extension, **options, **named)
    host, path = delivery()
    return str(address).replace(f"https://res.cloudinary.com/{named['cloud_name']}", f"{host}{path}")


def file_address(public_id: str) -> str:
    """An address that is good for minutes, at which a browser saves the file and never shows it."""
    options = {"resource_type": "raw", "type": "authenticated", "attachment": True}
    expires_at = int(time.time()) + FILE_SECONDS
    return str(utils.private_download_url(public_id, "", expires_at=expires_at, **options, **account()))


@contextmanager
def place() -> Iterator[None]:
    """One of the PLACES, or Unavailable at once."""
    if not PLACES.acquire(blocking=False):
        raise Unavailable("The media store is busy. Try again in a moment.", retry_after=5)
    try:
        yield
    finally:
        PLACES.release()


def ask(question: Callable[[], Any], lie: type[Refusal]) -> Any:
    with place():
        return answered(question, lie)


def answered(question: Callable[[], Any], lie: type[Refusal]) -> Any:
    """The store's answer; raises NotFound, `lie` when what was sent is refused, Unavailable when none comes."""
    try:
        return question()
    except (NotFound, Refusal):
        raise
    except RateLimited as error:
        raise Unavailable("The media store answers no more questions for now.", retry_after=3600) from error
    except BadRequest as error:
        raise lie from error
    except Exception as error:  # the SDK raises plain exceptions for statuses it does not know
        raise _down(error) from error


def _down(error: Exception) -> Unavailable:
    log.error("media_store_down", reason=str(error)[:300])
    return Unavailable("The media store does not answer. Try again in a moment.", retry_after=5)


def asset_of(found: dict[str, Any]) -> Asset:
    return Asset(found["bytes"], found.get("format") or "", float(found.get("duration") or 0))


def _public(found: dict[str, Any]) -> Asset:
    base = current_settings().base_url
    return replace(asset_of(found), url=str(found["secure_url"]).removeprefix(base))
