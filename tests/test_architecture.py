"""Imports point one way, and what is drawn is what is there."""

import ast
from pathlib import Path

import pytest

from lms.diagram import DIAGRAM_FILE, er_diagram, replace_diagram

LMS = Path(__file__).parent.parent / "lms"
MIGRATIONS = LMS.parent / "migrations_scripts"

LAYERS = [
    {"errors", "extensions", "json_provider", "results", "process", "request_id", "addresses"},
    {"models"},
    {"services"},
    {"schemas"},
    {"mails"},
    {"migrations"},
    {"machinery", "jobs", "controllers"},
    {
        "http.responses",
        "http.arguments",
        "http.bodies",
        "http.forms",
        "http.faults",
        "http.rendering",
        "http.converters",
    },
    {"middlewares"},
    {"http"},
    {"openapi", "routes", "sandbox", "demo"},
    {"admin"},
    {"diagram", "logs", "cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
APART = {"embedded"}
"""Runs the application from outside and imports none of it."""

MODULES = sorted(path for path in LMS.rglob("*.py") if path.parent != LMS or path.stem != "__init__")


def imported(path: Path) -> set[str]:
    """The full names of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def part(path: Path) -> str:
    return path.relative_to(LMS).parts[0].removesuffix(".py")


def rank(name: str) -> int:
    """The layer of a module of ours by its dotted name below `lms`: its own where it has one, else its package's."""
    parts = name.split(".")
    return RANK[next(known for known in (".".join(parts[:2]), parts[0]) if known in RANK)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LMS)))
def test_imports_point_inward(path: Path) -> None:
    names = {name.removeprefix("lms.") for name in imported(path) if name.startswith("lms.")}
    if part(path) in APART:
        assert {name.split(".")[0] for name in names} <= APART | {"process"}
    else:
        own = ".".join(path.relative_to(LMS).with_suffix("").parts)
        assert {name for name in names if rank(name) > rank(own)} == set()


FLASK = {
    "controllers": {"flask.current_app"},
    "machinery": {"flask.current_app", "flask.Flask"},
    "mails": {"flask.current_app", "flask.render_template"},
}
"""What a layer inside may know of Flask, which is never the request."""


@pytest.mark.parametrize("folder", ["models", "controllers", "schemas", "jobs", "machinery", "mails"])
def test_only_the_outside_knows_the_request(folder: str) -> None:
    for path in (LMS / folder).rglob("*.py"):
        flask = {name for name in imported(path) if name.split(".")[0] == "flask"}
        assert flask <= FLASK.get(folder, set()), path


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.py")), ids=lambda path: path.stem)
def test_migrations_are_frozen(path: Path) -> None:
    """What a migration does must not change with the code."""
    assert {name for name in imported(path) if name.split(".")[0] in ("lms", "config", "tests")} == set()


def test_the_diagram_is_current() -> None:
    text = DIAGRAM_FILE.read_text()
    assert replace_diagram(text, er_diagram()) == text, "Run `flask db diagram`."
