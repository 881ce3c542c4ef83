"""Documents as PDF, set by Typst from a template and facts; any text is shaped right and none is read as code."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from lms.services.system.drawable import FONTS, clean

NOTHING_MORE: Mapping[str, str] = {}

TEMPLATES = Path(__file__).parent.parent.parent / "templates" / "paper"


def typeset(
    template: str, facts: dict[str, Any], made_at: datetime, qr: str = "", more: Mapping[str, str] = NOTHING_MORE
) -> bytes:
    """The document as a PDF whose bytes depend on nothing but this; `made_at` knows its time zone.

    `more` are inputs of the template's own, which it is given as they are.
    """
    return _compiled(template, {**inputs(facts, qr), **more}, timestamp=int(made_at.timestamp()))


def pictured(template: str, facts: dict[str, Any], pixels_an_inch: int) -> bytes:
    """A document of one page as a PNG."""
    return _compiled(template, inputs(facts), format="png", ppi=float(pixels_an_inch))


def _compiled(template: str, given: dict[str, str], **how: Any) -> bytes:
    if _first_process() != os.getpid():
        raise RuntimeError("A process forked from one that has drawn would wait for Typst's threads for ever.")
    try:
        made: bytes = typst.compile(TEMPLATES / template, root=TEMPLATES, font_paths=fonts(), sys_inputs=given, **how)
        return made
    except BaseException as failure:
        if type(failure).__name__ != "PanicException":  # which is no Exception, and would end a worker
            raise
        raise RuntimeError(f"Typst panicked: {failure}") from failure


def inputs(facts: dict[str, Any], qr: str = "") -> dict[str, str]:
    """What a template is given: the facts cleaned, and the QR code of an address as SVG."""
    drawn = segno.make_qr(qr, error="m").svg_inline(border=0, dark="#212529") if qr else ""
    return {"facts": json.dumps(_cleaned(facts)), "qr": drawn}


@cache
def _first_process() -> int:
    return os.getpid()


@cache
def fonts() -> typst.Fonts:
    """Ours alone, so that a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return clean(value) if isinstance(value, str) else value
