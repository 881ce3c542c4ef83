"""The entity-relationship diagram of docs/architecture.md, drawn from the models."""

import re
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from lms.models.base import COLLECTIONS, Collection, Ref

DIAGRAM_FILE = Path(__file__).parent.parent / "docs" / "architecture.md"
BEGIN, END = "<!-- diagram: begin -->", "<!-- diagram: end -->"


def er_diagram() -> str:
    """Mermaid's erDiagram of every collection, with its fields, keys and references."""
    lines = ["```mermaid", "erDiagram"]
    references: list[str] = []
    for name, collection in sorted(COLLECTIONS.items()):
        lines.append(f"    {name} {{")
        for field, hint in get_type_hints(collection.fields, include_extras=True).items():
            kind, ref, many = _describe(hint)
            lines.append(f"        {kind} {field}{_key(collection, field, ref)}")
            if ref:
                references.append(f"    {ref} {'}o' if many else '||'}--o{{ {name} : {field}")
        lines.append("    }")
    return "\n".join([*lines, *references, "```"])


def replace_diagram(text: str, diagram: str) -> str:
    """The document with this diagram between its marks."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{diagram}\n{END}", text, flags=re.DOTALL)


def _key(collection: type[Collection[Any]], field: str, ref: str | None) -> str:
    if field == "_id":
        return " PK"
    unique = any(
        index.document.get("unique") and list(index.document["key"]) == [field] for index in collection.indexes
    )
    marks = [mark for mark, applies in (("FK", ref), ("UK", unique)) if applies]
    return " " + ", ".join(marks) if marks else ""


def _describe(hint: Any) -> tuple[str, str | None, bool]:
    """A field's type in one word, the collection it refers to, and whether it refers to many."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return _describe(args[0])
    if origin is Annotated:
        kind, _, many = _describe(args[0])
        refs = [each.collection for each in args[1:] if isinstance(each, Ref)]
        return kind, refs[0] if refs else None, many
    if origin in (Union, UnionType):
        return _describe(next(each for each in args if each is not NoneType))
    if origin is Literal:
        return "string", None, False
    if origin is list:
        return f"{_describe(args[0])[0]}[]", None, True
    names = {"str": "string", "datetime": "date", "dict": "object"}
    name = getattr(origin or hint, "__name__", "object")
    return names.get(name, "object" if name[0].isupper() and name != "ObjectId" else name), None, False
