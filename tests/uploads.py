"""Files put at the media store as a browser puts them there: over HTTP, with what uploadSignature answered."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from flask import Flask

from tests.waiting import PATIENCE_SECONDS
from tests.world import Person, World, served

SIGN = "/courses/uploadSignature"
ADD = "/courses/addSubsection"

Read = Callable[[int, int], bytes]

http = urllib3.PoolManager(retries=urllib3.Retry(connect=0, read=0, redirect=2), timeout=PATIENCE_SECONDS)


@dataclass
class Store:
    """The stand-in behind a real port, with an empty folder of its own."""

    address: str
    folder: Path

    def assets(self) -> list[dict[str, Any]]:
        """The facts of all that is kept."""
        return [json.loads(path.read_text()) for path in self.folder.rglob("*.json")]

    def ids(self) -> set[str]:
        return {asset["public_id"] for asset in self.assets()}

    def files(self) -> list[Path]:
        """Everything on the disk, unfinished uploads included."""
        return [path for path in self.folder.rglob("*") if path.is_file() and path.name != "lock"]


@contextmanager
def standing_in(app: Flask, settings: Callable[..., None], folder: Path) -> Iterator[Store]:
    settings(instance_dir=folder)
    with served(app) as address:
        yield Store(address, folder / "media")


def sign(
    world: World, by: Person, kind: str = "video", filename: str | None = None, size: int = 1, **more: Any
) -> dict[str, Any]:
    """What a browser is told before it uploads."""
    name = filename or {"video": "lesson.mp4", "image": "cover.png", "file": "work.pdf"}[kind]
    answer = world.post(SIGN, {"kind": kind, "filename": name, "bytes": size, **more}, by=by)
    assert answer.status_code == 200, answer.text
    signed: dict[str, Any] = answer.json["data"]
    return signed


def send(signed: dict[str, Any], content: bytes, name: str = "blob", **change: Any) -> tuple[int, Any]:
    """POST a whole file; the store's status and answer. `change` replaces fields, `url` the address."""
    url = change.pop("url", signed["uploadUrl"])
    form = {**signed["fields"], **change, "file": (name, content, "application/octet-stream")}
    answer = http.request("POST", url, fields=form)
    return answer.status, json.loads(answer.data)


def send_in_chunks(
    signed: dict[str, Any], size: int, read: Read, again: Callable[[], dict[str, Any]] | None = None
) -> list[tuple[int, Any]]:
    """POST a file piece by piece, as the answer says; `read` gives the bytes from one place to before another.

    Where signing it `again` is said, every piece but the first is sent with what that answers.
    """
    upload_id, answers = secrets.token_hex(8), []
    for start in range(0, size, signed["chunkBytes"]):
        end = min(start + signed["chunkBytes"], size)
        headers = {"X-Unique-Upload-Id": upload_id, "Content-Range": f"bytes {start}-{end - 1}/{size}"}
        signed = again() if again and start else signed
        form = {**signed["fields"], "file": ("blob", read(start, end), "application/octet-stream")}
        answer = http.request("POST", signed["uploadUrl"], fields=form, headers=headers)
        answers.append((answer.status, json.loads(answer.data)))
    return answers


def put_video(world: World, by: Person, content: bytes) -> str:
    """The public id of a video that a browser has uploaded and nobody has confirmed."""
    signed = sign(world, by, size=len(content))
    assert send(signed, content)[0] == 200
    public_id: str = signed["publicId"]
    return public_id


def put_file(world: World, by: Person, content: bytes, filename: str = "work.pdf") -> str:
    """The same of a file."""
    signed = sign(world, by, "file", filename, len(content))
    assert send(signed, content, filename)[0] == 200
    public_id: str = signed["publicId"]
    return public_id


def new_lesson(world: World, by: Person, section: Any, content: bytes, **fields: Any) -> tuple[str, str]:
    """A lesson with a video uploaded by its author: the lesson's id and the video's."""
    public_id = put_video(world, by, content)
    body = {"title": "Uploaded", "videoPublicId": public_id, **fields}
    answer = world.post(f"{ADD}/{section}", body, by=by)
    assert answer.status_code == 201, answer.text
    outline = answer.json["data"]
    (lesson,) = [each for part in outline for each in part["subsections"] if each["title"] == body["title"]]
    return lesson["id"], public_id
