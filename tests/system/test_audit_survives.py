"""An API that is killed between the commit and its answer leaves no change without its row in the audit log."""

import contextlib
import http.client
import os
import signal
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from tests.processes import gunicorn_process
from tests.world import API, MadeCourse, Person, World

TRIES = 20


def rename(address: str, course: MadeCourse, admin: Person, title: str, answers: list[int]) -> None:
    """Ask for the change, and note the answer's status if there is one."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    headers = {"Authorization": f"Bearer {admin.token}", "Content-Type": "application/json"}
    with contextlib.suppress(http.client.HTTPException, ConnectionError), contextlib.closing(connection):
        connection.request("PUT", f"{API}/courses/editCourse/{course.id}", f'{{"title": "{title}"}}', headers)
        answers.append(connection.getresponse().status)


def workers_of(master: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def test_a_change_and_its_row_are_committed_together(world: World, environment: dict[str, str]) -> None:
    admin, course = world.person("admin"), world.course(world.person("instructor"), title="Before")
    killed_before_the_answer = 0
    # A Redis that accepts and says nothing holds every process for a moment after the commit.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        redis = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with gunicorn_process("wsgi:app", {**environment, "REDIS_URL": redis}) as (address, master):
            for number in range(TRIES):
                title, answers = f"Title {number}", list[int]()
                asking = threading.Thread(target=rename, args=(address, course, admin, title, answers))
                asking.start()
                while asking.is_alive() and not courses.get({"_id": course.id, "title": title}, {"_id": 1}):
                    pass
                for worker in workers_of(master):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
                asking.join()
                if courses.get({"_id": course.id, "title": title}, {"_id": 1}):
                    newest = audit_log.history("courses", course.id, 1)
                    assert [row["after"]["title"] for row in newest] == [title]
                    killed_before_the_answer += not answers
                if killed_before_the_answer == 3:
                    break
    assert killed_before_the_answer == 3
