from collections.abc import Callable

from bson import ObjectId

from lms.addresses import address_of
from tests.world import World


def test_an_address_is_the_same_outside_a_request_and_in_one(world: World, settings: Callable[..., None]) -> None:
    user_id = ObjectId()
    for public_url in ("https://learn.example", "https://example.com:8443/school"):
        settings(public_url=public_url)
        expected = f"{public_url}/api/v1/profile/avatar/{user_id}"
        assert address_of("avatars.avatar", user_id=user_id) == expected
        with world.app.test_request_context("/", base_url="http://evil.example"):
            assert address_of("avatars.avatar", user_id=user_id) == expected


def test_what_the_path_does_not_take_goes_into_the_query(world: World) -> None:
    address = address_of("invoices.verify", number="INV/26 27/1", code="a&b")
    assert address == "http://localhost:4000/api/v1/payments/verifyInvoice?number=INV/26+27/1&code=a%26b"


def test_every_endpoint_of_the_api_is_named_after_its_function(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "courses.index":
            blueprint, name = rule.endpoint.split(".")
            view = world.app.view_functions[rule.endpoint]
            handler = getattr(getattr(view, "__self__", None), "handler", view)
            assert (handler.__name__, blueprint in world.app.blueprints) == (name, True)
