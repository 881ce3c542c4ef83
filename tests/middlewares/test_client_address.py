from ipaddress import ip_network

import pytest

from lms.middlewares.client_address import forwarded_for

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1:4321", "1.1.1.1"),
        ("10.0.0.1", "[2001:db8::5]:4321", "2001:db8::5"),
        ("::1", "2001:db8::5", "2001:db8::5"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, header: str, address: str) -> None:
    assert forwarded_for(peer, header, PROXIES) == address


def test_nobody_is_believed_by_default() -> None:
    assert forwarded_for("10.0.0.1", "1.1.1.1", ()) == "10.0.0.1"
