"""What a use case hands back when plain data does not say enough."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Result:
    """A success with its own status or sentence, or with fields beside `data`.

    `device` is the token by which the browser is known to the account from now on.
    """

    data: Any = None
    status: int | None = None
    message: str | None = None
    top_level: dict[str, Any] = field(default_factory=dict)
    device: str | None = None


@dataclass(frozen=True)
class File:
    """A file rather than JSON; one that is `to_save` is not shown by the browser."""

    name: str
    media_type: str
    content: bytes
    to_save: bool = False


@dataclass(frozen=True)
class Part:
    """Some of the bytes of a file of `total` bytes, from the one at `first`; `tag` is the file's, not the part's."""

    content: bytes
    first: int
    total: int
    media_type: str
    tag: str


@dataclass(frozen=True)
class Redirect:
    """Where what was asked for is, for now."""

    address: str
