"""The URLs of the API, each with what its endpoint declares."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint

from lms.http.operations import OPERATIONS, Handler, Operation
from lms.http.workable import require_workable
from lms.middlewares.auth import Permission
from lms.middlewares.limits import Limit

API_PREFIX = "/api/v1"
CONVERTER = re.compile(r"(?<=<)\w+:")
"""What the paths of operations leave out: `<id:course_id>` is `<course_id>` there."""


class Api:
    """A resource's URLs; every endpoint on it states its permission."""

    def __init__(self, name: str, prefix: str, tag: str | None = None) -> None:
        self.tag, self.prefix = tag or name, API_PREFIX + prefix
        self.blueprint = Blueprint(name, __name__, url_prefix=self.prefix)

    def get(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._endpoint("GET", path, **declared)

    def post(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._endpoint("POST", path, **declared)

    def put(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._endpoint("PUT", path, **declared)

    def delete(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._endpoint("DELETE", path, **declared)

    def _endpoint(
        self,
        method: str,
        path: str,
        *,
        allow: Permission,
        limits: tuple[Limit, ...] = (),
        name: str | None = None,
        **declared: Any,
    ) -> Callable[[Handler], Handler]:
        """Declare an endpoint, called after its function or `name`; raises TypeError when it could not work."""

        def declare(handler: Handler) -> Handler:
            own_name = name or handler.__name__
            operation = Operation(
                endpoint=f"{self.blueprint.name}.{own_name}",
                method=method,
                path=CONVERTER.sub("", self.prefix + path),
                tag=self.tag,
                handler=handler,
                parameters=parameters_of(handler),
                allow=allow,
                limits=limits,
                **declared,
            )
            require_workable(operation)
            OPERATIONS.append(operation)
            for each in (path, "") if path == "/" else (path,):  # the map answers 404, not 405, one slash less
                self.blueprint.add_url_rule(each, own_name, operation.view, methods=[method])
            return handler

        return declare


def parameters_of(handler: Handler) -> dict[str, Any]:
    """What a handler takes, by its annotations."""
    signature = inspect.signature(handler, eval_str=True)
    return {name: each.annotation for name, each in signature.parameters.items()}
