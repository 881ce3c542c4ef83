"""Imports point one way, and what is drawn is what is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lms.diagram import DIAGRAM_FILE, er_diagram, replace_diagram

LMS = Path(__file__).parent.parent / "lms"
MIGRATIONS = LMS.parent / "migrations_scripts"

LAYERS = [
    {"errors", "extensions", "json_provider", "results", "process", "request_id", "addresses", "redaction"},
    {"models"},
    {"services"},
    {"machinery", "migrations"},
    {"schemas"},
    {"mails"},
    {"jobs", "controllers"},
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
    {"openapi", "routes", "sandbox", "demo", "moving"},
    {"studynotion"},
    {"admin"},
    {"diagram", "logs", "cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
APART = {"embedded"}
"""Runs the application from outside and imports none of it."""

MODULES = sorted(path for path in LMS.rglob("*.py") if path.parent != LMS or path.stem != "__init__")
CONTROLLERS = [path for path in MODULES if path.is_relative_to(LMS / "controllers")]


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


def name_of(path: Path) -> str:
    return ".".join(("lms", *path.relative_to(LMS).with_suffix("").parts)).removesuffix(".__init__")


NAMES = {name_of(path): path for path in MODULES}


def bound(path: Path) -> dict[str, tuple[str, str | None]]:
    """What a module's imports of ours bind: the module each name comes from, and what of it if not the whole."""
    found: dict[str, tuple[str, str | None]] = {}
    for node in ast.walk(ast.parse(path.read_text())):
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            whole = f"{node.module}.{alias.name}"
            if whole in NAMES or node.module in NAMES:
                found[alias.asname or alias.name] = (whole, None) if whole in NAMES else (str(node.module), alias.name)
    return found


@cache
def imports() -> dict[str, dict[str, tuple[str, str | None]]]:
    """What each module binds, read when a test first asks for it: every parallel worker collects this module."""
    return {name: bound(path) for name, path in NAMES.items()}


def reached(start: str) -> set[str]:
    """All that is imported with a module."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = {module for module, _ in imports()[waiting.pop()].values()} - seen
        seen |= new
        waiting += new
    return seen


def before_functions_run(node: ast.AST) -> Iterator[ast.AST]:
    """All that is evaluated when a module is imported."""
    yield node
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from before_functions_run(child)


def test_what_imports_itself_by_way_of_others_is_whole_before_it_is_used() -> None:
    """Controllers promise jobs and jobs call controllers: neither may need a part of the other at import."""
    circles = {name: {each for each in reached(name) if name in reached(each)} for name in NAMES}
    circles = {name: others for name, others in circles.items() if name in others}
    assert circles
    for name, others in circles.items():
        back = {known: module for known, (module, _) in imports()[name].items() if module in others}
        parts = {known for known in back if imports()[name][known][1] is not None}
        used = {
            node.id
            for node in before_functions_run(ast.parse(NAMES[name].read_text()))
            if isinstance(node, ast.Name) and node.id in back
        }
        assert (name, parts, used) == (name, set(), set())


@pytest.mark.parametrize(
    "path", sorted((LMS / "controllers").rglob("*.py")), ids=lambda path: str(path.relative_to(LMS))
)
def test_controllers_only_promise_jobs(path: Path) -> None:
    jobs = {name for name, (module, _) in imports()[name_of(path)].items() if module.startswith("lms.jobs")}
    nodes = list(ast.walk(ast.parse(path.read_text())))
    promised = [
        node.func.value.value
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "promise"
        and isinstance(node.func.value, ast.Attribute)
    ]
    assert [node.id for node in nodes if isinstance(node, ast.Name) and node.id in jobs and node not in promised] == []


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


AREAS = {
    "accounts",
    "catalogue",
    "authoring",
    "learning",
    "assessment",
    "payments",
    "moderation",
    "analytics",
    "certificates",
    "imports",
    "system",
}


@pytest.mark.parametrize("layer", ["models", "services", "schemas", "mails", "jobs", "controllers", "routes", "admin"])
def test_every_layer_has_the_same_rooms(layer: str) -> None:
    """And the table of docs/architecture.md names them."""
    beside = {"static"} if layer == "admin" else set()
    folders = {path.name for path in (LMS / layer).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - beside <= AREAS
    table = DIAGRAM_FILE.read_text().partition("| area | what is there |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == AREAS


def test_what_signs_certificates_has_one_door() -> None:
    """It may be exchanged for another library, or for eighty lines of our own."""
    knowing = {name_of(path) for path in MODULES if any(name.startswith("openbadgeslib") for name in imported(path))}
    assert knowing == {"lms.services.certificates.credentials"}


def test_settings_have_one_accessor() -> None:
    """Read past it they would be untyped."""
    assert [path.name for path in LMS.rglob("*.py") if '["SETTINGS"]' in path.read_text()] == ["extensions.py"]


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.py")), ids=lambda path: path.stem)
def test_migrations_are_frozen(path: Path) -> None:
    """What a migration does must not change with the code."""
    assert {name for name in imported(path) if name.split(".")[0] in ("lms", "config", "tests")} == set()


def test_the_diagram_is_current() -> None:
    text = DIAGRAM_FILE.read_text()
    assert replace_diagram(text, er_diagram()) == text, "Run `flask db diagram`."
