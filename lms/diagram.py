"""The entity-relationship diagram of docs/architecture.md, drawn from the models."""

import re
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from lms.models.base import COLLECTIONS, Collection
from lms.models.fields import Ref, fields_of

DIAGRAM_FILE = Path(__file__).parent.parent / "docs" / "architecture.md"
BEGIN, END = "<!-- diagram: begin -->", "<!-- diagram: end -->"


def er_diagram() -> str:
    """Mermaid's erDiagram of every collection, with its fields, keys and references."""
    lines = ["```mermaid", "erDiagram"]
    references: list[str] = []
    for name, collection in sorted(COLLECTIONS.items()):
        lines.append(f"    {name} {{")
        for field in fields_of(collection.fields).values():
            kind, ref = _kind(field.hint), field.mark(Ref)
            lines.append(f"        {kind} {field.name}{_key(collection, field.name, ref)}")
            if ref:
                references.append(f"    {ref.collection} {'}o' if '[]' in kind else '||'}--o{{ {name} : {field.name}")
        lines.append("    }")
    return "\n".join([*lines, *references, "```"])


def replace_diagram(text: str, diagram: str) -> str:
    """The document with this diagram between its marks."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{diagram}\n{END}", text, flags=re.DOTALL)


def _key(collection: type[Collection[Any]], field: str, ref: Ref | None) -> str:
    if field == "_id":
        return " PK"
    unique = any(
        index.document.get("unique") and list(index.document["key"]) == [field] for index in collection.indexes
    )
    marks = [mark for mark, applies in (("FK", ref), ("UK", unique)) if applies]
    return " " + ", ".join(marks) if marks else ""


def _kind(hint: Any) -> str:
    """A field's type in one word."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _kind(next(each for each in args if each is not NoneType))
    if origin is Literal:
        return "string"
    if origin is list:
        return f"{_kind(args[0])}[]"
    names = {"str": "string", "datetime": "date", "dict": "object"}
    name = getattr(origin or hint, "__name__", "object")
    return names.get(name, "object" if name[0].isupper() and name != "ObjectId" else name)
