import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator
from pyld.jsonld import JsonLdError

from lms.services.certificates import codes, credentials, open_badges, signing_keys
from lms.services.certificates.credentials import Signer
from lms.services.certificates.open_badges import Achieved, Issuer
from tests.credentials import KEY, NEXT_KEY, Unverified, is_set, verify

SCHEMAS = Path(__file__).parents[2] / "data" / "open-badges-3.0"
MOMENT = datetime(2026, 11, 27, 6, 30, 15)
ISSUER = Issuer("learn.school.example", "https://learn.school.example", "The School")
ASHA = Achieved(
    code="ABCDEFGHJKMN",
    recipient="अशा राव",
    email_hash=open_badges.email_hash("asha@example.com", "salt"),
    email_salt="salt",
    course_id="65f1c0ffee65f1c0ffee65f1",
    course="Knots & “ropes”",
    about="All about them.",
    criteria="Every lesson was completed.",
    completed_at=MOMENT,
    valid_from=MOMENT,
    valid_until=MOMENT + timedelta(days=365),
    list=1,
    index=4711,
)
[FIRST, SECOND] = signing_keys.read([KEY, NEXT_KEY])
SIGNER = Signer(FIRST, "key-2026-1")
DID = open_badges.did_document(ISSUER.did, [("key-2026-1", FIRST.multibase, True)])


def signed(facts: Achieved = ASHA) -> bytes:
    return credentials.sign(open_badges.credential(ISSUER, facts), SIGNER, ISSUER, MOMENT)


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(signed())


def schema(name: str) -> Draft201909Validator:
    return Draft201909Validator(json.loads((SCHEMAS / f"ob_v3p0_{name}_schema.json").read_text()))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something is said."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        yield from leaves(part, (*path, name))
    if not isinstance(value, dict | list):
        yield path


def changed(document: Any, path: tuple[Any, ...]) -> Any:
    """The document with another word there."""
    made = copy.deepcopy(document)
    *way, last = path
    place = made
    for name in way:
        place = place[name]
    place[last] = not place[last] if isinstance(place[last], bool) else f"{place[last]}1"
    return made


@pytest.mark.parametrize("facts", [ASHA, replace(ASHA, valid_until=None)])
def test_it_is_a_badge_by_the_official_schema(facts: Achieved) -> None:
    assert list(schema("achievementcredential").iter_errors(json.loads(signed(facts)))) == []


def test_the_school_has_a_profile_by_the_official_schema() -> None:
    assert list(schema("profile").iter_errors(open_badges.profile(ISSUER))) == []


def test_another_verifier_believes_it(document: Any) -> None:
    verify(document, DID)


def test_signing_it_again_gives_the_same_bytes() -> None:
    assert signed() == signed()


def test_nothing_in_it_can_be_changed(document: Any) -> None:
    """Every single word is covered by the signature."""
    places = list(leaves(document))
    assert len(places) >= 40
    for path in places:
        with pytest.raises((Unverified, JsonLdError, KeyError, ValueError)):
            verify(changed(document, path), DID)


@pytest.mark.parametrize("more", [{"evidence": "more"}, {"description": "Best of all"}, {"holder": "Ravi"}])
def test_nothing_can_be_added(document: Any, more: dict[str, str]) -> None:
    with pytest.raises(Unverified):
        verify({**document, **more}, DID)


def test_another_key_is_not_believed(document: Any) -> None:
    with pytest.raises(Unverified, match="something else"):
        verify(document, open_badges.did_document(ISSUER.did, [("key-2026-1", SECOND.multibase, True)]))
    with pytest.raises(Unverified, match="no such key"):
        verify(document, open_badges.did_document(ISSUER.did, [("key-2026-1", FIRST.multibase, False)]))


def test_a_list_says_it_of_one_certificate_and_no_other(document: Any) -> None:
    until = MOMENT + timedelta(hours=48)
    listed = credentials.status_list(ISSUER, 1, [4711], MOMENT, until)
    made = credentials.sign(listed, SIGNER, ISSUER, MOMENT)
    found = json.loads(made)
    assert is_set(document, found, DID)
    assert credentials.indices_of(made) == {4711}
    other = json.loads(signed(replace(ASHA, index=4712)))
    assert not is_set(other, found, DID)
    assert found["validUntil"] == "2026-11-29T06:30:15Z"
    with pytest.raises(Unverified):
        is_set(document, {**found, "validUntil": "2027-11-29T06:30:15Z"}, DID)


def test_a_mailbox_is_recognised_by_who_knows_it(document: Any) -> None:
    [name, mailbox] = document["credentialSubject"]["identifier"]
    assert name["identityHash"] == "अशा राव"
    assert mailbox["identityHash"] == open_badges.email_hash("asha@example.com", mailbox["salt"])
    assert "asha@example.com" not in json.dumps(document)


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("https://learn.school.example", "learn.school.example"),
        ("http://localhost:4000", "localhost%3A4000"),
        ("https://school.example/learn/", "school.example:learn"),
    ],
)
def test_the_name_of_the_issuer_follows_from_its_address(base: str, host: str) -> None:
    assert open_badges.host_of(base) == host


def test_keys_come_as_text_or_as_files(tmp_path: Path) -> None:
    (tmp_path / "both.pem").write_text(KEY + NEXT_KEY)
    (tmp_path / "one.pem").write_text(NEXT_KEY)
    files = signing_keys.split(f"{tmp_path}/both.pem, {tmp_path}/one.pem")
    assert [each.multibase for each in signing_keys.read(files)] == [FIRST.multibase, *[SECOND.multibase] * 2]
    inline = signing_keys.split((KEY + NEXT_KEY).replace("\n", "\\n"))
    assert [each.multibase for each in signing_keys.read(inline)] == [FIRST.multibase, SECOND.multibase]
    assert "PRIVATE" not in repr(FIRST)
    (tmp_path / "one.pem").write_text("nothing")
    with pytest.raises(signing_keys.KeysUnusable, match="no key in PEM"):
        signing_keys.read(files)


def test_a_code_is_read_however_it_is_typed() -> None:
    code = codes.new()
    assert codes.read(f" {codes.shown(code).lower()} ") == code
    assert codes.read("oI1l-0OIL-abcd") == "01110011ABCD"
    assert codes.shown("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
    for wrong in ("", "ABCDEFGHJKM", "ABCDEFGHJKMNP", "UBCDEFGHJKMN", "ABCDEFGHJKM€"):
        assert codes.read(wrong) is None
    assert len({codes.new() for _ in range(1000)}) == 1000
