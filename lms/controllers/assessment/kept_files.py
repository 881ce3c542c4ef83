"""Files that learners hand in and graders give back: referred to here, kept at the media store."""

from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId

from lms.controllers.assessment import assignment_rights
from lms.controllers.authoring import media
from lms.errors import FileNotAccepted, TooLarge, TooManyFiles
from lms.models.accounts.sessions import Caller
from lms.models.assessment.assignments import Assignment
from lms.models.assessment.submissions import KeptFile
from lms.models.authoring.media import Medium
from lms.results import Redirect
from lms.services.authoring import cloudinary


def uploaded(caller: Caller, public_ids: Iterable[str], known: Sequence[KeptFile] = ()) -> list[KeptFile]:
    """The files that the caller has uploaded under these ids; those that are `known` are as they were.

    Raises NotYourUpload, and what is wrong with a file that has arrived.
    """
    kept = {file["media"]: file for file in known}
    return [kept.get(each) or _entry(media.own_upload(caller, each, "file")) for each in dict.fromkeys(public_ids)]


def _entry(medium: Medium) -> KeptFile:
    entry: KeptFile = {
        "id": ObjectId(),
        "media": medium["_id"],
        "name": medium.get("name", "file"),
        "bytes": medium["bytes"],
    }
    return {**entry, "sha256": medium["sha256"]} if "sha256" in medium else entry


def require_accepted(assignment: Assignment, files: Sequence[KeptFile]) -> None:
    """Raise TooManyFiles, FileNotAccepted or TooLarge unless the assignment takes all of these files."""
    if len(files) > assignment["mostFiles"]:
        raise TooManyFiles(f"This assignment takes at most {assignment['mostFiles']} files.")
    for file in files:
        if file["media"].rpartition(".")[2] not in assignment["accept"]:
            raise FileNotAccepted(
                f"{file['name']}: this assignment takes {', '.join(assignment['accept']) or 'no files'}."
            )
        if file["bytes"] > assignment["mostBytes"]:
            raise TooLarge(f"{file['name']} is too large: at most {assignment['mostBytes']:,} bytes.")


def hold(files: Iterable[KeptFile]) -> None:
    """Part of the transaction that refers to them; raises UploadMissing when one is being removed."""
    for file in files:
        media.hold(file["media"])


def shown(file: KeptFile, own: bool = False) -> dict[str, Any]:
    """A file as people are told of it; its place at the store only to who uploaded it."""
    told = {name: value for name, value in file.items() if name in ("id", "name", "bytes")}
    return {**told, "publicId": file["media"] if own else None}


def address(caller: Caller, file_id: ObjectId) -> Redirect:
    """Where the caller, who may see it, saves a file for the next five minutes."""
    return Redirect(cloudinary.file_address(assignment_rights.seen_file(caller, file_id)["media"]))
