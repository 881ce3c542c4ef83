"""The embedded Redis keeps its data and can be frozen."""

import pytest
import redis

from lms.embedded.address import Address
from lms.embedded.redis_server import RedisServer


@pytest.fixture
def server(tmp_path):
    server = RedisServer(tmp_path, Address.of(tmp_path).host, 6379)
    server.start()
    yield server
    server.kill()


def test_data_survives_a_stop(server):
    redis.Redis.from_url(server.url).set("key", "value")
    server.stop()
    server.start()
    assert redis.Redis.from_url(server.url).get("key") == b"value"


def test_what_was_acknowledged_survives_a_kill(server):
    client = redis.Redis.from_url(server.url)
    client.set("key", "value")
    server.kill()
    server.start()
    assert client.get("key") == b"value"


def test_a_paused_server_answers_again_once_resumed(server):
    client = redis.Redis.from_url(server.url, socket_timeout=0.2, retry=None)
    server.pause()
    with pytest.raises(redis.TimeoutError):
        client.ping()
    server.resume()
    assert redis.Redis.from_url(server.url).ping()


def test_it_listens_on_its_own_address_only(server):
    with pytest.raises(redis.ConnectionError):
        redis.Redis("127.0.0.1", server.port, retry=None).ping()
