"""Article → chunks, on paragraph and sentence boundaries, without overlap.

Chunks are packed from the article's end towards its top: news grows at the top, and boundaries that depend only on
what follows them do not move when it does. Every chunk keeps its words, hence its id and its vector.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from index.schema import Article, Chunk

VERSION = 1
MAX_TOKENS = 256
HEADER_TOKENS = 48
_SPECIAL_TOKENS = 2
BODY_TOKENS = MAX_TOKENS - HEADER_TOKENS - _SPECIAL_TOKENS
# A model sees a run without spaces as one unknown token, however long; bound it in characters as well.
_LONGEST_TOKEN = 24
_WRAPPED_COLUMNS = 100
_LINE = re.compile(r"[^\r\n]+")
_JOINERS = "\u200d\ufe0e\ufe0f"

Span = tuple[int, int]
Tokenise = Callable[[str], Sequence[Span]]  # text -> the character span of each token, without special tokens


def chunks_of(article: Article, tokenise: Tokenise) -> list[Chunk]:
    """The article's chunks in reading order; each body is at most BODY_TOKENS tokens of `tokenise`."""
    spans = list(_packed(article.text, _token_starts(article.text, tokenise)))
    seen: Counter[str] = Counter()
    chunks = []
    for start, end in reversed(spans):
        words = article.text[start:end]
        chunks.append(Chunk(article=article, start=start, end=end, occurrence=seen[words]))
        # Counted from the end, like the packing, so that a repeat added at the top renames nothing below it.
        seen[words] += 1
    return chunks[::-1]


def header(article: Article, tokenise: Tokenise) -> str:
    """Title, outlet and date in at most HEADER_TOKENS tokens; embedded before a chunk's words, never shown as them."""
    about = " · ".join(part for part in (article.outlet, (article.published or "")[:10]) if part)
    about = _first_tokens(about, HEADER_TOKENS // 2, tokenise)
    left = HEADER_TOKENS - len(tokenise(about)) - 2
    return "\n".join(part for part in (_first_tokens(article.title, left, tokenise), about) if part)


def embedded(chunk: Chunk, head: str) -> str:
    """The exact string that is embedded for a chunk, under its article's `header`."""
    return f"{head}\n{chunk.text}"


def searched(chunk: Chunk) -> str:
    """The words that a chunk is found by in the word index: the headline's, the outlet's and its own."""
    return "\n".join(part for part in (chunk.article.title, chunk.article.outlet, chunk.text) if part)


def sentences(text: str, start: int = 0, end: int | None = None, *, language: str | None = None) -> list[Span]:
    """The spans of the sentences in `text[start:end]`, trimmed of white space, in order; none crosses a paragraph."""
    import sentencex

    found = []
    for first, last in paragraphs(text, start, end):
        for piece in sentencex.get_sentence_boundaries(language or "en", text[first:last]):
            span = _trimmed(text, first + piece["start_index"], first + piece["end_index"])
            if span:
                found.append(span)
    return found


def paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The spans of paragraphs, trimmed: lines, or blank-line blocks where the lines were wrapped at a column."""
    # Found in the whole text and then clipped: a slice that begins within a line would look like other paragraphs.
    end = len(text) if end is None else end
    for first, last in _blocks(text):
        span = _trimmed(text, max(first, start), min(last, end))
        if span:
            yield span


def _blocks(text: str) -> Iterator[Span]:
    for block in re.finditer(r"(?:[^\r\n]+(?:\r\n|\r|\n|\Z))+", text):
        first, last = block.span()
        if _is_wrapped(text[first:last]):
            yield first, last
        else:
            yield from (line.span() for line in _LINE.finditer(text, first, last))


def _packed(text: str, starts: Sequence[int]) -> Iterator[Span]:
    """Chunk spans from the last to the first: whole paragraphs while they fit, sentences of one that alone does not."""
    open_start = open_end = -1
    for start, end in reversed(list(_units(text, starts))):
        if open_end >= 0 and _count(starts, start, open_end) > BODY_TOKENS:
            yield open_start, open_end
            open_end = -1
        if open_end < 0:
            open_end = end
        open_start = start
    if open_end >= 0:
        yield open_start, open_end


def _units(text: str, starts: Sequence[int]) -> Iterator[Span]:
    """What is never cut again: paragraphs that fit a chunk, else sentences that do, else runs of tokens."""
    for paragraph in paragraphs(text):
        if _count(starts, *paragraph) <= BODY_TOKENS:
            yield paragraph
            continue
        for sentence in sentences(text, *paragraph):
            yield from [sentence] if _count(starts, *sentence) <= BODY_TOKENS else _runs(text, starts, *sentence)


def _runs(text: str, starts: Sequence[int], start: int, end: int) -> Iterator[Span]:
    """A sentence too long for a chunk, cut before tokens, at white space where there is some near by."""
    while start < end:
        cut = end
        if _count(starts, start, end) > BODY_TOKENS:
            cut = _kind_cut(text, start, starts[bisect_left(starts, start) + BODY_TOKENS])
        span = _trimmed(text, start, cut)
        if span:
            yield span
        start = cut


def _kind_cut(text: str, start: int, cut: int) -> int:
    """The last border of words in the fourth quarter before `cut`, or else the border of characters at it."""
    space = max((m.end() for m in re.finditer(r"\s", text[start:cut])), default=0)
    if space > (cut - start) * 3 // 4:
        return start + space
    while cut > start + 1 and (unicodedata.combining(text[cut]) or text[cut] in _JOINERS or text[cut - 1] in _JOINERS):
        cut -= 1
    return cut


def _token_starts(text: str, tokenise: Tokenise) -> list[int]:
    return [at for start, end in tokenise(text) for at in range(start, max(end, start + 1), _LONGEST_TOKEN)]


def _count(starts: Sequence[int], start: int, end: int) -> int:
    return bisect_left(starts, end) - bisect_left(starts, start)


def _first_tokens(text: str, limit: int, tokenise: Tokenise) -> str:
    starts = _token_starts(text, tokenise)
    return text if len(starts) <= limit else text[: starts[max(limit, 0)]].rstrip()


def _is_wrapped(block: str) -> bool:
    """Whether a block's lines were broken at a column: three or more, none long, all but the last well filled."""
    lines = block.splitlines()
    full = [len(line) for line in lines[:-1]]
    return len(lines) >= 3 and max(map(len, lines)) <= _WRAPPED_COLUMNS and min(full) >= _WRAPPED_COLUMNS // 2


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
