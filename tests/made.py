"""Small files of each format, made on the spot for the tests: of PDF and WARC, byte by byte."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence

Placed = tuple[float, float, float, str]  # points from the lower left, size of letters, words


def pdf(pages: Sequence[Sequence[Placed]], **facts: str) -> bytes:
    """A PDF of pages with words placed on them."""
    objects = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for page in pages:
        shown = "\n".join(f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({_escaped(words)}) Tj" for x, y, size, words in page)
        drawn = f"BT\n{shown}\nET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn))
    tree = 2 + 2 * len(pages)
    for number in range(len(pages)):
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 1 0 R >> >> >>" % (tree, 2 + number)
        )
    kids = b" ".join(b"%d 0 R" % (2 + len(pages) + number) for number in range(len(pages)))
    objects.append(b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    told = "".join(f"/{name} ({_escaped(words)}) " for name, words in facts.items())
    objects.append(f"<< {told}>>".encode("latin-1"))
    return _numbered(objects)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _numbered(objects: Sequence[bytes]) -> bytes:
    made, at = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        at.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in at)
    count = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer << /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, count - 2, count - 1, len(made))
    )


def docx(title: str, *paragraphs: str, table: Sequence[Sequence[str]] = (), author: str = "") -> bytes:
    """A Word file."""
    from docx import Document

    document, file = Document(), io.BytesIO()
    document.core_properties.title, document.core_properties.author = title, author
    for words in paragraphs:
        document.add_paragraph(words)
    if table:
        rows = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, words in zip(rows.add_row().cells, row, strict=True):
                cell.text = words
    document.save(file)
    return file.getvalue()


def warc(pages: Mapping[str, bytes], kind: str = "text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    """A WARC file of the answers to requests of these addresses."""
    made = b""
    for address, page in pages.items():
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2025-01-02T03:04:05Z\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{len(made):012d}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        made += head.encode() + answer + b"\r\n\r\n"
    return made


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of files by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
