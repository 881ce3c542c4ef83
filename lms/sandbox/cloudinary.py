"""A stand-in for the part of Cloudinary's HTTP that is used here: uploads, renaming, deletion, details, delivery.

Signatures are checked with the SDK's own functions; the refusals are worded and numbered as Cloudinary's.
"""

import hmac
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from cloudinary.utils import api_sign_request, random_public_id
from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.exceptions import RequestEntityTooLarge

from lms.extensions import current_settings
from lms.sandbox.assets import Asset, Assets, Chunk, Facts, Incoming, Name, Refused, facts_of, refuse_too_large
from lms.services.authoring.cloudinary import SANDBOX, lasting_address

bp = Blueprint("sandbox_cloudinary", __name__, url_prefix="/sandbox/cloudinary")

UNSIGNED = {"file", "cloud_name", "resource_type", "api_key", "signature"}
TYPES = ("upload", "private", "authenticated")
MIME_TYPES = {
    "image": {
        "jpg": "image/jpeg",
        **{name: f"image/{name}" for name in ("png", "webp", "gif", "heic", "avif")},
    },
    "video": {"mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska"},
    "raw": {},
}
REQUEST_BYTES = 100 * 1024**2
CHUNK_BYTES = 5 * 1024**2
SIGNED_SECONDS = 60 * 60
CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII)

DEMO_VIDEO = Path(__file__).with_name("demo.mp4")
DEMO_FOLDER = "demo/"


@bp.errorhandler(Refused)
def refused(error: Refused) -> tuple[Response, int]:
    return jsonify({"error": {"message": error.sentence}}), error.status


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> tuple[Response, int]:
    return refused(Refused("Request entity too large", 413))


@bp.post("/v1_1/<cloud>/<resource_type>/upload")
def upload(cloud: str, resource_type: str) -> Response:
    """Keep a signed upload, whole or the last of its chunks, or put a chunk by until the next one."""
    request.max_content_length = REQUEST_BYTES
    fields = _signed_form()
    name = _name(resource_type, fields.get("type"), fields.get("public_id") or random_public_id())
    sent = request.files.get("file")
    if sent is None:
        raise Refused("Missing required parameter - file")
    chunk = _chunk(sent.stream, resource_type)
    with _incoming().receive(sent.stream, chunk) as file:
        if chunk is not None and not chunk.last:
            _incoming().put_by(file, chunk)
            return jsonify({"done": False, "bytes": chunk.end, "kind": "upload", **vars(name)})
        facts = _allowed(facts_of(file, resource_type), resource_type, sent.filename or "", fields)
        overwrite = fields.get("overwrite") not in ("0", "false")
        asset, existing = _assets().keep(name, file, facts, overwrite)
    return jsonify({**_details(cloud, asset), **({"existing": True} if existing else {})})


@bp.post("/v1_1/<cloud>/<resource_type>/rename")
def rename(cloud: str, resource_type: str) -> Response:
    """Call an asset otherwise, or deliver it as another type from now on (Upload API, "Rename")."""
    fields = _signed_form()
    before = _name(resource_type, fields.get("type"), fields.get("from_public_id"))
    after = _name(resource_type, fields.get("to_type") or before.type, fields.get("to_public_id"))
    renamed = _assets().rename(before, after, overwrite=fields.get("overwrite") in ("1", "true"))
    return jsonify(_details(cloud, renamed))


@bp.post("/v1_1/<cloud>/<resource_type>/destroy")
def destroy(cloud: str, resource_type: str) -> Response:
    fields = _signed_form()
    found = _assets().remove(_name(resource_type, fields.get("type"), fields.get("public_id")))
    return jsonify({"result": "ok" if found else "not found"})


@bp.get("/v1_1/<cloud>/resources/<resource_type>/<type>/<path:public_id>")
def resource(cloud: str, resource_type: str, type: str, public_id: str) -> Response:
    """The facts of one asset for who holds the account's keys (Admin API, "Get details of a single resource")."""
    given = request.authorization
    key, secret = (given.username, given.password) if given is not None and given.type == "basic" else (None, None)
    if not _same(key, SANDBOX["api_key"]) & _same(secret, SANDBOX["api_secret"]):
        raise Refused("api_secret mismatch", 401)
    return jsonify(_details(cloud, _found(_name(resource_type, type, public_id))))


@bp.get("/v1_1/<cloud>/<resource_type>/download")
def download(cloud: str, resource_type: str) -> Response:
    """Deliver to who holds a signature that has not expired, whole or by HTTP Range."""
    query = request.args.to_dict()
    _check_signature(query)
    if _number(query, "expires_at") < time.time():
        raise Refused("Link has expired", 401)
    name = _name(resource_type, query.get("type"), query.get("public_id"))
    if resource_type == "video" and name.public_id.startswith(DEMO_FOLDER) and _assets().find(name) is None:
        return send_file(DEMO_VIDEO, "video/mp4", conditional=True)
    return _delivered(_found(name), to_save=query.get("attachment") in ("1", "true"))


@bp.get("/<cloud>/<any(image, video):resource_type>/upload/v<int:version>/<path:file_name>")
def public_file(cloud: str, resource_type: str, version: int, file_name: str) -> Response:
    """Deliver a public picture or video; as Cloudinary does, the newest version whichever is named."""
    public_id, _, format = file_name.rpartition(".")
    asset = _found(Name(resource_type, "upload", public_id))
    if asset.facts["format"] != format:
        raise Refused(f"Resource not found - {file_name}", 404)
    response = _delivered(asset)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/<cloud>/video/authenticated/<signature>/v1/<path:file_name>")
def signed_video(cloud: str, signature: str, file_name: str) -> Response:
    """Deliver a video to whoever has its signed address, which never ends."""
    public_id, _, format = file_name.rpartition(".")
    if not request.base_url.endswith(urlsplit(lasting_address(public_id, format)).path):
        raise Refused("Invalid Signature", 401)
    name = Name("video", "authenticated", public_id)
    if public_id.startswith(DEMO_FOLDER) and _assets().find(name) is None:
        return send_file(DEMO_VIDEO, "video/mp4", conditional=True)
    return _delivered(_found(name))


def _signed_form() -> dict[str, str]:
    """The fields of a form that was signed with the account's secret within the last hour."""
    fields = request.form.to_dict()
    _check_signature(fields)
    signed_at = _number(fields, "timestamp")
    if signed_at < time.time() - SIGNED_SECONDS:
        moment = datetime.fromtimestamp(signed_at, UTC)
        raise Refused(
            f"Stale request - reported time is {moment:%Y-%m-%d %H:%M:%S} +0000 which is more than 1 hour ago"
        )
    return fields


def _check_signature(parameters: dict[str, str]) -> None:
    """Refuse a signature other than the secret gives (Cloudinary, "Generating authentication signatures")."""
    if parameters.get("api_key") != SANDBOX["api_key"]:
        raise Refused("Unknown API key", 401)
    signed = {name: value for name, value in parameters.items() if name not in UNSIGNED and value != ""}
    ours = [api_sign_request(signed, SANDBOX["api_secret"], signature_version=version) for version in (1, 2)]
    if not any(_same(parameters.get("signature"), signature) for signature in ours):
        raise Refused("Invalid Signature", 401)


def _same(given: str | None, ours: str) -> bool:
    return hmac.compare_digest((given or "").encode(), ours.encode())


def _number(parameters: dict[str, str], field: str) -> int:
    value = parameters.get(field, "")
    if re.fullmatch(r"\d{1,12}", value, re.ASCII) is None:
        raise Refused(
            f"Invalid value {value} for parameter {field}" if value else f"Missing required parameter - {field}"
        )
    return int(value)


def _name(resource_type: str, type: str | None, public_id: str | None) -> Name:
    if resource_type not in MIME_TYPES:
        raise Refused(f"Invalid value {resource_type} for parameter resource_type")
    if (type or TYPES[0]) not in TYPES:
        raise Refused(f"Invalid value {type} for parameter type")
    if not public_id:
        raise Refused("Missing required parameter - public_id")
    return Name(resource_type, type or TYPES[0], public_id)


def _chunk(content: IO[bytes], resource_type: str) -> Chunk | None:
    """What the headers call this request's part of a file; none when the file came whole."""
    given = request.headers.get("Content-Range")
    if given is None:
        return None
    upload_id, found = request.headers.get("X-Unique-Upload-Id"), CONTENT_RANGE.fullmatch(given)
    if not upload_id or found is None:
        raise Refused("Invalid Content-Range or X-Unique-Upload-Id header")
    first, last, total = map(int, found.groups())
    chunk, size = Chunk(upload_id, first, last + 1, total), _size(content)
    if chunk.end - chunk.start != size or chunk.end > total:
        raise Refused(f"Content-Range {given} does not fit the {size} bytes of the chunk")
    refuse_too_large(total, resource_type)
    if not chunk.last and size < CHUNK_BYTES:
        raise Refused("All parts except EOF-chunk must be larger than 5mb")
    return chunk


def _size(content: IO[bytes]) -> int:
    size = content.seek(0, 2)
    content.seek(0)
    return size


def _allowed(facts: Facts, resource_type: str, file_name: str, fields: dict[str, str]) -> Facts:
    """The facts, going by the format asked for, in name only; a raw file has none, but its extension is looked at."""
    allowed = [name.strip().lower() for name in fields.get("allowed_formats", "").split(",") if name]
    recognised = facts.get("format") or Path(file_name).suffix.lower().removeprefix(".")
    if allowed and recognised not in allowed:
        raise Refused(f"{resource_type.title()} file format {recognised} not allowed")
    if resource_type == "raw":
        return facts
    asked = fields.get("format") or recognised
    if asked not in MIME_TYPES[resource_type]:
        raise Refused(f"Invalid extension in transformation: {asked}")
    return {**facts, "format": asked}


def _details(cloud: str, asset: Asset) -> dict[str, Any]:
    facts = asset.facts
    extension = f".{facts['format']}" if "format" in facts else ""
    path = f"{facts['resource_type']}/{facts['type']}/v{facts['version']}/{quote(facts['public_id'])}{extension}"
    url = f"{current_settings().base_url}{bp.url_prefix}/{cloud}/{path}"
    return {**facts, "url": url, "secure_url": url}


def _found(name: Name) -> Asset:
    asset = _assets().find(name)
    if asset is None:
        raise Refused(f"Resource not found - {name.public_id}", 404)
    return asset


def _delivered(asset: Asset, to_save: bool = False) -> Response:
    """The file; one that is to be saved has the name that its public id ends with."""
    mime_type = MIME_TYPES[asset.facts["resource_type"]].get(asset.facts.get("format", ""), "application/octet-stream")
    name = asset.facts["public_id"].rpartition("/")[2]
    return send_file(asset.file, mime_type, as_attachment=to_save, download_name=name, conditional=True)


def _assets() -> Assets:
    return Assets(_folder())


def _incoming() -> Incoming:
    return Incoming(_folder() / "incoming")


def _folder() -> Path:
    return Path(current_settings().instance_dir).absolute() / "media"
