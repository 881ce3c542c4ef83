"""Where mails go whose domain is not written in ASCII."""

import pytest
from flask_mail import Message

from lms.services.system import mailer
from tests.world import World


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("a@straße.de", "a@xn--strae-oqa.de"),
        ("a@strasse.de", "a@strasse.de"),
        ("a@faß.example", "a@xn--fa-hia.example"),
        ("a@βόλος.com", "a@xn--nxasmm1c.com"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("School <post@straße.de>", "School <post@xn--strae-oqa.de>"),
        ("School <post@example.com>", "School <post@example.com>"),
    ],
)
def test_domains_are_those_of_idna_2008(address: str, reached: str) -> None:
    assert mailer.in_ascii(address) == reached


def test_no_mail_for_one_domain_reaches_another(world: World) -> None:
    mailer.send(Message("Hello", ["a@straße.de"], "Text", sender="Straße <post@straße.de>"))
    (received,) = world.inbox.messages
    assert received.to == "a@xn--strae-oqa.de"


def test_a_code_goes_where_it_was_asked_for(world: World) -> None:
    for address in ("asha@straße.de", "asha@xn--strae-oqa.de", "asha@strasse.de"):
        world.post("/auth/sendotp", {"email": address})
    world.run_jobs()
    assert sorted(mail.to for mail in world.inbox.messages) == ["asha@strasse.de", "asha@xn--strae-oqa.de"]
