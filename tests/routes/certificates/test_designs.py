import io
from typing import Any

import pypdf
from PIL import Image

from lms.models.certificates.certificate_designs import certificate_designs
from tests.world import MadeCourse, Person, World, faults, refused

DESIGN = {"enabled": True, "title": "Diploma", "criteria": "All lessons were watched.", "revision": 0}


def address(course: MadeCourse, what: str = "") -> str:
    return f"/certificates/design/{course.id}{what}"


def signature(colour: str = "#000080") -> Any:
    stream = io.BytesIO()
    Image.new("RGBA", (300, 100), colour).save(stream, "PNG")
    return {"signature": (io.BytesIO(stream.getvalue()), "hand.png")}


def test_a_course_gives_no_certificates_until_its_owner_says_so(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    found = world.get(address(course), by=teacher).json["data"]
    assert (found["enabled"], found["title"], found["revision"]) == (False, "Certificate of completion", 0)


def test_a_design_is_written_by_who_has_seen_the_last_one(world: World, teacher: Person, course: MadeCourse) -> None:
    written = world.put(address(course), {**DESIGN, "validMonths": 24}, by=teacher)
    assert (written.json["data"]["title"], written.json["data"]["validMonths"]) == ("Diploma", 24)
    assert refused(world.put(address(course), DESIGN, by=teacher)) == (409, "changed_meanwhile")
    again = world.put(address(course), {**DESIGN, "revision": 1}, by=teacher).json["data"]
    assert (again["revision"], again["validMonths"]) == (2, None)


def test_what_is_too_long_is_refused(world: World, teacher: Person, course: MadeCourse) -> None:
    form = {**DESIGN, "title": "x" * 121, "criteria": "x" * 2001, "validMonths": 0, "signatoryName": "x" * 121}
    assert faults(world.put(address(course), form, by=teacher)) == {"title", "criteria", "validMonths", "signatoryName"}


def test_the_preview_is_a_specimen_and_carries_nothing(world: World, teacher: Person, course: MadeCourse) -> None:
    world.put(address(course), {**DESIGN, "signatoryName": "Meera Iyer", "validMonths": 12}, by=teacher)
    answer = world.get(address(course, "/preview"), by=teacher)
    read = pypdf.PdfReader(io.BytesIO(answer.data))
    text = read.pages[0].extract_text()
    assert all(word in text for word in ("SPECIMEN", "Diploma", "Meera Iyer", "valid until"))
    assert not read.attachments


def test_a_signature_is_written_anew_and_taken_off_again(world: World, teacher: Person, course: MadeCourse) -> None:
    signed = world.put(address(course, "/signature"), by=teacher, data=signature())
    assert signed.json["data"]["hasSignature"] is True
    kept = certificate_designs.of_course(course.id)["signature"]
    assert Image.open(io.BytesIO(kept)).size == (600, 200)
    with_hand = world.get(address(course, "/preview"), by=teacher).data
    assert world.put(address(course, "/signature"), by=teacher).json["data"]["hasSignature"] is False
    assert len(with_hand) > len(world.get(address(course, "/preview"), by=teacher).data)


def test_what_is_no_picture_is_no_signature(world: World, teacher: Person, course: MadeCourse) -> None:
    words = {"signature": (io.BytesIO(b"Meera Iyer"), "hand.png")}
    assert refused(world.put(address(course, "/signature"), by=teacher, data=words)) == (415, "not_an_image")
    large = {"signature": (io.BytesIO(b"x" * (4 * 1024 * 1024)), "hand.png")}
    assert refused(world.put(address(course, "/signature"), by=teacher, data=large)) == (413, "too_large")
