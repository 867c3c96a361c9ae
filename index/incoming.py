"""What comes from no file: standard input, and pages by their links. httpx and protego are imported here only.

Fetching is polite and careful: robots.txt is asked first, a host gets one request at a time with a pause between two,
and no address of this machine or its own network is asked, whatever name or redirection leads to it.
"""

from __future__ import annotations

import ipaddress
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.errors import ReadError
from index.read import READERS, canonical_url, read
from index.read_fields import NOTHING_GIVEN, Given, is_of_an_article
from index.read_source import Record, too_large
from index.schema import Article, digest

AGENT = "Dateline"
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds between two requests to a host, and at most where robots.txt asks for more
_SECONDS = 60.0  # for a page
_REDIRECTIONS = 5
_ROBOTS_BYTES = 500_000
_KINDS = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
}


def of_bytes(data: bytes, suffix: str, *, name: str, max_mb: float, given: Given = NOTHING_GIVEN) -> Iterator[Record]:
    """The records of bytes that are no file, as the format of `suffix`; an article is known by its link or its words.

    `name` is what messages call them.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        file = Path(folder) / f"incoming{suffix}"
        file.write_bytes(data)
        for record in read(file, folder=Path(folder), max_mb=max_mb, given=given):
            if record.article:
                yield replace(record, article=detached(record.article))
            else:
                yield replace(record, error=(record.error or "").replace(str(file), name, 1))


def detached(article: Article, path: str | None = None) -> Article:
    """An article that no file keeps, under a name instead of a path; without a link it is known by its words."""
    by_link = article.url and article.id == digest("url", canonical_url(article.url) or "")
    return replace(article, path=path, id=article.id if by_link else digest("text", article.title, article.text))


def suffix_of(data: bytes) -> str:
    """The suffix of the format that bytes seem to be of; ".txt" where they seem to be of none."""
    head = data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, suffix in ((b"%PDF", ".pdf"), (b"\x1f\x8b", ".gz"), (b"WARC/", ".warc"), (b"---", ".md")):
        if head.startswith(start):
            return suffix
    if head.startswith(b"PK"):
        return ".docx" if b"word/" in data else ".zip"
    if head[:1] in (b"{", b"["):
        return ".jsonl" if b"\n{" in data.strip() and head[:1] == b"{" else ".json"
    if head.startswith(b"<"):
        return (
            ".xml" if any(name in head for name in (b"<rss", b"<feed", b"<nitf", b"<newsItem", b"<newsM")) else ".html"
        )
    return ".eml" if b"\nSubject:" in head or head.startswith((b"From:", b"Received:", b"Subject:")) else ".txt"


def links_in(file: Path) -> list[str]:
    """The links of a list, one a line; empty lines and those that begin with # are passed over. Raises ReadError."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise ReadError(
            f"The list {file} cannot be read ({error}); give a text file with a link on each line."
        ) from None
    return list(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")))


class Fetching:
    """Fetches pages one after the other."""

    def __init__(self, max_mb: float, *, given: Given = NOTHING_GIVEN, allow_private: bool = False) -> None:
        import httpx

        self._max_mb, self._given = max_mb, given
        transport = httpx.HTTPTransport()
        if not allow_private:
            _guard(transport)
        self._http = httpx.Client(transport=transport, timeout=20.0, headers={"User-Agent": AGENT}, trust_env=False)
        self._hosts: dict[str, _Host] = {}

    def records(self, links: Sequence[str]) -> Iterator[Record]:
        """What stands at each link, or a line that says why it could not be had."""
        try:
            for link in links:
                yield from self._records(link)
        finally:
            self._http.close()

    def _records(self, link: str) -> Iterator[Record]:
        try:
            data, suffix, link = self._page(link)
        except ReadError as error:
            yield Record(number=0, size=0, error=f"{link} {error}")
            return
        for record in of_bytes(data, suffix, name=link, max_mb=self._max_mb, given=self._given):
            yield replace(record, article=_at(record.article, link) if record.article else None)

    def _page(self, link: str) -> tuple[bytes, str, str]:
        """The bytes at a link, the suffix of their format, and where they were in the end. Raises ReadError."""
        import httpx

        until = time.monotonic() + _SECONDS
        for _ in range(_REDIRECTIONS + 1):
            if canonical_url(link) is None:
                raise ReadError("is no link; give an address that begins with https:// or http://.")
            self._wait_for(link)
            try:
                with self._http.stream("GET", link) as response:
                    if response.is_redirect:
                        link = urljoin(link, response.headers.get("Location", ""))
                        continue
                    if response.is_error:
                        raise ReadError(f"is not given out (the server says {response.status_code}); look at it.")
                    return self._body(response, until), _format_of(response, link), link
            except httpx.HTTPError as error:
                raise ReadError(f"cannot be fetched ({error or type(error).__name__}); try again later.") from None
        raise ReadError(f"leads on more than {_REDIRECTIONS} times; give the address that it ends at.")

    def _body(self, response: Any, until: float) -> bytes:
        found, limit = bytearray(), int(self._max_mb * 1_000_000)
        for block in response.iter_bytes():
            found += block
            if len(found) > limit:
                raise too_large(len(found), limit)
            if time.monotonic() > until:
                raise ReadError(f"takes more than {_SECONDS:g} seconds; try again later.")
        return bytes(found)

    def _wait_for(self, link: str) -> None:
        """Wait until the host may be asked again. Raises ReadError where it does not want to be asked for this page."""
        parts = urlsplit(link)
        host = self._hosts.setdefault(parts.netloc, _Host())
        if host.rules is None:
            host.rules = self._robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
            host.asked = time.monotonic()
        if not host.rules.can_fetch(link, AGENT):
            raise ReadError("is not for programs, its host's robots.txt says; save the page, and add the file.")
        pause = min(_LONGEST_PAUSE, max(_PAUSE, float(host.rules.crawl_delay(AGENT) or 0)))
        time.sleep(max(0.0, host.asked + pause - time.monotonic()))
        host.asked = time.monotonic()

    def _robots(self, link: str) -> Any:
        """A host's rules; without any all is allowed, and nothing while they cannot be had (RFC 9309)."""
        import httpx
        from protego import Protego

        try:
            with self._http.stream("GET", link, follow_redirects=True) as response:
                if response.status_code >= 500:
                    raise ReadError(
                        f"is not fetched, as its host's robots.txt is not given out ({response.status_code})."
                    )
                if response.is_error:
                    return Protego.parse("")
                told = b""
                for block in response.iter_bytes():
                    told += block
                    if len(told) > _ROBOTS_BYTES:
                        break
        except httpx.HTTPError as error:
            raise ReadError(f"cannot be fetched ({error or type(error).__name__}); try again later.") from None
        return Protego.parse(told.decode("utf-8", "replace"))


@dataclass(slots=True)
class _Host:
    """What a host allows, and when it was asked last."""

    rules: Any = None
    asked: float = field(default=0.0)


def _at(article: Article, link: str) -> Article:
    """An article with the link that it was fetched from, if it gives none itself."""
    canonical = canonical_url(link)
    if article.url or not canonical or not is_of_an_article(canonical):
        return article
    return replace(article, url=link, id=digest("url", canonical))


def _format_of(response: Any, link: str) -> str:
    """The suffix of what was sent: by what the server says of it, else by the link; a page where neither says."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    of_link = Path(urlsplit(link).path).suffix.lower()
    if kind in ("", "application/octet-stream", "text/plain") and of_link in READERS:
        return of_link
    return _KINDS.get(kind, ".html")


def _guard(transport: Any) -> None:
    """Have a transport connect to addresses of the public net only: each name is asked once, and the answer checked."""
    import httpcore
    import httpx

    class Public(httpcore.SyncBackend):
        def connect_tcp(self, host: str, port: int, *given: Any, **named: Any) -> Any:
            return super().connect_tcp(_public(host, port), port, *given, **named)

    # httpx has no option for it; its transport is a thin layer over this pool.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=Public()
    )


def _public(host: str, port: int) -> str:
    """The address of a host. Raises httpcore's ConnectError where any of its addresses is not of the public net."""
    import httpcore

    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise httpcore.ConnectError(f"{host} is not known: {error.strerror}") from None
    private = [one for one in found if not ipaddress.ip_address(one.partition("%")[0]).is_global]
    if private or not found:
        raise httpcore.ConnectError(f"{host} is {private[0]}, an address of this machine or its network")
    return found[0]
