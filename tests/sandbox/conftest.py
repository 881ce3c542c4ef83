"""The stand-in behind a real port, with an empty folder of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.services.authoring.cloudinary import account
from tests.world import World, served


@dataclass
class Store:
    address: str
    folder: Path
    account: dict[str, Any]

    def files(self) -> list[Path]:
        """Everything that is kept on the disk, unfinished uploads included."""
        return [path for path in self.folder.rglob("*") if path.is_file() and path.name != "lock"]


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the id of its request, which the SDK puts in."""
    return {name: value for name, value in answer.items() if name != "request_id"}


@pytest.fixture
def store(world: World, app: Flask, settings: Callable[..., None], tmp_path: Path) -> Iterator[Store]:
    settings(instance_dir=tmp_path)
    with served(app) as address:
        yield Store(address, tmp_path / "media", account())


@pytest.fixture
def api(world: World, app: Flask) -> Iterator[str]:
    """The address of the server with its stand-ins."""
    with served(app) as address:
        yield address
