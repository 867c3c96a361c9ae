"""A sentence that answers → what is quoted of the article: with it the neighbour that says whose words they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answer.attribution import of_sentence
from answer.candidates import LONGEST
from answer.cite import Pick
from index.chunk import sentences
from index.copies import Wording, quotes
from index.schema import flat


def quoted(picks: Sequence[Pick]) -> list[Pick]:
    """The picks as they are quoted; a whole sentence that stands in another one's quote is quoted there only."""
    found = [_named(attributed(pick)) for pick in picks]
    return [
        pick
        for i, pick in enumerate(found)
        if pick.exact or not any(_holds(other, pick) for j, other in enumerate(found) if j != i)
    ]


def _named(pick: Pick) -> Pick:
    """The pick with those copies only that have what is quoted, and in it the words that answer."""
    if not pick.also_in:
        return pick
    quote, answer = Wording(pick.words), Wording(pick.answer if pick.exact else "")
    return replace(pick, also_in=tuple(one for one in pick.also_in if quotes(Wording(one.text), quote, answer)))


def _holds(outer: Pick, inner: Pick) -> bool:
    inside = outer.start <= inner.start and inner.end <= outer.end
    return outer.article.id == inner.article.id and inside and (outer.start, outer.end) != (inner.start, inner.end)


def attributed(pick: Pick) -> Pick:
    """The pick with its speaker and doubt, and as much longer as the words that tell them stand beside its sentence.

    A neighbour is of the same paragraph: "He said …" is quoted with the sentence that names him, and a sentence with
    "This could not be verified." after it.
    """
    text = pick.article.text
    start = text.rfind("\n", 0, pick.start) + 1
    end = text.find("\n", pick.end)
    told = list(sentences(text, start, len(text) if end < 0 else end, language=pick.article.language))
    before = next((span for span in reversed(told) if span[1] <= pick.start), None)
    after = next((span for span in told if span[0] >= pick.end), None)
    before, after = (span if span and span[1] - span[0] <= LONGEST else None for span in (before, after))
    exact = pick.exact or (pick.start, pick.end)
    # White space is one character each, so that places stay; `flat` would move them.
    found = of_sentence(
        re.sub(r"\s", " ", pick.words),
        (exact[0] - pick.start, exact[1] - pick.start) if pick.exact else None,
        before=flat(text[slice(*before)]) if before else "",
        after=flat(text[slice(*after)]) if after else "",
    )
    return replace(
        pick,
        start=before[0] if before and found.told_before else pick.start,
        end=after[1] if after and found.told_after else pick.end,
        speaker=found.speaker,
        doubted=found.doubted,
    )
