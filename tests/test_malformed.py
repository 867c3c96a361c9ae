"""More than five hundred broken files of every format: each gives articles or one clear line, and nothing else."""

from __future__ import annotations

import json
import random
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.read import READERS, Record, read
from tests import made
from tests.test_read_formats import OPENED, PAGE, RAIN

_EACH = 13  # of each kind of damage to each whole file
_SLOW = 10.0  # seconds that no file may take
_FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title><item><title>Bridge</title>
<link>https://example.org/1</link><description>{OPENED}</description></item></channel></rss>"""
_NITF = f"<nitf><body><body.head><hedline><hl1>Bridge</hl1></hedline></body.head><body.content><p>{OPENED}</p>" + (
    "</body.content></body></nitf>"
)
_MAIL = f"From: Jo <jo@example.org>\r\nSubject: Bridge\r\nContent-Type: text/plain\r\n\r\n{OPENED}\r\n"
_BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_ENTITIES = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "lol">{_BOMB}<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def whole() -> dict[str, bytes]:
    """A file of each format that is as it should be."""
    lines = "".join(json.dumps({"title": f"N{n}", "text": f"{OPENED} {n}"}) + "\n" for n in range(3))
    page = [(50.0, 700.0 - 14 * row, 10.0, words) for row, words in enumerate((OPENED, RAIN))]
    found: dict[str, bytes | str] = {
        ".txt": f"{OPENED}\n\n{RAIN}\n",
        ".md": f"---\ntitle: Bridge\npublished: 2024-05-06\n---\n\n{OPENED}\n",
        ".html": PAGE,
        ".json": json.dumps([{"title": "Bridge", "text": OPENED}, {"title": "Rain", "text": RAIN}]),
        ".jsonl": lines,
        ".csv": f'title,text\nBridge,{OPENED}\nRain,"{RAIN}"\n',
        ".docx": made.docx("Bridge", OPENED, RAIN),
        ".eml": _MAIL,
        ".mhtml": f"From: <Saved>\r\nContent-Type: text/html\r\n\r\n{PAGE}",
        ".xml": _NITF,
        ".rss": _FEED,
        ".warc": made.warc({"https://example.org/bridge": PAGE.encode()}),
        ".gz": made.gz(OPENED.encode()),
        ".zip": made.zipped({"a.txt": OPENED.encode(), "b.jsonl": lines.encode()}),
        ".pdf": made.pdf([page], Title="Bridge"),
    }
    return {suffix: data.encode() if isinstance(data, str) else data for suffix, data in found.items()}


def broken() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of broken files."""
    for suffix, data in whole().items():
        chance = random.Random(zlib.crc32(suffix.encode()))
        for n in range(_EACH if suffix != ".pdf" else 4):  # each PDF is a process
            yield f"cut-{n}{suffix}", data[: chance.randrange(len(data))]
            mutated = bytearray(data)
            for _ in range(chance.randint(1, 20)):
                mutated[chance.randrange(len(data))] = chance.randrange(256)
            yield f"mutated-{n}{suffix}", bytes(mutated)
            at = chance.randrange(len(data))
            yield f"nulls-{n}{suffix}", data[:at] + bytes(chance.randint(1, 50)) + data[at:]
        for other in (one for one in whole() if one != suffix and ".pdf" not in (one, suffix)):
            yield f"is-{other[1:]}{suffix}", whole()[other]
    for name in ("utf-16", "latin-1", "cp1256", "koi8-r", "nonsense", "utf-7"):
        page = PAGE.replace("<head>", f"<head><meta charset='{name}'>").replace("Brandt", "Bröndt")
        for real in ("utf-8", "latin-1", "utf-16"):
            yield f"says-{name}-is-{real}.html", page.encode(real)
    for suffix in (".xml", ".rss", ".html"):
        yield f"entities{suffix}", f"{_ENTITIES}<nitf><body.content><p>&a9;&file;</p></body.content></nitf>".encode()
        yield f"deep{suffix}", b"<p>" * 50_000
    nested = OPENED.encode()
    for depth in range(6):
        nested = made.zipped({"a.zip" if depth else "a.txt": nested})
        yield f"nested-{depth}.zip", nested


def told(folder: Path, name: str, data: bytes) -> list[Record]:
    file = folder / name
    file.write_bytes(data)
    started = time.monotonic()
    found = list(read(file, folder=folder, max_mb=1.0))
    assert time.monotonic() - started < 3 * _SLOW, name  # three times, for a machine that does other things as well
    file.unlink()
    for one in found:
        assert (one.article is None) != (one.error is None), name
        if one.error:
            assert one.error.startswith(f"{file}") and "\n" not in one.error and len(one.error) < 600, one.error
            assert "Traceback" not in one.error and 'File "' not in one.error
    return found


def test_broken_files_give_articles_or_one_clear_line(tmp_path: Path) -> None:
    names = list[str]()
    for name, data in broken():
        names.append(name)
        found = told(tmp_path, name, data)
        assert found, name
        failed = [one.error for one in found if one.error]
        assert len(failed) == len(set(failed)), name
        assert not any("root:" in one.article.text for one in found if one.article), name
    assert len(names) >= 500
    assert set(whole()) | {".htm", ".mht", ".atom"} == set(READERS)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".txt", ".html", ".xml"])
def test_a_line_of_a_hundred_megabytes_is_refused_and_never_held_whole(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"long{suffix}"
    with file.open("wb") as opened:
        opened.write(b"title,text\n" if suffix == ".csv" else b'{"text": "')
        for _ in range(100):
            opened.write(b"x" * 1_000_000)
    [record] = read(file, folder=tmp_path, max_mb=1.0)
    assert record.error and "over the limit of 1 MB" in record.error
