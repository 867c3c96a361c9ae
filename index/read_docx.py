"""Word files → drafts. python-docx is imported here only."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from index.errors import ReadError
from index.read_fields import Draft

# Its parts are XML, which packs well; text of a megabyte is a long book.
_MOST_UNPACKED = 200_000_000


def word(data: bytes) -> Draft:
    """The paragraphs and tables in their order; the title, author and date of making are in the file's properties.

    When it was made is no date of publication, so that is not taken. Raises ReadError when it cannot be read.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError

    damage = (
        zipfile.BadZipFile,
        OpcError,
        KeyError,
        ValueError,
        SyntaxError,
        OSError,
        AttributeError,
        EOFError,
        zlib.error,
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise ReadError("unpacks to far more than an article does; save its text as .txt.")
        document = Document(io.BytesIO(data))
        text = "\n\n".join(filter(str.strip, map(_words, document.iter_inner_content())))
        facts = document.core_properties
        title, author, language = facts.title, facts.author, facts.language
    except ReadError:
        raise
    except damage as error:
        raise ReadError(f"cannot be read as a Word file ({error}); save it again, or its text as .txt.") from None
    headings = [part.text for part in document.paragraphs if part.style and part.style.name in ("Title", "Heading 1")]
    found = [part.strip() for part in (title, *headings) if part and part.strip()]
    return Draft(text=text, title=found[0] if found else None, author=author or None, language=language or None)


def _words(block: Any) -> str:
    if hasattr(block, "rows"):
        return "\n".join(" | ".join(cell.text for cell in row.cells) for row in block.rows)
    return str(block.text)
