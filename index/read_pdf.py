"""PDF → the draft of an article: columns in reading order, words that a line's end cut whole, page furniture out."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from index.errors import ReadError
from index.pdf_lines import PAGE_SECONDS
from index.read_fields import Draft
from index.read_source import Record, Source

_SAVE = "save its text as .txt"
_WIDTH = 0.45  # of a letter, in its height: about, and only to tell a gap between columns from one between words
_GAP = 2.5  # letters' heights between two runs of words on one line that are of different columns
_BEGIN_ALIKE = 4  # lines that begin at one place make it the margin of a column, and a sixth of a page's lines
_EDGE = 2  # lines at the top and bottom of a page that may be furniture
_PAGE_NUMBER = re.compile(r"\W*(?:page|seite|p\.)?\s*#+(?:\s*(?:/|of|von|de)\s*#+)?\W*", re.IGNORECASE)
_PROGRAM = re.compile(r"^(?:microsoft word|untitled|unknown)|\.\w{2,5}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line of a column: where they begin, in points from the page's lower left, and how large they are."""

    x: float
    y: float
    size: float
    words: str

    @property
    def end(self) -> float:
        return self.x + _WIDTH * self.size * len(self.words)


def pdf(source: Source) -> Iterator[Record]:
    """The article of a PDF. Its date of making is none of publication, and is not taken.

    Raises ReadError when it cannot be read, or holds pictures of pages instead of words.
    """
    data = source.whole()
    told = _told(source.file)
    yield source.record(0, len(data), lambda: draft(told.get("facts", {}), told.get("pages", [])))


def _told(file: Path) -> dict[str, Any]:
    """What `pdf_lines` prints of a file. Raises ReadError."""
    command = [sys.executable, "-m", "index.pdf_lines", str(file.absolute())]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, check=False)
    if done.returncode == -getattr(signal, "SIGALRM", 0):
        raise ReadError(f"keeps its reader busy for over {PAGE_SECONDS} seconds with one page; {_SAVE}.")
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise ReadError(f"broke its reader; {_SAVE}.") from None
    if "error" in told:
        raise ReadError(f"cannot be read as PDF ({told['error']}); {_SAVE}.")
    return told


def draft(facts: dict[str, str], pages: Sequence[Sequence[tuple[float, float, float, str]]]) -> Draft:
    """The draft of what stands on pages, as `pdf_lines` tells it; the title is the largest words of the first."""
    lines = _without_furniture([_lines(pieces) for pieces in pages])
    text = _paragraphs(lines)
    if not text:
        raise ReadError(f"holds no words, only pictures of pages perhaps; have its text recognised, or {_SAVE}.")
    title = facts.get("title", "").strip()
    return Draft(
        text=text,
        title=title if title and not _PROGRAM.search(title) else _headline(lines),
        author=facts.get("author", "").strip() or None,
    )


def _lines(pieces: Sequence[tuple[float, float, float, str]]) -> list[Line]:
    """A page's lines, column by column from the left, each from the top."""
    found = list[Line]()
    for x, y, size, words in sorted(pieces, key=lambda one: (-round(one[1]), one[0])):
        height, last = max(size, 1.0), found[-1] if found else None
        if last and abs(last.y - y) <= height / 3 and -height < x - last.end < _GAP * height:
            between = "" if last.words.endswith(" ") or words.startswith(" ") or x - last.end < height / 10 else " "
            found[-1] = Line(last.x, last.y, max(last.size, size), f"{last.words}{between}{words}")
        else:
            found.append(Line(x, y, height, words.lstrip()))
    margins = _margins(found)
    return sorted(found, key=lambda one: (sum(one.x >= margin - one.size for margin in margins), -one.y))


def _margins(lines: Sequence[Line]) -> list[float]:
    """Where the columns of a page begin."""
    counted = Counter(round(line.x / 10) * 10 for line in lines)
    often = max(_BEGIN_ALIKE, len(lines) / 6)
    found = list[float]()
    for x in sorted(x for x, count in counted.items() if count >= often):
        # Not an indent: a column is wide, and so is the one before it.
        if not found or x - found[-1] > 12 * median(line.size for line in lines):
            found.append(x)
    return found


def _without_furniture(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """All lines without what stands at the top or bottom of page after page: names, dates, numbers."""
    edges = [_edges(page) for page in pages]
    seen = Counter(bare for edge in edges for bare in {_bare(line) for line in edge})
    often = max(2, len(pages) / 2)
    found = list[Line]()
    for page, edge in zip(pages, edges, strict=True):
        for line in page:
            is_edge = line in edge and len(pages) > 1
            if not is_edge or (seen[_bare(line)] < often and not _PAGE_NUMBER.fullmatch(_bare(line))):
                found.append(line)
    return found


def _edges(page: Sequence[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.y)
    return [*by_height[:_EDGE], *by_height[-_EDGE:]]


def _bare(line: Line) -> str:
    return re.sub(r"\d+", "#", " ".join(line.words.split()))


def _paragraphs(lines: Sequence[Line]) -> str:
    """The lines as paragraphs: one begins after a wide gap, at an indent, and where the size of letters changes."""
    leading = _leading(lines)
    text, last = "", None
    known = set(re.findall(r"\w+(?:-\w+)*", " ".join(line.words for line in lines)))
    for line in lines:
        words = " ".join(line.words.split())
        if not words:
            continue
        begins = last is None or _begins(line, last, text, leading)
        text = f"{text}\n\n{words}" if begins else _joined(text, words, known)
        last = line
    return text.strip()


def _begins(line: Line, last: Line, text: str, leading: float) -> bool:
    if abs(line.size - last.size) > 1:
        return True
    down = last.y - line.y
    if 0 < down <= leading * 1.4:
        return line.x - last.x > line.size / 2 and text.endswith((".", "!", "?", "”", '"'))
    # Another column or page goes on with the sentence, if there is one to go on with.
    return not (down < 0 and not text.endswith((".", "!", "?", "”", '"', ":")))


def _joined(text: str, words: str, known: set[str]) -> str:
    """A paragraph with its next line; a word that was cut at the end of the line is whole again."""
    head, tail = re.search(r"(\w+)-$", text), re.match(r"([^\W\d_]+)", words)
    if not head or not tail or not tail[1][0].islower():
        return f"{text} {words}"
    # "state-owned" keeps its hyphen if it has it elsewhere in the article, and has not gone without it.
    keeps = f"{head[1]}-{tail[1]}" in known and f"{head[1]}{tail[1]}" not in known
    return f"{text}{words}" if keeps else f"{text[:-1]}{words}"


def _leading(lines: Sequence[Line]) -> float:
    """How far lines of a paragraph are apart: the distance that most of them are."""
    gaps = [round(one.y - other.y, 1) for one, other in zip(lines, lines[1:], strict=False) if one.y > other.y]
    return Counter(gaps).most_common(1)[0][0] if gaps else 0.0


def _headline(lines: Sequence[Line]) -> str | None:
    """The lines of the largest letters, if they are larger than the others'."""
    largest = max(line.size for line in lines)
    found = [line.words for line in lines if largest - line.size < 0.5]
    return " ".join(" ".join(found).split()) if largest > 1.15 * median(line.size for line in lines) else None
