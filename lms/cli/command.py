"""What every command has: its errors in a sentence, and its arguments checked as the API's are."""

from typing import Any

import click
from pydantic import TypeAdapter, ValidationError
from pymongo.errors import ConnectionFailure
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from lms.errors import Refusal
from lms.migrations import MigrationFailed
from lms.models.actors import OPERATOR, acting_as


class Command(click.Command):
    """A command that says in one sentence when a server it needs does not answer."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with acting_as(OPERATOR):
                return super().invoke(ctx)
        except (ConnectionFailure, RedisConnectionError, RedisTimeoutError) as error:
            raise click.ClickException(f"{NO_SERVER} ({str(error).split(',')[0][:200]})") from None
        except MigrationFailed as error:
            raise click.ClickException(str(error)) from None
        except Refusal as refusal:
            raise click.ClickException(" ".join([refusal.sentence, *(refusal.errors or {}).values()])) from None


NO_SERVER = "A server does not answer: start `make run` (with this INSTANCE_DIR), or set MONGODB_URL and REDIS_URL."


def valid(kind: Any, value: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        fault = error.errors()[0]
        raise click.BadParameter(str(fault.get("ctx", {}).get("error", fault["msg"]))) from None
