"""Processor time of the servers under load: unlike throughput, it depends little on what else the machine does."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, FIRST_TIME, LAST_TIME = 1, 11, 14
"""Places in `/proc/<pid>/stat` behind the name (proc_pid_stat(5)): the parent, and the four times until LAST_TIME."""


def seconds(roots: Iterable[int]) -> float:
    """Of these processes and all below them, those included that have ended and were waited for."""
    return sum(sum(map(int, fields[FIRST_TIME : LAST_TIME + 1])) for fields in family(roots).values()) / TICKS


def family(roots: Iterable[int]) -> dict[int, list[str]]:
    """These processes and all below them, with what the kernel says of each."""
    stats = {int(path.name): fields for path in Path("/proc").glob("[0-9]*") if (fields := _stat(path))}
    below: dict[int, list[int]] = defaultdict(list)
    for pid, fields in stats.items():
        below[int(fields[PARENT])].append(pid)
    left, found = [*roots], dict[int, list[str]]()
    while left:
        pid = left.pop()
        left += below[pid]
        found[pid] = stats.get(pid, [])
    return found


def _stat(path: Path) -> list[str]:
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
