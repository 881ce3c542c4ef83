"""Files at the store: who may put what there, what is believed of it, how it is handed out."""

import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lms.controllers.authoring import media as controller
from lms.controllers.authoring.unused_media import sweep
from lms.errors import FileMismatch, TooLarge
from lms.models.accounts.sessions import Caller
from lms.models.authoring.media import Medium, media
from lms.services.authoring import cloudinary
from tests.sandbox.media import MEGABYTE, VIDEO, picture
from tests.services.authoring.files import DOCX, HTML, PDF
from tests.uploads import SIGN, Store, http, put_file, put_video, send, sign
from tests.world import MadeCourse, Person, World, refused


def confirm(by: Person, public_id: str, role: Any = "student") -> Medium | None:
    return controller.uploaded(Caller(by.id, role, by.id), public_id, "file")


def asked(world: World, by: Person, name: str, size: int = 1, kind: str = "file") -> Any:
    return world.post(SIGN, {"kind": kind, "filename": name, "bytes": size}, by=by)


class TestWhoMayUpload:
    def test_teachers_and_who_attends_a_course(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse
    ) -> None:
        assert asked(world, teacher, "a.pdf").status_code == 200
        assert refused(asked(world, learner, "a.pdf")) == (403, "not_enrolled")
        world.enroll(learner, course)
        assert asked(world, learner, "a.pdf").status_code == 200

    def test_no_learner_uploads_films_or_pictures(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.enroll(learner, course)
        assert refused(asked(world, learner, "a.mp4", kind="video")) == (403, "forbidden")
        assert refused(asked(world, learner, "a.png", kind="image")) == (403, "forbidden")


class TestSigning:
    @pytest.mark.parametrize("name", ["a.pdf", "A.DOCX", "a.b.py", "data.ipynb", "x.zip"])
    def test_takes_documents_to_their_limit(self, world: World, teacher: Person, name: str) -> None:
        assert asked(world, teacher, name, 50 * MEGABYTE).status_code == 200
        assert refused(asked(world, teacher, name, 50 * MEGABYTE + 1)) == (413, "too_large")

    @pytest.mark.parametrize("name", ["a.pdf.exe", "a.exe", "pdf", "a.html", "a.svg", "a.docm", "a.", ".pdf"])
    def test_refuses_other_extensions(self, world: World, teacher: Person, name: str) -> None:
        assert refused(asked(world, teacher, name)) == (415, "unsupported_file")
        assert media.count({}) == 0

    def test_tells_nobody_who_uploads(self, world: World, teacher: Person) -> None:
        public_id = sign(world, teacher, "file", "../My work.PDF")["publicId"]
        assert public_id.startswith("lms/files/")
        assert public_id.endswith(".pdf")
        medium = media.get({"_id": public_id})
        assert medium is not None
        assert medium["name"] == "My work.PDF"

    def test_goes_on_with_one_that_is_under_way(self, world: World, store: Store, teacher: Person) -> None:
        signed = sign(world, teacher, "file")
        assert sign(world, teacher, "file", publicId=signed["publicId"])["publicId"] == signed["publicId"]


class TestAFile:
    def test_is_kept_with_its_digest_and_handed_out_for_minutes_to_be_saved(
        self, world: World, store: Store, teacher: Person
    ) -> None:
        public_id = put_file(world, teacher, PDF)
        medium = confirm(teacher, public_id)
        assert medium is not None
        facts = (medium["state"], medium["bytes"], medium["format"], medium["url"], medium["sha256"])
        assert facts == ("stored", len(PDF), "pdf", None, hashlib.sha256(PDF).hexdigest())
        address = cloudinary.file_address(public_id)
        answer = http.request("GET", address)
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"] == f"attachment; filename={public_id.rpartition('/')[2]}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        query = parse_qs(urlsplit(address).query)
        assert 290 <= int(query["expires_at"][0]) - int(query["timestamp"][0]) <= 300
        assert http.request("GET", address.replace("attachment=1", "attachment=0")).status == 401

    def test_that_is_large_is_looked_into_by_parts(self, world: World, store: Store, teacher: Person) -> None:
        medium = confirm(teacher, put_file(world, teacher, b"\0" * (2 * MEGABYTE) + DOCX, "a.docx"))
        assert medium is not None
        assert "sha256" not in medium

    @pytest.mark.parametrize(
        ("name", "content"), [("a.pdf", HTML), ("a.pdf", b"MZ\x90\0"), ("a.docx", PDF), ("a.txt", b"\0")]
    )
    def test_that_lies_is_refused_and_removed(
        self, world: World, store: Store, teacher: Person, name: str, content: bytes
    ) -> None:
        public_id = put_file(world, teacher, content, name)
        with pytest.raises(FileMismatch):
            confirm(teacher, public_id)
        world.run_jobs()
        assert store.files() == []

    def test_sent_as_another_kind_is_refused(self, world: World, store: Store, teacher: Person) -> None:
        assert confirm(teacher, put_video(world, teacher, VIDEO)) is None
        signed = sign(world, teacher, "file", "a.png")
        assert send(signed, picture(), url=signed["uploadUrl"].replace("/raw/", "/image/"))[0] == 200
        with pytest.raises(FileMismatch):
            confirm(teacher, signed["publicId"])

    def test_about_its_size_is_removed(
        self, world: World, store: Store, teacher: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(controller.MOST_BYTES, "file", len(PDF) - 1)
        signed = sign(world, teacher, "file", size=1)
        assert send(signed, PDF)[0] == 200
        with pytest.raises(TooLarge):
            confirm(teacher, signed["publicId"])

    def test_is_for_its_uploader(self, world: World, store: Store, teacher: Person, learner: Person) -> None:
        assert confirm(learner, put_file(world, teacher, PDF)) is None

    def test_that_nothing_refers_to_is_swept(self, world: World, store: Store, teacher: Person) -> None:
        public_id = put_file(world, teacher, PDF)
        confirm(teacher, public_id)
        media.update_many({}, [{"$set": {"createdAt": {"$subtract": ["$createdAt", 25 * 3_600_000]}}}])
        sweep()
        world.run_jobs()
        assert (store.files(), media.count({"_id": public_id})) == ([], 0)
