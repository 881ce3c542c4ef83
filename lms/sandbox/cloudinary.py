"""A stand-in for Cloudinary's HTTP: keeps uploads under the instance directory and checks the SDK's signatures."""

import hmac
import time
from pathlib import Path
from typing import Any

from cloudinary.utils import api_sign_request
from flask import Blueprint, Response, current_app, jsonify, request, send_file
from werkzeug.utils import secure_filename

from lms.services.cloudinary import SANDBOX

bp = Blueprint("sandbox_cloudinary", __name__, url_prefix="/sandbox/cloudinary")

UNSIGNED = {"file", "cloud_name", "resource_type", "api_key", "signature"}
DEMO_VIDEO = Path(__file__).with_name("demo.mp4")
UPLOAD_BYTES = 12 * 1024 * 1024


def _file_of(kind: str, public_id: str) -> Path:
    name = "__".join(secure_filename(part) for part in public_id.split("/"))
    return Path(current_app.config["SETTINGS"].instance_dir).absolute() / "media" / kind / name


def _signed(parameters: dict[str, Any]) -> bool:
    """Whether the signature is the one the secret gives (Cloudinary, "Generating authentication signatures")."""
    signed = {name: value for name, value in parameters.items() if name not in UNSIGNED and value != ""}
    given = parameters.get("signature", "").encode()
    return any(
        hmac.compare_digest(api_sign_request(signed, SANDBOX["api_secret"], signature_version=version).encode(), given)
        for version in (1, 2)
    )


def _refused(sentence: str, status: int) -> tuple[Response, int]:
    return jsonify({"error": {"message": sentence}}), status


@bp.post("/v1_1/<cloud>/image/upload")
def upload(cloud: str) -> Any:
    """Keep a signed upload and answer as Cloudinary does."""
    request.max_content_length = UPLOAD_BYTES
    fields = request.form.to_dict()
    if fields.get("api_key") != SANDBOX["api_key"] or not _signed(fields):
        return _refused("Invalid Signature", 401)
    file, public_id = _file_of("image", fields["public_id"]), fields["public_id"]
    file.parent.mkdir(parents=True, exist_ok=True)
    request.files["file"].save(file)
    version = int(time.time())
    base = current_app.config["SETTINGS"].base_url
    url = f"{base}/sandbox/cloudinary/{cloud}/image/upload/v{version}/{public_id}.webp"
    return jsonify({"public_id": public_id, "version": version, "bytes": file.stat().st_size, "secure_url": url})


@bp.get("/<cloud>/image/upload/<version>/<path:public_id>.webp")
def image(cloud: str, version: str, public_id: str) -> Any:
    file = _file_of("image", public_id)
    return send_file(file, "image/webp") if file.is_file() else _refused("Resource not found", 404)


@bp.get("/v1_1/<cloud>/video/download")
def video(cloud: str) -> Any:
    """Play a video to who holds a signature that has not expired, whole or by HTTP Range."""
    parameters = request.args.to_dict()
    if not _signed(parameters):
        return _refused("Invalid Signature", 401)
    if int(parameters.get("expires_at", "0")) < time.time():
        return _refused("Link has expired", 401)
    file = _file_of("video", parameters["public_id"])
    return send_file(file if file.is_file() else DEMO_VIDEO, "video/mp4", conditional=True)
