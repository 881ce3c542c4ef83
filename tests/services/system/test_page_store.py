import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import ConnectionPool

from lms.extensions import queues
from lms.models.catalogue.courses import courses
from lms.services.system import page_store
from tests.database import profiled
from tests.smtp import free_port
from tests.waiting import PATIENCE_SECONDS, at_most
from tests.world import World, at_once, refused

LIST = "/courses/getAllCourses"
OWN = "/profile/getUserDetails"
CATEGORIES = "/courses/showAllCategories"
KEY = "page:/api/v1/courses/getAllCourses?"
CHANGES, BEGAN = f"page:{page_store.CHANGES}", f"page:{page_store.BEGAN}"

IN_ANOTHER_PROCESS = """
import sys
from lms import create_app
method, path, token, body = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}"} if token else {}
client = create_app().test_client()
answer = client.open(path, method=method, headers=headers, data=body, content_type="application/json")
print(answer.status_code, answer.text)
"""


def latest() -> bytes:
    """A number as the product's are: one of the future would outlive its test in the memory of the process."""
    return str(time.time_ns() // 1000).encode()


def in_another_process(method: str, path: str, token: str = "", body: str = "", **environment: str) -> str:
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, method, f"/api/v1{path}", token, body]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@contextmanager
def redis_at(port: int) -> Iterator[None]:
    """The application's Redis is looked for at another port; afterwards it is back."""
    pool = queues.redis.connection_pool
    there = pool.connection_kwargs
    _forget_connections(pool)
    pool.connection_kwargs = {**there, "port": port}
    try:
        yield
    finally:
        pool.connection_kwargs = there
        _forget_connections(pool)
        page_store._Pause.until = 0


def _forget_connections(pool: ConnectionPool) -> None:
    """Close them, and have none opened again at the port it had."""
    pool.disconnect()
    pool.reset()


@pytest.fixture
def redis_down(world: World) -> Iterator[None]:
    with redis_at(free_port()):
        yield


def kept(world: World) -> bytes:
    """The entry of the course list, which a read has just made."""
    assert world.get(LIST).status_code == 200
    entry = queues.redis.get(KEY)
    assert isinstance(entry, bytes)
    return entry


class TestEntityTags:
    def test_spare_the_body_while_nothing_changed(self, world: World) -> None:
        first = world.get(LIST)
        assert first.headers["ETag"].startswith('W/"')
        again = world.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, no-cache"

    @pytest.mark.parametrize("form", ['"other", {tag}', "{bare}", "*"])
    def test_may_come_in_every_form(self, world: World, form: str) -> None:
        tag = world.get(LIST).headers["ETag"]
        header = form.format(tag=tag, bare=tag.removeprefix("W/"))
        assert world.get(LIST, headers={"If-None-Match": header}).status_code == 304

    @pytest.mark.parametrize("header", ['"other"', 'W/"other"', "nonsense", '"'])
    def test_of_something_else_bring_the_body(self, world: World, header: str) -> None:
        answer = world.get(LIST, headers={"If-None-Match": header})
        assert (answer.status_code, answer.json["data"]) == (200, [])

    def test_change_with_the_content(self, world: World) -> None:
        tag = world.get(LIST).headers["ETag"]
        world.course(world.person("instructor"))
        changed = world.get(LIST, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert len(changed.json["data"]) == 1

    def test_stay_when_a_write_changed_nothing_of_the_page(self, world: World) -> None:
        tag = world.get(LIST).headers["ETag"]
        world.post("/courses/createCategory", {"name": "Art"}, by=world.person("admin"))
        assert world.get(LIST, headers={"If-None-Match": tag}).status_code == 304

    def test_work_with_gzip(self, world: World) -> None:
        teacher, category = world.person("instructor"), world.category()
        for _ in range(5):
            world.course(teacher, lessons=0, category=category)
        packed = world.get(LIST, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        headers = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
        assert world.get(LIST, headers=headers).status_code == 304

    def test_are_not_on_private_answers(self, world: World) -> None:
        answer = world.get("/profile/getUserDetails/me", by=world.person())
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


class TestOtherProcesses:
    def test_see_a_write_on_the_very_next_read(self, world: World) -> None:
        admin = world.person("admin")
        assert world.get(CATEGORIES).json["data"] == []
        made = in_another_process("POST", "/courses/createCategory", admin.token, '{"name": "Art"}')
        assert made.startswith("201 ")
        assert [row["name"] for row in world.get(CATEGORIES).json["data"]] == ["Art"]

    def test_share_what_one_of_them_made(self, world: World) -> None:
        number = latest()
        elsewhere = b"\n".join([number, b"courses.status", b'W/"tag"', b'{"made": "elsewhere"}'])
        queues.redis.mset({CHANGES: number, BEGAN: number, KEY: elsewhere})
        answer = world.get(LIST, client=FlaskClient(world.app, world.app.response_class))
        assert (answer.json, answer.headers["ETag"]) == ({"made": "elsewhere"}, 'W/"tag"')

    def test_without_redis_answer_from_the_database(self, world: World) -> None:
        world.category("Art")
        answer = in_another_process("GET", CATEGORIES, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
        assert answer.startswith("200 ")
        assert '"name":"Art"' in answer


class TestSharing:
    def test_a_second_read_asks_the_database_nothing(self, world: World) -> None:
        first = world.get(LIST)
        with profiled() as commands:
            assert world.get(LIST).data == first.data
        assert commands == []

    def test_unknown_query_fields_share_one_entry(self, world: World) -> None:
        kept(world)
        with profiled() as commands:
            world.get(f"{LIST}?utm=1&page_=2")
        assert commands == []
        assert len(queues.redis.keys("page:/*")) == 1

    def test_known_ones_do_not(self, world: World) -> None:
        world.course(world.person("instructor"), level="advanced")
        sizes = [len(world.get(f"{LIST}?level={level}").json["data"]) for level in ("advanced", "beginner", "advanced")]
        assert sizes == [1, 0, 1]

    def test_nothing_of_who_asked_is_kept(self, world: World) -> None:
        person = world.person()
        answer = world.get(LIST, by=person, headers={"X-Request-ID": "first-request"})
        other = world.get(LIST, by=world.person())
        assert answer.data == other.data
        assert other.headers["X-Request-ID"] != "first-request"
        assert str(person.id).encode() not in kept(world)

    def test_own_pages_are_kept_for_their_owner_and_given_to_nobody_else(self, world: World) -> None:
        me, other, admin = world.person(), world.person(), world.person("admin")
        mine = f"{OWN}/{me.id}"
        for by in (me, other, admin):
            assert world.get(f"{OWN}/me", by=by).json["data"]["id"] == str(by.id)
        with profiled() as commands:
            again = world.get(f"{OWN}/me", by=me)
        assert again.json["data"]["id"] == str(me.id)
        assert {each["ns"].partition(".")[2] for each in commands} == {"sessions"}
        for address in (f"{OWN}/me", mine):
            assert world.get(address, by=me).json["data"]["email"] == me.email
        assert world.get(mine, by=admin).json["data"]["email"] == me.email
        assert refused(world.get(mine, by=other)) == (404, "user_not_found")
        assert refused(world.get(mine)) == (401, "not_signed_in")
        world.post("/auth/logout", by=me)
        assert refused(world.get(f"{OWN}/me", by=me)) == (401, "token_invalid")

    def test_own_pages_of_one_do_not_grow_old_with_anothers(self, world: World) -> None:
        me, other = world.person(), world.person()
        for by in (me, other):
            world.get(f"{OWN}/me", by=by)
        world.put("/profile/updateProfile/me", {"bio": "New."}, by=other)
        assert world.get(f"{OWN}/me", by=other).json["data"]["profile"]["bio"] == "New."
        with profiled() as commands:
            world.get(f"{OWN}/me", by=me)
        assert {each["ns"].partition(".")[2] for each in commands} == {"sessions"}

    def test_refusals_are_not_kept(self, world: World) -> None:
        course = world.course(world.person("instructor"), status="draft")
        address = f"/courses/getCourseDetails/{course.id}"
        assert refused(world.get(address)) == (404, "course_not_found")
        courses.update({"_id": course.id}, {"$set": {"status": "published"}})
        assert world.get(address).status_code == 200

    def test_entries_run_out(self, world: World) -> None:
        kept(world)
        assert 0 < queues.redis.ttl(KEY) <= page_store.LIFETIME_SECONDS
        assert queues.redis.ttl(CHANGES) == queues.redis.ttl(BEGAN) == -1
        page_store.purge(["courses.status"])
        assert 0 < queues.redis.ttl("page:courses.status") <= page_store.NOTED_SECONDS


class TestStampede:
    def test_of_fifty_readers_asks_the_database_as_often_as_one(self, world: World) -> None:
        world.course(world.person("instructor"))
        asked = []
        for readers in (1, 50):
            page_store.purge_all()
            clients = [world.app.test_client() for _ in range(readers)]
            with profiled() as commands:
                answers = at_once(
                    [lambda c=client: world.get(LIST, address="10.0.0.1", client=c) for client in clients]
                )
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.data for answer in answers}) == 1
            asked.append(len(commands))
        assert asked[0] == asked[1] > 0

    def test_computes_once_however_slow_that_is(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        for limit in ("COMPUTE_SECONDS", "WAIT_SECONDS"):
            monkeypatch.setattr(page_store, limit, PATIENCE_SECONDS)
        computed = []

        def compute() -> bytes:
            computed.append(1)
            time.sleep(0.2)
            return b"slow"

        def read() -> bytes:
            with world.app.app_context():
                return page_store.get_or_compute("slow", compute).body

        assert at_once([read] * 50) == [b"slow"] * 50
        assert len(computed) == 1

    def test_after_a_failure_the_next_reader_does_not_wait(self, world: World) -> None:
        def fail() -> bytes:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            page_store.get_or_compute("key", fail)
        began = time.monotonic()
        assert page_store.get_or_compute("key", lambda: b"made").body == b"made"
        assert time.monotonic() - began < at_most(1)

    def test_a_reader_does_not_wait_for_ever_for_one_that_died(self, world: World) -> None:
        page_store.purge_all()
        queues.redis.set("page:lock:key", b"1", px=200)
        assert page_store.get_or_compute("key", lambda: b"made").body == b"made"
        assert not queues.redis.exists("page:lock:key")
        assert page_store.get_or_compute("key", lambda: b"again").body == b"made"

    def test_a_page_made_while_a_write_came_in_is_not_kept(self, world: World) -> None:
        def compute() -> bytes:
            page_store.purge_all()
            return b"before"

        assert page_store.get_or_compute("key", compute).body == b"before"
        assert page_store.get_or_compute("key", lambda: b"after").body == b"after"
        assert page_store.get_or_compute("key", lambda: b"never").body == b"after"


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return Path.touch, (self.path,)


class TestGarbage:
    """Whatever is found in Redis, readers get the page."""

    def read(self, world: World) -> None:
        answer = world.get(LIST)
        assert (answer.status_code, answer.json["data"]) == (200, [])
        entry = queues.redis.get(KEY)
        assert entry.startswith(queues.redis.get(CHANGES))
        assert entry.endswith(b"\n" + answer.data)

    @pytest.mark.parametrize("garbage", [b"", b"\n", b"garbage", b"\xff\xfe\n\x00", b'{"success": true}'])
    def test_in_an_entry_is_replaced(self, world: World, garbage: bytes) -> None:
        page_store.purge_all()
        queues.redis.set(KEY, garbage)
        self.read(world)

    @pytest.mark.parametrize("rest", [b"", b"cut off", b"\xff\xfe\n{}", b"\n\xff\nW/\n{}", b"\ncourses.status\nW/"])
    def test_in_an_entry_of_the_latest_change_is_replaced(self, world: World, rest: bytes) -> None:
        page_store.purge_all()
        queues.redis.set(KEY, queues.redis.get(CHANGES) + rest)
        self.read(world)

    @pytest.mark.parametrize("key", [KEY, CHANGES, BEGAN, "page:courses.status"])
    def test_of_another_type_does_no_harm(self, world: World, key: str) -> None:
        page_store.purge_all()
        queues.redis.delete(key)
        queues.redis.rpush(key, "a", "list")
        try:
            assert world.get(LIST).json["data"] == []
        finally:
            page_store._Pause.until = 0

    def test_in_place_of_a_lock_costs_a_wait(self, world: World) -> None:
        page_store.purge_all()
        lock = f"page:lock:{KEY.removeprefix('page:')}"
        queues.redis.rpush(lock, "a", "list")
        queues.redis.pexpire(lock, 200)
        self.read(world)
        assert not queues.redis.exists(lock), "the page was made while somebody held its lock"

    @pytest.mark.parametrize("key", [CHANGES, BEGAN])
    @pytest.mark.parametrize("number", [b"", b"\xff\n\x00", b"-1", b"1.5", b"1e9"])
    def test_in_a_number_makes_every_page_old(self, world: World, key: str, number: bytes) -> None:
        assert world.get(LIST).json["data"] == []
        queues.redis.set(key, number)
        assert world.get(LIST).json["data"] == []
        world.course(world.person("instructor"))
        assert len(world.get(LIST).json["data"]) == 1

    def test_is_never_executed(self, world: World, tmp_path: Path) -> None:
        proof = tmp_path / "executed"
        payload = pickle.dumps(Evil(proof))
        for before in (b"", b"!", None, b"\n", b'\nx\nW/"x"\n'):
            number = latest()
            entry = payload if before == b"" else (number if before != b"!" else b"") + (before or b"") + payload
            queues.redis.mset({CHANGES: number, BEGAN: number, KEY: entry})
            assert world.get(LIST, client=FlaskClient(world.app, world.app.response_class)).status_code == 200
            page_store.purge_all()
        assert not proof.exists()


@pytest.mark.usefixtures("redis_down")
class TestWithoutRedis:
    def test_pages_are_made_anew_and_keep_their_tags(self, world: World) -> None:
        world.course(world.person("instructor"))
        first = world.get(LIST)
        assert len(first.json["data"]) == 1
        assert world.get(LIST, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    def test_writes_succeed_and_are_seen_at_once(self, world: World) -> None:
        assert world.get(CATEGORIES).json["data"] == []
        assert world.post("/courses/createCategory", {"name": "Art"}, by=world.person("admin")).status_code == 201
        assert len(world.get(CATEGORIES).json["data"]) == 1

    def test_nobody_waits(self, world: World) -> None:
        began = time.monotonic()
        assert {world.get(LIST).status_code for _ in range(10)} == {200}
        assert time.monotonic() - began < at_most(1)


def test_redis_that_hangs_costs_one_reader_a_moment(world: World) -> None:
    kept(world)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent, redis_at(silent.getsockname()[1]):
        assert {world.get(LIST).status_code for _ in range(5)} == {200}
    assert time.monotonic() - began < at_most(2)


def test_redis_that_comes_back_is_used_again(world: World) -> None:
    page_store._Pause.until = time.monotonic() + PATIENCE_SECONDS
    world.get(LIST)
    assert queues.redis.get(KEY) is None
    page_store._Pause.until = time.monotonic()
    kept(world)
