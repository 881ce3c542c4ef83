"""Which videos Chrome, Firefox and Safari all play, by what a reader of media says is in them.

The codecs are those of MDN's guides to web video and web audio that all three name; of H.264 the profiles that they
decode everywhere: 8 bits, 4:2:0. Matroska is taken because Chrome records it, though Safari does not play it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.errors import UnplayableVideo

EXPORT = "Export the video as an MP4 with H.264 (8 bits, 4:2:0) and AAC sound."


@dataclass(frozen=True)
class Moving:
    """A track of moving pictures: its codec, the profile of that, bits a sample, and how much colour it has.

    What is not known is empty or 0.
    """

    codec: str
    profile: str = ""
    bits: int = 0
    chroma: str = ""


PIXELS = re.compile(r"(?:yuvj?|yuva)(4\d\d)p(\d*)", re.ASCII)
OTHER_PIXELS = {"nv12": (8, "4:2:0"), "p010": (10, "4:2:0"), "gray": (8, "4:0:0"), "gbrp": (8, "4:4:4")}
"""ffmpeg's names for how pixels lie in memory (`ffmpeg -pix_fmts`), without the order of their bytes."""


def from_pixels(codec: str, profile: str, pixels: str) -> Moving:
    """A track in the words of ffprobe, which Cloudinary answers with."""
    name = re.sub("(le|be)$", "", pixels)
    if found := PIXELS.match(name):
        return Moving(codec, profile, int(found[2] or 8), ":".join(found[1]))
    return Moving(codec, profile, *OTHER_PIXELS.get(name, (0, "")))


NAMES = {
    **dict.fromkeys(("avc", "h264"), "H.264"),
    **dict.fromkeys(("hevc", "h265"), "HEVC (H.265)"),
    **dict.fromkeys(("mpeg-4 visual", "mpeg4"), "MPEG-4 part 2"),
    **dict.fromkeys(("mpeg video", "mpeg1video", "mpeg2video"), "MPEG-2"),
    **dict.fromkeys(("jpeg", "mjpeg", "v_mjpeg"), "Motion JPEG"),
    **dict.fromkeys(("mpeg audio", "mpeg audio layer 3", "mp3", "mp3float"), "MP3"),
    **dict.fromkeys(("mpeg audio layer 2", "mp2"), "MP2"),
    **dict.fromkeys(("aac", "aac lc", "aac_latm"), "AAC"),
    **dict.fromkeys(("ac-3", "ac3"), "AC-3"),
    **dict.fromkeys(("e-ac-3", "eac3"), "E-AC-3"),
    **dict.fromkeys(("dts", "dca"), "DTS"),
    **{name.lower(): name for name in ("VP8", "VP9", "AV1", "ProRes", "Theora", "Opus", "Vorbis", "FLAC")},
    "usac": "xHE-AAC",
    "ogg": "Vorbis",
    "alac": "Apple Lossless",
}
"""What MediaInfo and ffprobe (which Cloudinary answers with) call codecs, and how their names are written."""

MOST_BITS = {"H.264": 8, "VP8": 8, "VP9": 10, "AV1": 10}
SOUNDS = {"AAC", "MP3", "Opus", "Vorbis"}
ONLY_IN = {"VP8": ("webm", "mkv"), "Vorbis": ("webm", "mkv")}

PROFILES = {
    "H.264": {"Baseline", "Constrained Baseline", "Main", "High", "Progressive High", "Constrained High"},
    "VP9": {"0", "2", "Profile 0", "Profile 2"},
    "AV1": {"0", "Main"},
}
COLOUR = "4:2:0"


def require_playable(container: str, moving: Sequence[Moving], sounds: Sequence[str]) -> None:
    """Raise UnplayableVideo, with a sentence that says what to export, unless the three play it.

    Of several sounds, the preferred one first, Chrome plays that or none; of several pictures each may choose its own.
    """
    for track in moving:
        _require_shown(container, track)
    for heard in map(_written, sounds[:1]):
        if heard not in SOUNDS:
            raise _refused(f"{heard} sound")
        if not _fits(heard, container):
            raise _refused(f"{heard} sound in this kind of file")


def _require_shown(container: str, track: Moving) -> None:
    name = _written(track.codec)
    if name not in MOST_BITS:
        raise _refused(name)
    if not _fits(name, container):
        raise _refused(f"{name} in this kind of file")
    if track.bits > MOST_BITS[name] or (track.chroma and track.chroma != COLOUR) or not _known(name, track.profile):
        how = ", ".join(part for part in (track.profile, f"{track.bits} bits" * bool(track.bits), track.chroma) if part)
        raise _refused(f"this kind of {name} ({_tame(how)})")


def _known(name: str, profile: str) -> bool:
    return not profile or name not in PROFILES or profile in PROFILES[name]


def _fits(name: str, container: str) -> bool:
    return container in ONLY_IN.get(name, (container,))


def _written(codec: str) -> str:
    return NAMES.get(codec.lower(), _tame(codec) or "an unknown codec")


def _tame(text: str) -> str:
    """Words of a file, for a sentence of ours."""
    return re.sub(r"[^\w .,:@+-]", "", text)[:60].strip()


def _refused(what: str) -> UnplayableVideo:
    return UnplayableVideo(f"Browsers do not all play {what}. {EXPORT}")
