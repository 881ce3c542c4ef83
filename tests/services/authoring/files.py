"""Small files of the kinds that are taken, and what pretends to be one."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"
TYPES = "[Content_Types].xml"


def container(*names: str, mimetype: str | None = None, comment: bytes = b"", content: bytes = b"x") -> bytes:
    """A ZIP with members of these names; an OpenDocument begins with its media type."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.comment = comment
        if mimetype:
            made.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


DOCX = container(TYPES, "word/document.xml")
XLSX = container(TYPES, "xl/workbook.xml")
PPTX = container(TYPES, "ppt/presentation.xml")
ODT = container("content.xml", mimetype="application/vnd.oasis.opendocument.text")
