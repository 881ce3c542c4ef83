"""Videos from people: recognised by their bytes and by what MediaInfo, in a process of its own, reads in them."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lms.errors import NotAVideo

MEDIAINFO = Path(__file__).with_name("mediainfo.py")
MOST_SECONDS = 8
MOST_ANSWER = 1000
LONGEST = 24 * 60 * 60

SIGNATURE = re.compile(rb"\x1aE\xdf\xa3|\0...(?:ftyp|moov|mdat|wide|free|skip)", re.DOTALL)
"""EBML, or a first box of less than 16 MB: its size then begins with NUL, as no page a browser might see in it does."""

ANSWER = re.compile(r"(MPEG-4|QuickTime|WebM|Matroska)\|([^|]*)\|[1-9]\d*\|(\d{1,12}(?:\.\d+)?)", re.ASCII)
"""Container, profile, number of video tracks and milliseconds; see `mediainfo.ANSWER`."""

FORMATS = {"MPEG-4": "mp4", "QuickTime": "mov", "WebM": "webm", "Matroska": "mkv"}


@dataclass(frozen=True)
class Video:
    """A container (mp4, mov, webm or mkv) and the seconds that it plays."""

    format: str
    duration: float


def probe(path: Path) -> Video:
    """The container and the seconds of the video in a file; raises NotAVideo."""
    answer = ANSWER.fullmatch(_ask(path))
    if answer is None:
        raise NotAVideo
    container, profile, milliseconds = answer.groups()
    duration = float(milliseconds) / 1000
    if not 0 < duration <= LONGEST:
        raise NotAVideo
    return Video(FORMATS["QuickTime" if profile == "QuickTime" else container], duration)


def _ask(path: Path) -> str:
    try:
        with path.open("rb", buffering=0) as file:
            if SIGNATURE.match(file.read(8)) is None:
                raise NotAVideo
            file.seek(0)
            return _answer([sys.executable, "-I", str(MEDIAINFO)], file.fileno())
    except IsADirectoryError as error:
        raise NotAVideo from error


def _answer(command: list[str], file: int) -> str:
    """What the command says about the open file; it inherits neither our secrets nor our connections."""
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=file, stdout=pipe, stderr=nowhere, env={}) as process:  # noqa: S603 - no shell
        assert process.stdout is not None
        try:
            # Read only afterwards: one that says too much fills the pipe, waits, and runs out of time.
            if process.wait(MOST_SECONDS) != 0:
                raise NotAVideo
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise NotAVideo from error
        return process.stdout.read(MOST_ANSWER).decode(errors="replace")
