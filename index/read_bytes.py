"""Bytes → text, exactly as it was written. What cannot be trusted to be the text is refused, never patched up.

charset_normalizer is imported here only.
"""

from __future__ import annotations

import codecs
import re

from index.errors import ReadError

_MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image, sound or film",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
}
# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# The encodings that news is stored in; cp1252 first, because equally likely guesses are settled in this order.
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "koi8_u"),
    *("iso8859_2", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
)
# Browsers read the left as the right, and pages are written for browsers.
_AS_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of a file: by its byte order mark, as UTF-8, as it declares itself, or as its letters suggest.

    Line ends, tabs and combining characters stay; a byte order mark goes. Raises ReadError, its message beginning
    with a verb, when the file is empty, binary, damaged or cut off.
    """
    refuse_binary(data[:4096])
    mark = marked(data)
    text = _strict(data, mark) if mark else _unmarked(data, declared)
    if not text.strip():
        raise ReadError("is empty; put the article's text in it, or leave it out.")
    refuse_controls(text)
    return text


def marked(data: bytes) -> str | None:
    """The encoding that the data's byte order mark names, if it has one."""
    return next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)


def encoding_of(head: bytes, *, whole: bool) -> str:
    """The encoding of a file by its first bytes, or by all of them if they are the `whole`. Raises ReadError."""
    if mark := marked(head):
        return mark
    if not whole:
        head = head[: head.rfind(b"\n") + 1] or head  # no character is cut at the end of a line
    return "utf-8" if utf8(head) is not None else _likely(head)


def utf8(data: bytes) -> str | None:
    """The text of UTF-8 bytes, or None when they are in another encoding.

    Raises ReadError when they were UTF-8 but are damaged or cut off.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(data):
            raise _cut_off(error.start) from None
        _refuse_damage(data, error.start)
        return None


def refuse_binary(head: bytes) -> None:
    """Raise ReadError when a file's first bytes are those of no text."""
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if kind is None and b"\0" in head and marked(head) not in ("utf-16", "utf-32"):
        kind = "it holds zero bytes"
    if kind:
        raise _binary(kind)


def refuse_controls(text: str) -> None:
    """Raise ReadError when a text holds a NUL, or more than one control character in a hundred."""
    controls = _CONTROL.findall(text)
    if "\0" in controls or len(controls) * 100 > len(text):
        raise _binary("it is full of control characters")


def _binary(kind: str) -> ReadError:
    return ReadError(f"looks binary ({kind}); save its text as .txt, .md or .html.")


def _cut_off(at: int) -> ReadError:
    return ReadError(f"is cut off in the middle of a character, at byte {at + 1}; copy or download it again.")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end >= len(data):
            raise _cut_off(error.start) from None
        raise _damaged(error.start, encoding.removesuffix("-sig").upper()) from None


def _damaged(at: int, encoding: str) -> ReadError:
    return ReadError(f"is damaged: byte {at + 1} is not {encoding}, although the rest is; copy or download it again.")


def _refuse_damage(data: bytes, at: int) -> None:
    # In a legacy encoding a few pairs of letters are UTF-8 by accident, but far more are not.
    text = data.decode("utf-8", "surrogateescape")
    invalid = len(re.findall("[\udc80-\udcff]", text))
    valid = len(re.findall(r"[^\x00-\x7f]", text)) - invalid
    if invalid <= valid:
        raise _damaged(at, "UTF-8")


def _unmarked(data: bytes, declared: str | None) -> str:
    if b"\0" in data:
        raise _binary("it holds zero bytes")
    try:
        text = utf8(data)
    except ReadError:
        # A page that names another encoding, and reads in it, only resembles damaged UTF-8.
        if (text := _declared(data, declared)) is None:
            raise
        return text
    return text if text is not None else _declared(data, declared) or _detected(data)


def _declared(data: bytes, declared: str | None) -> str | None:
    try:
        name = codecs.lookup(declared or "").name
        # No page that could be read this far is in UTF-16 or UTF-7, whatever it says.
        return None if name.startswith("utf") else data.decode(_AS_BROWSERS.get(name, name))
    except (LookupError, ValueError):
        return None


def _detected(data: bytes) -> str:
    return data.decode(_likely(data))


def _likely(data: bytes) -> str:
    from charset_normalizer import from_bytes

    found = list(from_bytes(data, cp_isolation=list(_LEGACY)))
    if not found:
        raise ReadError("is in an encoding that could not be recognised; save it as UTF-8.")
    likely = [match for match in found if (match.chaos, match.coherence) == (found[0].chaos, found[0].coherence)]
    names = {name for match in likely for name in match.could_be_from_charset}
    return str(next((name for name in _LEGACY if name in names), found[0].encoding))
