from lms.machinery import worker
from tests.world import World


def test_alive(world: World) -> None:
    assert world.get("/healthz").json == {"status": "ok"}


def test_ready_names_each_part(world: World) -> None:
    idle = world.get("/readyz")
    assert idle.status_code == 503
    assert idle.json == {
        "status": "unavailable",
        "mongo": "ok",
        "redis": "ok",
        "queue": "no worker for bulk, default, mail",
    }
    workers = [worker.make(world.app, name) for name in ("mail", "default", "bulk")]
    for each in workers:
        each.register_birth()
    assert world.get("/readyz").json == {"status": "ok", "mongo": "ok", "redis": "ok", "queue": "ok"}
    for each in workers:
        each.register_death()


def test_metrics_count_requests(world: World) -> None:
    world.get("/healthz")
    text = world.get("/metrics").text
    assert 'http_request_seconds_count{endpoint="health.alive",method="GET",status="200"}' in text


def test_metrics_are_for_the_holder_of_the_token(world: World, settings) -> None:
    settings(metrics_token="operators-only")
    refused = world.get("/metrics")
    assert (refused.status_code, refused.json["code"]) == (404, "not_found")
    assert world.get("/metrics", by="wrong").status_code == 404
    assert world.get("/metrics", by="operators-only").status_code == 200


def test_metrics_keep_no_verb_that_somebody_made_up(world: World) -> None:
    world.request("BREW", "/healthz")
    text = world.get("/metrics").text
    assert "BREW" not in text
    assert 'method="other"' in text
