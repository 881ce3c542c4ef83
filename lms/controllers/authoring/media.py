"""Pictures, videos and files on their way to the media store."""

import io
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from bson import ObjectId

from lms.controllers.authoring.unused_media import discard
from lms.errors import (
    FileMismatch,
    NotAnImage,
    NotAVideo,
    NotYourUpload,
    Refusal,
    TooLarge,
    UnplayableVideo,
    UnsupportedFile,
    UploadArrived,
    UploadGivenUp,
    UploadMissing,
)
from lms.models.accounts.sessions import Caller
from lms.models.authoring.media import MediaKind, Medium, media
from lms.models.base import now
from lms.schemas.authoring.media import UploadSignatureIn
from lms.services.authoring import arrivals, cloudinary, file_types, pictures, videos
from lms.services.authoring.cloudinary import Asset

MOST_BYTES: dict[MediaKind, int] = {"image": 10 * 1024**2, "video": 2 * 1024**3, "file": 50 * 1024**2}
EXTENSIONS: dict[MediaKind, tuple[str, ...]] = {
    "image": ("jpg", "jpeg", "jfif", "png", "webp", "gif", "heic", "heif", "avif"),
    "video": ("mp4", "m4v", "mov", "webm", "mkv"),
    "file": file_types.EXTENSIONS,
}
OTHERS: dict[MediaKind, type[Refusal]] = {"image": NotAnImage, "video": NotAVideo, "file": UnsupportedFile}
"""What is said to an extension that is none of these."""
THUMBNAIL_PIXELS = (1280, 720)
AVATAR_PIXELS = 512


def sign_upload(caller: Caller, form: UploadSignatureIn) -> dict[str, Any]:
    """Promise a file a place at the store, or the same place again, and say what a browser needs to put it there."""
    if _extension(form.filename) not in EXTENSIONS[form.kind]:
        raise OTHERS[form.kind]
    _require_size(form.kind, form.bytes)
    public_id = _place_again(caller, form, form.public_id) if form.public_id else _place(caller, form)
    address, fields = cloudinary.upload_form(form.kind, public_id)
    return {
        "publicId": public_id,
        "uploadUrl": address,
        "fields": fields,
        "chunkBytes": cloudinary.CHUNK_BYTES,
        "expiresAt": now() + timedelta(seconds=cloudinary.UPLOAD_FORM_SECONDS),
    }


def _place(caller: Caller, form: UploadSignatureIn) -> str:
    if form.kind == "file":
        public_id = cloudinary.new_file_id(_extension(form.filename))
        media.promise(public_id, caller.id, "file", form.bytes, Path(form.filename).name)
    else:
        public_id = cloudinary.new_id(caller.id)
        media.promise(public_id, caller.id, form.kind, form.bytes)
    return public_id


def _extension(filename: str) -> str:
    return Path(filename).suffix.lower().removeprefix(".")


def _place_again(caller: Caller, form: UploadSignatureIn, public_id: str) -> str:
    """The place of an upload that takes longer than its form held.

    Raises NotYourUpload, UploadArrived and UploadGivenUp.
    """
    medium = media.get({"_id": public_id, "kind": form.kind, "user": caller.id})
    if medium is None:
        raise NotYourUpload
    if medium["state"] == "stored" or (medium["state"] == "promised" and arrivals.is_there(form.kind, public_id)):
        raise UploadArrived
    if not media.promise_again(public_id, form.bytes):
        raise UploadGivenUp
    return public_id


def _require_size(kind: MediaKind, size: int) -> None:
    if size > MOST_BYTES[kind]:
        raise TooLarge.beyond(MOST_BYTES[kind])


def keep_video(caller: Caller, stream: IO[bytes]) -> Medium:
    """Keep a video that came through the API; raises NotAVideo, TruncatedVideo, UnplayableVideo, Unavailable.

    It takes its place at the store first: while that hangs, no more videos are probed than can then be sent.
    """
    with cloudinary.place(), tempfile.NamedTemporaryFile(prefix="lms-video-") as file:
        shutil.copyfileobj(stream, file, 1024**2)
        file.flush()
        path = Path(file.name)
        found = videos.probe(path)
        return _keep(caller.id, "video", file.tell(), lambda public_id: _measured(path, public_id, found.duration))


def _measured(path: Path, public_id: str, duration: float) -> Asset:
    """The stored video, with our own measure of its length where the store is still at it."""
    asset = cloudinary.store_video(path, public_id)
    return replace(asset, duration=asset.duration or duration)


def keep_thumbnail(user_id: ObjectId, stream: IO[bytes]) -> Medium:
    return _keep_picture(user_id, pictures.within(stream, *THUMBNAIL_PIXELS))


def keep_avatar(user_id: ObjectId, stream: IO[bytes]) -> Medium:
    return _keep_picture(user_id, pictures.square(stream, AVATAR_PIXELS))


def _keep_picture(user_id: ObjectId, content: bytes) -> Medium:
    return _keep(user_id, "image", len(content), lambda public_id: cloudinary.store_picture(content, public_id))


def _keep(user_id: ObjectId, kind: MediaKind, size: int, store: Callable[[str], Asset]) -> Medium:
    """Write down what is coming, let it come, and write down what came; a failure leaves nothing behind."""
    public_id = cloudinary.new_id(user_id)
    media.promise(public_id, user_id, kind, size)
    try:
        return _settle(public_id, store(public_id))
    except Exception:
        discard(public_id)
        raise


def _settle(public_id: str, asset: Asset) -> Medium:
    facts = {name: value for name, value in asdict(asset).items() if name != "sha256" or value}
    settled = media.settle(public_id, {**facts, "duration": math.ceil(asset.duration)})
    if settled is None:
        raise UploadMissing
    return settled


def uploaded(caller: Caller, public_id: str, kind: MediaKind) -> Medium | None:
    """What the caller has put there, by the store's own word; none when the id was never promised to them.

    Raises UploadMissing, TooLarge, NotAVideo, UnplayableVideo, NotAnImage and FileMismatch; what cannot be used is
    removed.
    """
    mine = {} if caller.role == "admin" else {"user": caller.id}
    medium = media.get({"_id": public_id, "kind": kind, **mine})
    if medium is None or medium["state"] == "stored":
        return medium
    try:
        asset = arrivals.arrived(kind, public_id) if medium["state"] == "promised" else None
        if asset is None:
            raise UploadMissing
        _require_usable(kind, asset)
    except (TooLarge, NotAnImage, NotAVideo, UnplayableVideo, FileMismatch):
        discard(public_id)
        raise
    return _settle(public_id, asset)


def own_upload(caller: Caller, public_id: str, kind: MediaKind) -> Medium:
    """The same; raises NotYourUpload when the id was never promised to the caller."""
    found = uploaded(caller, public_id, kind)
    if found is None:
        raise NotYourUpload
    return found


def _require_usable(kind: MediaKind, asset: Asset) -> None:
    _require_size(kind, asset.bytes)
    if kind == "video" and not asset.duration:
        raise cloudinary.LIES[kind]


def uploaded_thumbnail(caller: Caller, public_id: str) -> Medium:
    """A thumbnail made of a picture that the browser put there, which is removed afterwards."""
    found = uploaded(caller, public_id, "image")
    if found is None or found["format"] is None:
        raise NotYourUpload
    content = cloudinary.fetch_picture(public_id, found["format"], MOST_BYTES["image"])
    made = keep_thumbnail(caller.id, io.BytesIO(content))
    discard(public_id)
    return made


@contextmanager
def placed(*kept: Medium | None) -> Iterator[None]:
    """Refers to what was kept for it; when that fails, it is removed again."""
    try:
        yield
    except Exception:
        for medium in filter(None, kept):
            discard(medium["_id"])
        raise


def hold(public_id: str) -> None:
    """Part of the transaction that refers to it; raises UploadMissing when it is being removed."""
    if not media.hold(public_id):
        raise UploadMissing
