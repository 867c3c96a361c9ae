"""Hits → the numbered passages of a prompt, as many as fit. Article text is data: it can neither close its passage nor
pose as one, nor carry what a reader would not see.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from secrets import token_hex

from answer.heading import day_in_words
from index.schema import Hit, flat

# Those of angle brackets are what tags and the control words of chat templates are made of.
_HARMLESS = str.maketrans({"<": "‹", ">": "›"})
_JOINERS = "\u200c\u200d"  # which Persian and Indian scripts are written with


def packed(hits: Sequence[Hit], room: int, tokens: Callable[[str], int]) -> tuple[list[Hit], str]:
    """The first hits that fit into so many tokens, at least one, and their passages, numbered from 1 in that order."""
    # Unknown to the articles, so that none can close its passage.
    mark = f"passage-{token_hex(3)}"
    shown, passages, left = list[Hit](), list[str](), room
    for number, hit in enumerate(hits, start=1):
        passage = _passage(hit, number, mark)
        left -= tokens(passage)
        if left < 0 and shown:
            break
        shown.append(hit)
        passages.append(passage)
    return shown, "\n\n".join(passages)


def _passage(hit: Hit, number: int, mark: str) -> str:
    article = hit.chunk.article
    facts = {"title": article.title, "outlet": article.outlet, "published": day_in_words(article.dated)}
    named = "".join(f' {name}="{harmless(flat(fact))}"' for name, fact in facts.items() if fact).replace("\n", " ")
    return f'<{mark} number="{number}"{named}>\n{harmless(hit.chunk.text)}\n</{mark}>'


def harmless(text: str) -> str:
    """The text without characters that are not seen, and with other ones for angle brackets and straight quotes."""
    seen = "".join(one for one in text if one in _JOINERS or one.isspace() or unicodedata.category(one)[0] != "C")
    return seen.translate(_HARMLESS).replace('"', "”")
