"""Our operations by name: those of the API, and those that only these frontends need."""

from collections.abc import Callable
from functools import cache
from typing import Any

from lms import routes
from lms.errors import Refusal
from lms.http.api import parameters_of
from lms.http.operations import OPERATIONS, Handler, Operation
from lms.middlewares.auth import Permission
from lms.middlewares.limits import Limit

OWN: dict[str, Operation] = {}
"""Operations that the API has no address for."""


def own(
    *, allow: Permission, refusals: tuple[type[Refusal], ...] = (), limits: tuple[Limit, ...] = ()
) -> Callable[[Handler], Handler]:
    """Declare an operation without an address, called `studynotion.` and its function's name."""

    def declare(handler: Handler) -> Handler:
        name = f"studynotion.{handler.__name__}"
        OWN[name] = Operation(
            endpoint=name,
            method="POST",
            path=f"/{name}",
            tag="studynotion",
            handler=handler,
            parameters=parameters_of(handler),
            allow=allow,
            limits=limits,
            refusals=refusals,
        )
        return handler

    return declare


def operation_of(name: str) -> Operation:
    """The operation that `url_for` knows by this name; raises KeyError."""
    return OWN.get(name) or _routed()[name]


@cache
def _routed() -> dict[str, Any]:
    assert routes.RESOURCES, "Importing them declares what they have."
    return {operation.endpoint: operation for operation in OPERATIONS}
