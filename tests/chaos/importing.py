"""Processes killed, and Redis emptied, while a table of learners is written."""

import random
import time
from collections import Counter
from typing import Any

import redis
import urllib3
from bson import ObjectId

from tests.chaos.shop import Shop
from tests.importing import table
from tests.waiting import PATIENCE_SECONDS, eventually

WHOLE_API, SCHEDULER = 8, 5
"""Every so many kills are of the API, or of the scheduler; the others are of the worker."""
FAULTY = 10
"""Every tenth row has no address."""
MOST_SECONDS = 0.25
QUEUE = "bulk"


class Importing:
    """A table of so many rows, each of which puts somebody new into a course, and what is killed meanwhile."""

    def __init__(self, shop: Shop, luck: random.Random, rows: int) -> None:
        self.shop, self.stage, self.luck, self.rows = shop, shop.stage, luck, rows
        self.course = shop.courses(1)[0]
        self.kills = Counter[str]()
        self.import_id = self._upload()

    def kill(self) -> None:
        """Kill something in the midst of writing."""
        number = self.kills.total() + 1
        self.stage.worker_of_tables.spawn()
        before = self._cursor()
        eventually(lambda: self._is_over() or self._cursor() > before, "Rows that are written")
        time.sleep(self.luck.uniform(0, MOST_SECONDS))
        if number % WHOLE_API == 0:
            self.stage.api.kill()
            self.stage.api.start()
            self.kills["the API"] += 1
        elif number % SCHEDULER == 0:
            self.stage.scheduler.kill()
            self.stage.scheduler.spawn()
            self.kills["the scheduler"] += 1
        else:
            self.kills["the worker"] += 1
        self.stage.worker_of_tables.kill()
        self.let_leases_run_out()

    def empty_redis(self) -> None:
        with redis.Redis.from_url(self.stage.servers.redis_url) as connection:
            connection.flushall()

    def let_leases_run_out(self) -> None:
        self.stage.db.imports.update_many({}, {"$unset": {"leaseHolder": "", "leasedUntil": ""}})
        self.stage.turn_clock(dead=QUEUE)

    def settle(self) -> None:
        """Let everything be written, and the report be drawn."""
        self.stage.worker_of_tables.spawn()
        self.let_leases_run_out()
        eventually(lambda: "report" in self._import(), "The report")

    def wrong(self) -> list[str]:
        """What is otherwise than after a run that nobody disturbed."""
        good, faulty = self._expected()
        of = self._import()
        counts = {name: of[name] for name in ("state", "total", "cursor", "created", "failed", "skipped", "updated")}
        expected: dict[str, Any] = {"state": "done", "total": self.rows, "cursor": self.rows}
        expected |= {"created": len(good), "failed": len(faulty), "skipped": 0, "updated": 0}
        found = [f"{name}: {counts[name]}, not {expected[name]}" for name in expected if counts[name] != expected[name]]
        return [*found, *self._wrong_rows(good, faulty), *self._wrong_people(good)]

    def _wrong_rows(self, good: list[str], faulty: list[int]) -> list[str]:
        rows = {each["row"]: each for each in self.stage.db.importRows.find({"importId": self.import_id})}
        failed = sorted(number for number, each in rows.items() if each["outcome"] == "failed")
        found = [] if len(rows) == self.rows else [f"{len(rows)} rows"]
        return found if failed == faulty else [*found, "other rows failed"]

    def _wrong_people(self, good: list[str]) -> list[str]:
        people = {each["email"]: each["_id"] for each in self.stage.db.users.find({"email": {"$in": good}})}
        held = Counter(each["user"] for each in self.stage.db.enrollments.find({"course": self.course}))
        counted = self.stage.db.courses.find_one({"_id": self.course}, {"studentsCount": 1})
        found = [f"{email} has no account" for email in good if email not in people]
        found += [f"{email} is enrolled {held[id]} times" for email, id in people.items() if held[id] != 1]
        if counted is None or counted.get("studentsCount") != len(good):
            found.append(f"the course counts {counted}")
        return found

    def _expected(self) -> tuple[list[str], list[int]]:
        numbers = range(1, self.rows + 1)
        return [_email(n) for n in numbers if n % FAULTY], [n for n in numbers if not n % FAULTY]

    def _upload(self) -> ObjectId:
        rows = [(_email(n) if n % FAULTY else "nobody", "Asha", str(self.course)) for n in range(1, self.rows + 1)]
        content = table(("email", "firstName", "courses"), *rows)
        fields = {"kind": "learners", "start": "true", "file": ("table.csv", content, "text/csv")}
        with urllib3.PoolManager(retries=False, timeout=PATIENCE_SECONDS) as http:
            headers = {"Authorization": f"Bearer {self.shop.admin.token}"}
            answer = http.request("POST", f"{self.stage.api.address}/api/v1/imports/", fields=fields, headers=headers)
        assert answer.status == 202, answer.data
        return ObjectId(answer.json()["data"]["id"])

    def _import(self) -> dict[str, Any]:
        found = self.stage.db.imports.find_one({"_id": self.import_id})
        assert found is not None
        return found

    def _cursor(self) -> int:
        return int(self._import()["cursor"])

    def _is_over(self) -> bool:
        return bool(self._import()["state"] == "done")


def _email(number: int) -> str:
    return f"learner{number}@example.com"
