"""The stand-in's assets: files under the instance directory, each with its facts in a JSON beside it."""

import fcntl
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from PIL import Image, UnidentifiedImageError

from lms.errors import NotAVideo, TruncatedVideo
from lms.services.authoring import videos
from lms.services.authoring.pictures import FORMATS, MOST_PIXELS
from lms.services.authoring.playable import Moving

MOST_BYTES = {"image": 10 * 1024**2, "video": 2 * 1024**3, "raw": 50 * 1024**2}
NAMES = {"jpeg": "jpg", "mpo": "jpg", "heif": "heic"}
"""What the store calls pictures that Pillow calls something else."""
FFPROBE = {"AVC": "h264", "MPEG-4 Visual": "mpeg4", "JPEG": "mjpeg", "MPEG Audio Layer 3": "mp3", "PCM": "pcm_s16le"}
KEPT_UNFINISHED_SECONDS = 24 * 60 * 60

Facts = dict[str, Any]


class Refused(Exception):
    """What Cloudinary answers with an error: its sentence and its status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


@dataclass(frozen=True)
class Name:
    """What one asset is known by: a public id is free again under another resource type or delivery type."""

    resource_type: str
    type: str
    public_id: str


@dataclass(frozen=True)
class Asset:
    file: Path
    facts: Facts


@dataclass(frozen=True)
class Chunk:
    """Some of a file: the bytes from `start` to before `end`, of `total`."""

    upload_id: str
    start: int
    end: int
    total: int

    @property
    def last(self) -> bool:
        return self.end == self.total


class Incoming:
    """Files on their way in; what has lain here for a day is deleted when the next one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def receive(self, content: IO[bytes], chunk: Chunk | None) -> Iterator[Path]:
        """The file with this content added, to be moved or put by: it is deleted if it is still there afterwards."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        file = self._folder / secrets.token_hex(16)
        try:
            if chunk is not None and chunk.start > 0:
                self._take(chunk, file)
            with file.open("ab") as target:
                shutil.copyfileobj(content, target)
            yield file
        finally:
            file.unlink(missing_ok=True)

    def put_by(self, file: Path, chunk: Chunk) -> None:
        """Keep the file until the next chunk of the same upload."""
        file.replace(self._part_of(chunk))

    def _take(self, chunk: Chunk, file: Path) -> None:
        """Move what came before the chunk to `file`, so that no other request can add to it."""
        part = self._part_of(chunk)
        try:
            part.rename(file)
        except FileNotFoundError:
            raise Refused("The first chunk has to come first") from None
        end = file.stat().st_size
        if end != chunk.start:
            file.replace(part)
            raise Refused(f"Chunks have to come in order: the next one starts at {end}")

    def _part_of(self, chunk: Chunk) -> Path:
        return self._folder / f"{_digest(chunk.upload_id)}.part"

    def _sweep(self) -> None:
        for file in self._folder.iterdir():
            try:
                if file.stat().st_mtime < time.time() - KEPT_UNFINISHED_SECONDS:
                    file.unlink()
            except FileNotFoundError:
                # Another request took it on or swept it.
                continue


class Assets:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: Name) -> Asset | None:
        file = self._file_of(name)
        try:
            return Asset(file, json.loads(_facts_beside(file).read_text()))
        except FileNotFoundError:
            return None

    def keep(self, name: Name, received: Path, facts: Facts, overwrite: bool) -> tuple[Asset, bool]:
        """Make the received file the asset; the asset, and whether it was there before and has been left alone."""
        file, moment = self._file_of(name), datetime.now(UTC)
        with self._locked():
            before = self.find(name)
            if before is not None and not overwrite:
                return before, True
            # A version is part of an address that is cached for good, so no two files may share one.
            version = max(int(moment.timestamp()), before.facts["version"] + 1 if before else 0)
            facts = {**vars(name), "version": version, "created_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", **facts}
            file.parent.mkdir(parents=True, exist_ok=True)
            received.replace(file)
            unfinished = file.with_suffix(".new")
            unfinished.write_text(json.dumps(facts))
            unfinished.replace(_facts_beside(file))
        return Asset(file, facts), False

    def rename(self, before: Name, after: Name, overwrite: bool) -> Asset:
        """Keep an asset under another name; raises Refused when there is none, or one of that name already."""
        with self._locked():
            found = self.find(before)
            if found is None:
                raise Refused(f"Resource not found - {before.public_id}", 404)
            if after != before and not overwrite and self.find(after) is not None:
                raise Refused(f"to_public_id {after.public_id} already exists")
            asset = Asset(self._file_of(after), {**found.facts, **vars(after)})
            asset.file.parent.mkdir(parents=True, exist_ok=True)
            found.file.replace(asset.file)
            _facts_beside(found.file).unlink()
            _facts_beside(asset.file).write_text(json.dumps(asset.facts))
        return asset

    def remove(self, name: Name) -> bool:
        """Delete the asset; whether there was one."""
        file = self._file_of(name)
        with self._locked():
            found = self.find(name) is not None
            _facts_beside(file).unlink(missing_ok=True)
            file.unlink(missing_ok=True)
        return found

    def _file_of(self, name: Name) -> Path:
        return self._folder / name.resource_type / name.type / _digest(name.public_id)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time over all processes: a file and its facts are two renames."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def facts_of(file: Path, resource_type: str) -> Facts:
    """What the bytes themselves say; raises Refused when they are not of the resource type or too large."""
    size = file.stat().st_size
    refuse_too_large(size, resource_type)
    if resource_type == "raw":
        return {"bytes": size}
    return {"bytes": size, **(_video_facts(file) if resource_type == "video" else _image_facts(file))}


def refuse_too_large(size: int, resource_type: str) -> None:
    most = MOST_BYTES[resource_type]
    if size > most:
        raise Refused(f"File size too large. Got {size}. Maximum is {most}.")


def _video_facts(file: Path) -> Facts:
    try:
        video = videos.look_at(file)
    except (NotAVideo, TruncatedVideo):
        raise Refused("Unsupported video format or file") from None
    return {
        "format": video.format,
        "duration": video.duration,
        "is_audio": False,
        "video": _moving_facts(video.moving[0]),
        **({"audio": {"codec": _as_ffprobe(video.sounds[0])}} if video.sounds else {}),
    }


def _moving_facts(track: Moving) -> Facts:
    bits = f"{track.bits}le" if track.bits > 8 else ""
    pixels = {"pix_format": f"yuv{track.chroma.replace(':', '')}p{bits}"} if track.chroma else {}
    return {"codec": _as_ffprobe(track.codec), "profile": track.profile, **pixels}


def _as_ffprobe(codec: str) -> str:
    """What Cloudinary, which asks ffprobe, calls a codec that MediaInfo has named."""
    return FFPROBE.get(codec, re.sub(r"[^a-z0-9]", "", codec.lower()))


def _image_facts(file: Path) -> Facts:
    try:
        with Image.open(file, formats=FORMATS) as picture:
            width, height, name = picture.width, picture.height, str(picture.format).lower()
            if width * height > MOST_PIXELS:
                raise Refused("Maximum image size is 25 Megapixels")
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise Refused("Invalid image file") from None
    return {"format": NAMES.get(name, name), "width": width, "height": height}


def _facts_beside(file: Path) -> Path:
    return file.with_suffix(".json")


def _digest(name: str) -> str:
    """A file name for whatever somebody chose to call something."""
    return hashlib.sha256(name.encode()).hexdigest()
