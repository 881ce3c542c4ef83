"""Packages of npm for tests that run Node: installed once for all clones on this machine, or the test is skipped."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lms-tests"
INSTALL_SECONDS = 60


def installed(packages: Path) -> Path:
    """A folder with what the `package-lock.json` of another one names."""
    if not shutil.which("npm"):
        pytest.skip("There is no Node here.")
    lock = (packages / "package-lock.json").read_bytes()
    folder = KEPT / f"{packages.name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "node_modules" / ".package-lock.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(packages / name, folder)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            pytest.skip("npm does not answer.")
        if done.returncode:
            pytest.skip(f"npm installs nothing here: {done.stderr.decode()[-200:]}")
    return folder
