"""Where a request comes from, believing forwarding headers only of trusted proxies."""

from collections.abc import Sequence
from ipaddress import ip_address

from flask import Request, current_app, g, request

from config import Network
from lms.models.sessions import Client


def _trusted(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def forwarded_for(peer: str, header: str, networks: Sequence[Network]) -> str:
    """The nearest address that is not a trusted proxy's, reading `X-Forwarded-For` from its right end."""
    hops = [hop.strip() for hop in header.split(",") if hop.strip()]
    address = peer
    while hops and _trusted(address, networks):
        address = hops.pop()
    return address


def of(incoming: Request) -> str:
    peer = incoming.remote_addr or ""
    networks = current_app.config["SETTINGS"].trusted_proxies
    if not networks:
        return peer
    return forwarded_for(peer, incoming.headers.get("X-Forwarded-For", ""), networks)


def client() -> Client:
    """The present request's address and device."""
    if "client" not in g:
        g.client = Client(of(request), request.headers.get("User-Agent", ""))
    found: Client = g.client
    return found
