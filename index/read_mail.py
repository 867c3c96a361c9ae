"""Saved mails (.eml) and pages saved with their pictures (.mhtml) → drafts, with the standard library's parser."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parseaddr

from index.dates import normalise
from index.errors import ReadError
from index.read_bytes import refuse_binary
from index.read_fields import Draft
from index.read_html import html, text_of


def mail(data: bytes) -> Draft:
    """A mail's subject, sender, date and text; what is attached to it is not read."""
    message = _message(data)
    body = message.get_body(("plain", "html"))
    if body is None:
        raise ReadError("is a mail without a text; save the article itself.")
    text = _content(body)
    published = normalise(_header(message, "Date"))
    name, address = parseaddr(_header(message, "From") or "")
    return Draft(
        text=text_of(text) if body.get_content_type() == "text/html" else text,
        title=_header(message, "Subject"),
        author=name or address or None,
        published=published,
        published_from=published and "field",
        record=_header(message, "Message-ID"),
    )


def saved_page(data: bytes) -> Draft:
    """The page of an .mhtml file, as `html` reads it, under the address that it was saved from."""
    message = _message(data)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise ReadError("holds no web page; save the page again.")
    page = pages[0].get_payload(decode=True)
    draft = html(page if isinstance(page, bytes) else b"")
    address = _header(pages[0], "Content-Location") or _header(message, "Snapshot-Content-Location")
    return draft if draft.url or not address else replace(draft, url=address)


def _message(data: bytes) -> EmailMessage:
    refuse_binary(data[:4096])
    message = message_from_bytes(data, policy=default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise ReadError("does not begin with the lines that a mail begins with; save it again.")
    return message


def _content(body: MIMEPart) -> str:
    try:
        return str(body.get_content())
    except (LookupError, UnicodeError, MessageError, ValueError) as error:
        raise ReadError(f"has a text that cannot be decoded ({error}); save it again.") from None


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        return " ".join(str(message[name] or "").split()) or None
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):
        return None  # Python's parser fails on some headers that are none; the mail is still one
