"""A process of its own for MediaInfo, which is C code over hostile bytes: reads a file from stdin, says what it is."""

import resource
import sys

from pymediainfo import MediaInfo

ANSWER = """General;G|%Format%|%Format_Profile%|%Duration%
Video;\\nV|%Format%|%Format_Profile%|%BitDepth%|%ChromaSubsampling%|%ColorSpace%|%Encryption%
Audio;\\nA|%Format%|%Format_Profile%|%Default%|%Encryption%
"""
"""A line for the file and one for each of its tracks of pictures and of sound."""

MOST_MEMORY = 512 * 1024 * 1024
MOST_CPU_SECONDS = 8


def limit() -> None:
    """Bound the memory and the time this process may take, and let it write no files."""
    if sys.platform != "linux":
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    limit()
    # Given a stream instead of a path, MediaInfo sees no name and opens nothing that the file refers to.
    sys.stdout.write(MediaInfo.parse(sys.stdin.buffer, output=ANSWER))
