"""The recipe of docs/certificates.md, as a stranger runs it: Node, packages of npm alone, no network."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from lms.models.base import now
from lms.services.certificates import credentials
from tests.node import installed
from tests.services.certificates.test_credentials import ASHA, DID, ISSUER, SIGNER, changed, signed

RECIPE = Path(__file__).parents[3] / "docs" / "verifying"
NO_NETWORK = ["unshare", "--map-root-user", "--net"]

Run = Callable[[Any], tuple[int, str]]


@pytest.fixture(scope="module")
def recipe() -> Path:
    """The script beside its packages."""
    folder = installed(RECIPE)
    shutil.copy(RECIPE / "verify.mjs", folder)
    return folder / "verify.mjs"


@pytest.fixture(scope="module")
def stranger(recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What the script makes of a document, where the list says that the certificate at 4712 was revoked."""
    folder, moment = tmp_path_factory.mktemp("stranger"), now()
    listed = credentials.status_list(ISSUER, 1, [4712], moment - timedelta(minutes=1), moment + timedelta(hours=48))
    (folder / "list.json").write_bytes(credentials.sign(listed, SIGNER, ISSUER, moment))
    (folder / "did.json").write_text(json.dumps(DID))
    context = files("openbadgeslib.ob3.contexts").joinpath("ob-v3p0-context-3.0.3.json").read_text()
    (folder / "context.json").write_text(context)
    away = NO_NETWORK if subprocess.run([*NO_NETWORK, "true"], capture_output=True).returncode == 0 else []

    def run(document: Any) -> tuple[int, str]:
        (folder / "credential.json").write_text(json.dumps(document))
        names = [str(folder / f"{name}.json") for name in ("credential", "did", "list", "context")]
        done = subprocess.run([*away, "node", str(recipe), *names], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return run


def certificate(**fields: Any) -> Any:
    moment = now() - timedelta(minutes=1)
    return json.loads(signed(replace(ASHA, completed_at=moment, valid_from=moment, valid_until=None, **fields)))


def test_a_stranger_believes_it(stranger: Run) -> None:
    code, said = stranger(certificate())
    assert (code, said.startswith("genuine: अशा राव, Knots & “ropes”, 20")) == (0, True), said


def test_a_stranger_sees_that_it_was_revoked(stranger: Run) -> None:
    code, said = stranger(certificate(index=4712))
    assert (code, said.startswith("revoked: ")) == (0, True), said


@pytest.mark.parametrize(
    "path",
    [
        ("credentialSubject", "identifier", 0, "identityHash"),
        ("credentialSubject", "identifier", 1, "identityHash"),
        ("name",),
        ("credentialSubject", "achievement", "name"),
        ("credentialStatus", "statusListIndex"),
    ],
)
def test_a_stranger_refuses_what_was_changed(stranger: Run, path: tuple[Any, ...]) -> None:
    code, said = stranger(changed(certificate(), path))
    assert (code, "Verification error" in said) == (1, True), said


def test_a_stranger_refuses_another_day(stranger: Run) -> None:
    code, said = stranger({**certificate(), "awardedDate": "2020-01-01T00:00:00Z"})
    assert (code, "Invalid signature" in said) == (1, True), said
