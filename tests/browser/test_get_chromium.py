"""Which browser is driven. How one is got is seen on a machine without, by hiding it from PATH."""

from pathlib import Path

import pytest

from tests.browser.get_chromium import find

STARTS, LACKS_A_LIBRARY = "#!/bin/sh\nexit 0\n", "#!/bin/sh\nexit 127\n"


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ({"own": STARTS, "chromium": STARTS}, "own"),
        ({"own": LACKS_A_LIBRARY, "chromium": STARTS}, "chromium"),
        ({"own": "no program", "chromium-browser": LACKS_A_LIBRARY, "google-chrome": STARTS}, "google-chrome"),
        ({"chromium-browser": STARTS}, "chromium-browser"),
        ({"own": LACKS_A_LIBRARY}, None),
        ({}, None),
    ],
)
def test_it_is_the_first_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: dict[str, str], found: str | None
) -> None:
    for name, script in there.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find(str(tmp_path / "own")) == (found and str(tmp_path / found))
