import http.client
import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from cloudinary import uploader
from cloudinary.exceptions import AuthorizationRequired, BadRequest

from tests.sandbox.conftest import Store, told
from tests.sandbox.media import MEGABYTE, SVG, VIDEO, picture
from tests.world import World, at_once

VIDEOS = {"resource_type": "video", "type": "authenticated"}


def upload(store: Store, content: bytes, public_id: str = "lms/x", **options: Any) -> dict[str, Any]:
    return told(uploader.upload(content, **{"public_id": public_id, **store.account, **options}))


def signed_at(store: Store, moment: float, action: str = "upload", **options: Any) -> dict[str, Any]:
    parameters = {"public_id": "lms/x", "timestamp": int(moment)}
    answer: dict[str, Any] = uploader.call_api(action, parameters, **options, **store.account)
    return answer


class TestPictures:
    def test_are_answered_with_their_facts(self, store: Store) -> None:
        content, before = picture(size=(40, 30)), int(time.time())
        answer = upload(store, content, "lms/a picture")
        assert before <= answer["version"] <= time.time()
        address = f"{store.address}/sandbox/cloudinary/sandbox/image/upload/v{answer['version']}/lms/a%20picture.png"
        assert {name: answer[name] for name in answer if name not in {"version", "created_at"}} == {
            "public_id": "lms/a picture",
            "resource_type": "image",
            "type": "upload",
            "format": "png",
            "bytes": len(content),
            "width": 40,
            "height": 30,
            "url": address,
            "secure_url": address,
        }
        assert answer["created_at"].startswith(time.strftime("%Y-%m-", time.gmtime()))

    @pytest.mark.parametrize(("given", "format"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")])
    def test_of_every_kind_are_public(self, store: Store, given: str, format: str) -> None:
        answer = upload(store, picture(given))
        assert answer["format"] == format
        with urlopen(answer["secure_url"], timeout=5) as delivered:
            assert delivered.read() == picture(given)
            assert delivered.headers["Content-Type"] == f"image/{'jpeg' if format == 'jpg' else format}"
            assert delivered.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_go_by_the_format_they_are_asked_for_in(self, store: Store) -> None:
        answer = upload(store, picture(), format="webp")
        assert (answer["format"], answer["secure_url"][-5:]) == ("webp", ".webp")

    def test_without_a_name_are_given_one(self, store: Store) -> None:
        assert len(upload(store, picture(), public_id="")["public_id"]) == 16

    def test_cannot_leave_their_folder(self, store: Store) -> None:
        upload(store, picture(), "../../../outside")
        assert sorted(path.suffix for path in store.folder.glob("image/upload/*")) == ["", ".json"]
        assert not list(store.folder.parent.parent.rglob("*outside*"))

    def test_of_similar_names_are_kept_apart(self, store: Store) -> None:
        names = ["a/b", "a__b", "A/b", "é", "e", "a b"]
        addresses = [upload(store, picture(size=(5, place + 1)), name)["url"] for place, name in enumerate(names)]
        contents = [urlopen(address, timeout=5).read() for address in addresses]
        assert contents == [picture(size=(5, place + 1)) for place in range(len(names))]

    def test_that_were_not_uploaded_are_not_there(self, store: Store, world: World) -> None:
        answer = world.get("/sandbox/cloudinary/sandbox/image/upload/v1/lms/absent.webp")
        assert (answer.status_code, answer.json["error"]["message"]) == (404, "Resource not found - lms/absent")


class TestOtherKinds:
    @pytest.mark.parametrize("kind", ["private", "authenticated"])
    def test_pictures_that_are_not_public_have_no_public_address(self, store: Store, kind: str) -> None:
        answer = upload(store, picture(), type=kind)
        assert answer["type"] == kind
        for address in (answer["secure_url"], answer["secure_url"].replace(f"/{kind}/", "/upload/")):
            with pytest.raises(HTTPError, match="404"):
                urlopen(address, timeout=5)

    @pytest.mark.parametrize("kind", ["private", "authenticated"])
    def test_videos_that_are_not_public_have_no_public_address(self, store: Store, kind: str) -> None:
        answer = upload(store, VIDEO, resource_type="video", type=kind)
        facts = (answer["format"], answer["duration"], answer["bytes"], answer["resource_type"], answer["type"])
        assert facts == ("mp4", 20.0, len(VIDEO), "video", kind)
        for address in (answer["secure_url"], answer["secure_url"].replace(f"/{kind}/", "/upload/")):
            with pytest.raises(HTTPError, match="404"):
                urlopen(address, timeout=5)

    def test_raw_files_are_kept_as_they_are(self, store: Store) -> None:
        answer = upload(store, b"anything", resource_type="raw", type="authenticated")
        assert (answer["resource_type"], answer["bytes"], "format" in answer) == ("raw", 8, False)


class TestReplacing:
    def test_an_upload_replaces_the_one_before_under_a_new_version(self, store: Store) -> None:
        first, second = upload(store, picture("GIF")), upload(store, picture("PNG"))
        assert second["version"] > first["version"]
        assert urlopen(second["url"], timeout=5).read() == picture("PNG")
        assert len(store.files()) == 2

    def test_an_asset_that_may_not_be_overwritten_is_answered_as_it_is(self, store: Store) -> None:
        first = upload(store, VIDEO, overwrite=False, **VIDEOS)
        again = upload(store, VIDEO + bytes(4) + b"free", overwrite=False, **VIDEOS)
        assert "existing" not in first
        assert again == {**first, "existing": True}
        assert {path.stat().st_size for path in store.files() if not path.suffix} == {len(VIDEO)}

    def test_the_same_name_under_another_type_is_another_asset(self, store: Store) -> None:
        upload(store, picture())
        assert "existing" not in upload(store, picture(), type="private", overwrite=False)

    def test_uploads_at_once_leave_one_of_them_whole(self, store: Store) -> None:
        contents = [picture(format, (place, 9)) for place in range(1, 5) for format in ("GIF", "PNG")]
        at_once([lambda content=content: upload(store, content) for content in contents])  # type: ignore[misc]
        file, facts = sorted(store.files(), key=lambda path: path.suffix)
        told = json.loads(facts.read_text())
        assert file.read_bytes() == picture(told["format"], (told["width"], 9))
        assert told["bytes"] == file.stat().st_size

    def test_of_uploads_at_once_that_may_not_overwrite_one_is_first(self, store: Store) -> None:
        contents = [picture(size=(place, 9)) for place in range(1, 7)]
        calls = [lambda content=content: upload(store, content, overwrite=False) for content in contents]
        answers = at_once(calls)  # type: ignore[misc]
        assert sorted("existing" in answer for answer in answers) == [False] + 5 * [True]
        assert len({(answer["width"], answer["version"]) for answer in answers}) == 1


class TestRefusals:
    @pytest.fixture(autouse=True)
    def _keep_nothing(self, store: Store) -> Any:
        yield
        assert store.files() == []

    @pytest.mark.parametrize("change", [{"api_secret": "guessed"}, {"api_key": "another"}])
    def test_wrong_keys(self, store: Store, change: dict[str, str]) -> None:
        with pytest.raises(AuthorizationRequired):
            upload(store, picture(), **change)

    def test_a_signature_of_other_parameters(self, store: Store) -> None:
        signed = {"public_id": "lms/x", "timestamp": int(time.time()), "type": "authenticated"}
        sent = {**uploader.utils.sign_request(signed, store.account), "type": "upload"}
        with pytest.raises(AuthorizationRequired, match="Invalid Signature"):
            uploader.call_api("upload", sent, unsigned=True, file=picture(), **store.account)

    def test_a_signature_of_more_than_an_hour_ago(self, store: Store) -> None:
        with pytest.raises(BadRequest, match=r"Stale request - reported time is .* which is more than 1 hour ago"):
            signed_at(store, time.time() - 3605, file=picture())

    def test_a_signature_without_a_time(self, store: Store) -> None:
        with pytest.raises(BadRequest, match="Missing required parameter - timestamp"):
            uploader.call_api("upload", {"public_id": "lms/x"}, file=picture(), **store.account)

    def test_no_file(self, store: Store) -> None:
        with pytest.raises(BadRequest, match="Missing required parameter - file"):
            signed_at(store, time.time())

    @pytest.mark.parametrize("content", [picture(), SVG, b"\0", VIDEO[:200], b"<html>" + VIDEO])
    def test_what_is_no_video(self, store: Store, content: bytes) -> None:
        with pytest.raises(BadRequest, match="Unsupported video format or file"):
            upload(store, content, **VIDEOS)

    @pytest.mark.parametrize("content", [VIDEO, SVG, b"\0", picture()[:60], picture("BMP")])
    def test_what_is_no_picture(self, store: Store, content: bytes) -> None:
        with pytest.raises(BadRequest, match="Invalid image file"):
            upload(store, content)

    def test_formats_that_are_not_allowed(self, store: Store) -> None:
        with pytest.raises(BadRequest, match=r"^Video file format mp4 not allowed$"):
            upload(store, VIDEO, allowed_formats=["webm", "mkv"], **VIDEOS)
        with pytest.raises(BadRequest, match=r"^Image file format gif not allowed$"):
            upload(store, picture("GIF"), allowed_formats=["jpg", "png"])
        with pytest.raises(BadRequest, match=r"^Raw file format exe not allowed$"):
            upload(store, b"MZ", allowed_formats=["mp4"], resource_type="raw", filename="x.exe")

    def test_pictures_that_are_too_large(self, store: Store) -> None:
        with pytest.raises(BadRequest, match="Maximum image size is 25 Megapixels"):
            upload(store, picture(size=(5001, 5000)))
        with pytest.raises(BadRequest, match=r"File size too large. Got 10485761. Maximum is 10485760."):
            upload(store, picture().ljust(10 * MEGABYTE + 1, b"\0"))

    @pytest.mark.parametrize("change", [{"resource_type": "auto"}, {"type": "fetch"}, {"format": "html"}])
    def test_what_is_not_known(self, store: Store, change: dict[str, str]) -> None:
        with pytest.raises(BadRequest, match=r"Invalid (value|extension)"):
            upload(store, picture(), **change)

    def test_more_than_a_hundred_megabytes_at_once(self, store: Store) -> None:
        connection = http.client.HTTPConnection(urlsplit(store.address).netloc, timeout=5)
        kind = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(100 * MEGABYTE + 1)}
        connection.request("POST", "/sandbox/cloudinary/v1_1/sandbox/video/upload", headers=kind)
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)) == (413, {"error": {"message": "Request entity too large"}})
        connection.close()


def test_a_signature_of_almost_an_hour_ago_is_taken(store: Store) -> None:
    assert signed_at(store, time.time() - 3590, file=picture())["format"] == "png"


def test_formats_that_are_allowed_are_taken(store: Store) -> None:
    assert upload(store, VIDEO, allowed_formats=["webm", "mp4"], **VIDEOS)["format"] == "mp4"
    assert upload(store, picture("JPEG"), allowed_formats=["png", "jpg"])["format"] == "jpg"


def test_the_first_version_of_the_signature_is_taken(store: Store) -> None:
    assert upload(store, picture(), signature_version=1)["format"] == "png"


def test_a_browser_may_post_from_a_listed_origin(store: Store, world: World) -> None:
    origin, path = "http://localhost:3000", "/sandbox/cloudinary/v1_1/sandbox/video/upload"
    sent = {"content-range", "x-requested-with", "x-unique-upload-id"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": ",".join(sorted(sent))}
    preflight = world.request("OPTIONS", path, headers={"Origin": origin, **asked})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert sent <= set(preflight.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert world.request("POST", path, headers={"Origin": origin}).headers["Access-Control-Allow-Origin"] == origin
