"""Where a request comes from, believing forwarding headers only of trusted proxies."""

from collections.abc import Sequence
from ipaddress import ip_address

from flask import request

from lms.middlewares import devices
from lms.models.accounts.sessions import Client
from lms.schemas.system.setting_types import Network

ADDRESS_KEY = "lms.client_address"
"""Where in the WSGI environment the client's address is kept."""


def forwarded_for(peer: str, header: str, networks: Sequence[Network]) -> str:
    """The nearest address that is not a trusted proxy's, reading `X-Forwarded-For` from its right end."""
    if not networks:
        return peer
    hops = [hop.strip() for hop in header.split(",") if hop.strip()]
    address = peer
    while hops and _trusted(address, networks):
        hop = _without_port(hops.pop())
        if hop is None:
            break
        address = hop
    return address


def _without_port(hop: str) -> str | None:
    """The address of a hop, which some proxies write with a port; none when it is no address."""
    bare = hop.removeprefix("[").partition("]")[0] if hop.startswith("[") else hop
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare))
    except ValueError:
        return None


def _trusted(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def client() -> Client:
    """The present request's address, device and what it shows to be known by."""
    return Client(request.environ[ADDRESS_KEY], request.headers.get("User-Agent", ""), devices.shown())
