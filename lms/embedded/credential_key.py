"""The key that a newcomer's machine signs certificates with: made once, and kept in the instance directory."""

import base64
import os
import secrets
from pathlib import Path

PKCS8_OF_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
"""What stands before the 32 bytes of such a key (RFC 8410, section 7)."""


def kept(directory: Path) -> Path:
    """The file with the key, which nobody else on the machine may read."""
    file = directory / "credential-key.pem"
    if not file.exists():
        draft = directory / f"credential-key.{os.getpid()}.tmp"
        draft.unlink(missing_ok=True)
        body = base64.b64encode(PKCS8_OF_ED25519 + secrets.token_bytes(32)).decode()
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            written.write(f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
        draft.replace(file)
    return file
