"""The title of a text that names none: its headline, or else its opening words. Pure."""

from __future__ import annotations

import re

from index.dates import ends_in_date

LONGEST_OPENING = 80
LONGEST_HEADLINE = 150
LONGEST_CAPTION = 400
_SEEN = 20_000

_AGENCY = r"(?:AFP|AP|EPA(?:-EFE)?|DPA|TASS|SANA|[Rr]euters|REUTERS|Getty|GETTY|Anadolu|Xinhua|[Pp]hotos?|[Ff]ile)"
_CREDIT = re.compile(
    rf"[(\[][^()\[\]]*\b{_AGENCY}\b[^()\[\]]*[)\]]\.?$|(?<=\w)\W+Getty Images\W*$|\bREUTERS/|/\s?{_AGENCY}\W*$"
    r"|\b(?:AP|AFP|EPA) Photo\b|\bPhotos? (?:by|credit|courtesy)\b"
)
_CAPTION = re.compile(
    r"^(?:file )?(?:photo|picture|image|caption)\s*[:–—-]|^file\s*[:–—-]|^file photo\b"
    r"|\b(?:is|are|was|were) (?:pictured|seen here|shown here)\b"
    r"|\bin this (?:\w+ )?(?:photo|picture|image|handout|frame grab)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^(?:>>|(?:see|read|watch) (?:also|more)\b|also read\b|related(?::| articles| stories| news))|[:：]$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:By|BY)(?:\s+(?:and|with|AND|[^\W\d_a-z][\w.'’-]*,?)){1,12}$")
_SENTENCE_END = re.compile(r"[.。।۔][\s\"'”’»)\]]*$")
_INITIALS = re.compile(r"\b(?:[A-Z]\.)+$")
# A line that ends like this goes on in the next one.
_UNFINISHED = re.compile(r"(?:,|-|\b(?:a|an|and|as|at|by|for|from|in|of|on|or|that|the|to|with))$")


def title_of(text: str) -> str:
    """The first line when it reads like a headline, otherwise the opening words of the first paragraph.

    Photo captions, bylines, links to other articles and lines that only announce something ("Bonus video:") are passed
    over. The opening words are cut between words, to at most 80 characters with their "…".
    """
    lines = [" ".join(line.split()) for line in text.lstrip()[:_SEEN].splitlines()]
    for at, line in enumerate(lines):
        if line and not _is_beside_the_text(line):
            paragraph = _unwrapped(lines[at:])
            return line if paragraph == line and _is_headline(line) else _opening(paragraph)
    return _opening(next(filter(None, lines), ""))


def _is_beside_the_text(line: str) -> bool:
    # One word above an article is the name of its section.
    if " " not in line and line.isascii():
        return True
    if len(line) > LONGEST_CAPTION:
        return False
    return any(pattern.search(line) for pattern in (_ASIDE, _BYLINE, _CREDIT, _CAPTION)) or ends_in_date(line)


def _is_headline(line: str) -> bool:
    return len(line) <= LONGEST_HEADLINE and (not _SENTENCE_END.search(line) or bool(_INITIALS.search(line)))


def _unwrapped(lines: list[str]) -> str:
    """The first line and, in a text wrapped to a width, those below it that continue it."""
    paragraph = lines[0]
    for line in lines[1:]:
        if not line or len(paragraph) > LONGEST_OPENING:
            break
        if not line[0].islower() and not _UNFINISHED.search(paragraph):
            break
        paragraph += " " + line
    return paragraph


def _opening(paragraph: str) -> str:
    if len(paragraph) <= LONGEST_OPENING:
        return paragraph
    room = paragraph[: LONGEST_OPENING - 1]
    # The words end where the room does when the next character is a space.
    words = room if paragraph[len(room)] == " " else room.rpartition(" ")[0] or room
    return words.rstrip(" ,;:–—-(") + "…"
