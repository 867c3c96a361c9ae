"""What comes on standard input and from links: a real server on this machine, asked politely or not at all."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index import incoming
from index.__main__ import main
from index.incoming import Fetching, links_in, of_bytes, suffix_of
from index.read_source import Record
from tests import made
from tests.test_read_formats import OPENED, PAGE, RAIN


class Site(ThreadingHTTPServer):
    """Pages by path: (status, headers, body); what was asked is kept."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, float]] = []
        self.agents: set[str] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, time.monotonic()))
        self.server.agents.add(self.headers["User-Agent"])
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(incoming, "_PAUSE", 0.05)
    server = Site()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def fetched(site: Site, *paths: str, max_mb: float = 1.0, allow_private: bool = True) -> list[Record]:
    fetching = Fetching(max_mb, allow_private=allow_private)
    return list(fetching.records([f"{site.address}{path}" for path in paths]))


def test_pages_are_fetched_one_after_the_other_and_known_by_their_links(site: Site) -> None:
    site.pages["/bridge"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    site.pages["/rain.txt"] = (200, {"Content-Type": "text/plain"}, RAIN.encode())
    site.pages["/old"] = (301, {"Location": "/bridge"}, b"")
    first, second, third = fetched(site, "/bridge", "/rain.txt", "/old")
    assert first.article and first.article.url == f"{site.address}/bridge" and OPENED in first.article.text
    assert first.article.path is None and first.article.published == "2024-05-06T10:00:00+02:00"
    assert second.article and second.article.text == RAIN
    assert third.article and third.article.id == first.article.id
    times = [at for path, at in site.asked if path != "/robots.txt"]
    assert all(later - earlier >= 0.045 for earlier, later in zip(times, times[1:], strict=False))
    assert [path for path, _ in site.asked].count("/robots.txt") == 1 and site.agents == {"Dateline"}


def test_what_a_host_does_not_want_asked_is_not(site: Site) -> None:
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private\nCrawl-delay: 0.2\n")
    site.pages["/private/a"] = site.pages["/b"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    refused, given = fetched(site, "/private/a", "/b")
    assert refused.error and refused.error.startswith(f"{site.address}/private/a is not for programs")
    assert given.article and "/private/a" not in [path for path, _ in site.asked]
    site.pages["/robots.txt"] = (503, {}, b"")
    [later] = fetched(site, "/b")
    assert "robots.txt is not given out (503)" in (later.error or "")


def test_what_cannot_be_had_is_one_line_and_the_rest_goes_on(site: Site) -> None:
    site.pages["/large"] = (200, {"Content-Type": "text/html"}, b"x" * 1_100_000)
    site.pages["/round"] = (302, {"Location": "/round"}, b"")
    site.pages["/bridge"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    found = fetched(site, "/gone", "/large", "/round", "/bridge")
    said = [one.error or "" for one in found]
    assert (
        "(the server says 404)" in said[0] and "over the limit of 1 MB" in said[1] and "leads on more than" in said[2]
    )
    assert found[3].article
    [none] = Fetching(1.0).records(["file:///etc/passwd"])
    assert none.error == "file:///etc/passwd is no link; give an address that begins with https:// or http://."


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"])
def test_no_address_of_this_machine_or_its_network_is_asked(site: Site, host: str) -> None:
    port = site.server_address[1]
    [record] = Fetching(1.0).records([f"http://{host}:{port}/bridge"])
    assert record.error and "an address of this machine or its network" in record.error and site.asked == []


def test_a_list_of_links_is_read_line_by_line(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages["/bridge"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    links = tmp_path / "links.txt"
    links.write_text(
        f"# bridges\n\n{site.address}/bridge\n {site.address}/bridge \n{site.address}/gone\n", encoding="utf-8"
    )
    assert links_in(links) == [f"{site.address}/bridge", f"{site.address}/gone"]
    store = str(tmp_path / "store")
    assert main(["--store", store, "add", "--urls", str(links), "--allow-private"]) == 1
    said = capsys.readouterr()
    assert f"{site.address}/gone is not given out" in said.err.replace("\n", "") and "Traceback" not in said.err
    main(["--store", store, "list"])
    assert f"{site.address}/bridge" in capsys.readouterr().out
    assert main(["--store", store, "add"]) == 1 and "Give files and folders" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (PAGE.encode(), ".html"),
        (json.dumps({"text": OPENED}).encode(), ".json"),
        (b'{"text": "a"}\n{"text": "b"}\n', ".jsonl"),
        (OPENED.encode(), ".txt"),
        (b"---\ntitle: a\n---\nwords", ".md"),
        (made.docx("Bridge", OPENED), ".docx"),
        (made.zipped({"a.txt": b"words"}), ".zip"),
        (made.gz(b"words"), ".gz"),
        (made.pdf([[]]), ".pdf"),
        (made.warc({"https://e.org/": b""}), ".warc"),
        (b"<?xml version='1.0'?><rss></rss>", ".xml"),
        (b"From: a@example.org\nSubject: b\n\nwords", ".eml"),
    ],
)
def test_the_format_of_bytes_is_seen(data: bytes, suffix: str) -> None:
    assert suffix_of(data) == suffix


def test_standard_input_is_read_and_known_by_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OPENED.encode())))
        assert main(["--store", str(tmp_path / "store"), "add", "-", "--outlet", "Post"]) == 0
    capsys.readouterr()
    main(["--store", str(tmp_path / "store"), "list"])
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == 1 and "Post" in listed[0]
    [record] = of_bytes(b"", ".txt", name="standard input", max_mb=1.0)
    assert record.error == "standard input is empty; put the article's text in it, or leave it out."
