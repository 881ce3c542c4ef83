"""`python -m tests.moving`: an import that is killed twenty times ends as one that was not."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pymongo

from lms import create_app, migrations
from lms.embedded.servers import Servers
from lms.models.actors import OPERATOR, acting_as
from tests.credentials import KEY
from tests.database import another
from tests.moving.conftest import imported
from tests.moving.dialects import Document
from tests.moving.planted import plant
from tests.moving.state import every_document
from tests.moving.their_server import TheirServer
from tests.processes import PROJECT

TIMES = 20


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lms-moving-") as folder, Servers(Path(folder)) as servers:
        theirs, killed = (servers.mongodb_url.replace("/?", f"/{name}?") for name in ("theirs", "killed"))
        with pymongo.MongoClient[Document](theirs) as client:
            plant(TheirServer(client.get_default_database()).open(students=40))
        environment = {
            "REDIS_URL": servers.redis_url,
            "INSTANCE_DIR": folder,
            "CREDENTIAL_KEYS": KEY,
            "LOG_LEVEL": "WARNING",
        }
        os.environ |= {**environment, "THEIR_URL": theirs, "MONGODB_URL": killed}
        with create_app().app_context(), acting_as(OPERATOR):
            migrations.upgrade(lambda name: None)
            subprocess.run([sys.executable, "-m", "tests.moving.killing", str(TIMES)], cwd=PROJECT, check=True)
            resumed = every_document()
            with another("ours"):
                migrations.upgrade(lambda name: None)
                imported(theirs)
                same = every_document() == resumed
    print(f"Killed {TIMES} times, and the documents are {'the same' if same else 'NOT the same'}.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
