"""An instance directory has one pair of servers, which finds its data again."""

import json
import signal
import socket
import subprocess
import sys
import textwrap

import pymongo
import pytest
import redis

from lms.embedded.address import Address
from lms.embedded.processes import EmbeddedError
from lms.embedded.servers import Servers, check_port

CHILD = """
    import signal, sys
    from pathlib import Path
    from lms.embedded.servers import Servers
    with Servers(Path(sys.argv[1])) as servers:
        print(servers.mongodb_url, servers.redis_url, flush=True)
        signal.pause()
"""


def test_after_kill_9_of_everything_the_next_start_has_the_data(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        mongodb_url, redis_url = owner.stdout.readline().split()
        with pymongo.MongoClient(mongodb_url) as client:
            client.test.kept.insert_one({"_id": "kept"})
        with redis.Redis.from_url(redis_url) as client:
            client.set("kept", "yes")
        owner.send_signal(signal.SIGKILL)
    with Servers(tmp_path) as servers:
        assert (servers.mongodb_url, servers.redis_url) == (mongodb_url, redis_url)
        with pymongo.MongoClient(servers.mongodb_url) as client:
            assert client.test.kept.find_one() == {"_id": "kept"}
        with redis.Redis.from_url(servers.redis_url) as client:
            assert client.get("kept") == b"yes"


def test_a_second_copy_is_refused_until_the_first_has_ended(tmp_path):
    first = Servers(tmp_path, with_mongod=False)
    with first, pytest.raises(EmbeddedError, match="Another copy is running with this INSTANCE_DIR"):
        Servers(tmp_path, with_mongod=False).start()
    with Servers(tmp_path, with_mongod=False) as second:
        assert redis.Redis.from_url(second.redis_url).ping()


def test_two_instances_run_side_by_side(tmp_path):
    with Servers(tmp_path / "a", with_mongod=False) as a, Servers(tmp_path / "b", with_mongod=False) as b:
        redis.Redis.from_url(a.redis_url).set("key", "a")
        assert redis.Redis.from_url(b.redis_url).get("key") is None


def test_an_address_is_kept_and_is_loopback(tmp_path):
    address = Address.of(tmp_path)
    assert address == Address.of(tmp_path)
    assert address.host.startswith("127.")
    assert address.host != "127.0.0.1"
    assert json.loads((tmp_path / "address.json").read_text())["host"] == address.host


def test_a_port_that_something_takes_everywhere_is_replaced(tmp_path):
    with socket.socket() as greedy:
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        greedy.bind(("0.0.0.0", 0))
        greedy.listen()
        taken = greedy.getsockname()[1]
        busy = type("Busy", (Address,), {"redis": taken})
        assert busy.pick().redis not in (taken, 6379)


def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentence = f"^Port {port} of 127.0.0.1 is in use: stop what listens there, soon.$"
        with pytest.raises(EmbeddedError, match=sentence):
            check_port("127.0.0.1", port, 0, ", soon")
