"""Videos from people: recognised by their bytes and by what MediaInfo, in a process of its own, reads in them."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from lms.errors import NotAVideo, TruncatedVideo
from lms.services.authoring import matroska, mp4
from lms.services.authoring.playable import Moving, require_playable

MEDIAINFO = Path(__file__).with_name("mediainfo.py")
MOST_SECONDS = 8
MOST_ANSWER = 4000
LONGEST = 24 * 60 * 60

SIGNATURE = re.compile(rb"\x1aE\xdf\xa3|\0...(?:ftyp|moov|mdat|wide|free|skip)", re.DOTALL)
"""EBML, or a first box of less than 16 MB: its size then begins with NUL, as no page a browser might see in it does."""

FILE = re.compile(r"G\|(MPEG-4|QuickTime|WebM|Matroska)\|([^|]*)\|(\d{1,12}(?:\.\d+)?)?", re.ASCII)
"""Container, its profile, and milliseconds; see `mediainfo.ANSWER`."""

MOVING = re.compile(r"V\|([^|]*)\|([^|@]*)[^|]*\|(\d{0,3})[^|]*\|([^|]*)\|([^|]*)\|([^|]*)", re.ASCII)
SOUND = re.compile(r"A\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)", re.ASCII)
"""Codec and profile (that of pictures without its level); bits, subsampling and colours of pictures, whether a sound is
the default; last how the track is encrypted."""

SUBSAMPLING = {"Y": "4:0:0", "RGB": "4:4:4"}
"""Of colours that are subsampled in one way only, which MediaInfo does not name."""

FORMATS = {"MPEG-4": "mp4", "QuickTime": "mov", "WebM": "webm", "Matroska": "mkv"}
NO_INDEX = "The video has no index, which a file that is cut off has lost. Copy or export it again."
MATROSKA = ("webm", "mkv")

LEAST_SHARE = 0.9
"""Of a stated length that the last frame has to reach, less a second: sounds and stills may go on without frames."""


@dataclass(frozen=True)
class Video:
    """A container (mp4, mov, webm or mkv), the seconds that it plays, and its tracks."""

    format: str
    duration: float
    moving: tuple[Moving, ...] = field(default=(), compare=False)
    sounds: tuple[str, ...] = field(default=(), compare=False)


def probe(path: Path) -> Video:
    """A video that browsers play; raises NotAVideo, TruncatedVideo and UnplayableVideo."""
    video = look_at(path)
    require_playable(video.format, video.moving, video.sounds)
    return video


def look_at(path: Path) -> Video:
    """The video in a file, whether browsers play it or not; raises NotAVideo and TruncatedVideo."""
    first, *lines = _ask(path).rstrip("\n").split("\n")
    file = FILE.fullmatch(first)
    if file is None:
        raise NotAVideo
    container, profile, milliseconds = file.groups()
    kind = FORMATS["QuickTime" if profile == "QuickTime" else container]
    moving, sounds = _tracks(lines)
    if not moving and not sounds and kind not in MATROSKA:
        raise NotAVideo(NO_INDEX)
    whole, duration = _measured(path, kind, float(milliseconds or 0) / 1000)
    if not moving or not (0 < duration <= LONGEST):
        raise NotAVideo
    if not whole:
        raise TruncatedVideo
    return Video(kind, duration, moving, sounds)


def _measured(path: Path, kind: str, duration: float) -> tuple[bool, float]:
    """Whether all of the file is there, and the seconds it plays.

    MediaInfo takes what was recorded live for cut off, and what has something appended; and such a recording's length
    it does not know.
    """
    with path.open("rb") as file:

        def read(start: int, end: int) -> bytes:
            file.seek(start)
            return file.read(end - start)

        size = os.fstat(file.fileno()).st_size
        if kind not in MATROSKA:
            return not mp4.is_cut_off(read, size), duration
        whole, last = not matroska.is_cut_off(read, size), matroska.seconds(read, size)
        return whole and (not duration or not last or last >= duration * LEAST_SHARE - 1), duration or last


def _tracks(lines: list[str]) -> tuple[tuple[Moving, ...], tuple[str, ...]]:
    """The pictures, and the sounds as players prefer them: what is marked as the default before what is not."""
    moving, sounds = [], []
    for line in lines:
        if found := MOVING.fullmatch(line):
            codec, profile, bits, chroma, colours, encryption = found.groups()
            chroma = chroma or SUBSAMPLING.get(colours, "")
            moving.append(Moving(_protected(codec, encryption), profile, int(bits or 0), chroma))
        elif found := SOUND.fullmatch(line):
            codec, profile, default, encryption = found.groups()
            name = f"{codec} {profile}".strip() if codec == "MPEG Audio" else codec
            sounds.append((default != "Yes", _protected(name, encryption)))
        else:
            raise NotAVideo
    return tuple(moving), tuple(name for _, name in sorted(sounds, key=lambda each: each[0]))


def _protected(codec: str, encryption: str) -> str:
    return f"encrypted {codec}" if encryption else codec


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
        answer = process.stdout.read(MOST_ANSWER + 1)
        if len(answer) > MOST_ANSWER:
            raise NotAVideo
        return answer.decode(errors="replace")
