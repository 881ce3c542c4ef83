"""/profile/avatar: pictures of those who have uploaded none."""

from bson import ObjectId
from flask import Blueprint, Response, request

from lms.controllers.accounts import profiles
from lms.http import arguments
from lms.http.api import API_PREFIX
from lms.services.system import page_store

bp = Blueprint("avatars", __name__, url_prefix=f"{API_PREFIX}/profile/avatar")

HEADERS = {"Cache-Control": "public, no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}


@bp.get("/<id:user_id>")
def avatar(user_id: ObjectId | str) -> Response:
    """The user's initials as an SVG, which frontends on other origins may show."""
    page = page_store.get_or_compute(request.path, lambda: profiles.avatar(arguments.path_id(user_id)))
    response = Response(page.body, mimetype="image/svg+xml", headers={**HEADERS, "ETag": page.etag})
    response.make_conditional(request)
    return response
