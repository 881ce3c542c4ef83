"""Addresses of our endpoints as browsers reach them, inside a request and outside."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from lms.extensions import current_settings


def address_of(endpoint: str, **values: Any) -> str:
    """The absolute address of the endpoint of that name; what its path does not take goes into the query."""
    base = urlsplit(current_settings().base_url)
    urls = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return urls.build(endpoint, values, force_external=True)


def in_pipelines() -> dict[str, str]:
    """What `$$base`, our own address, and `$$avatars`, where drawn pictures lie, stand for in aggregations."""
    return {"base": current_settings().base_url, "avatars": address_of("avatars.avatar", user_id="")}
