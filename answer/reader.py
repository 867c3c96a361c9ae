"""The answerer that needs no language model: finds the words that answer, or that none do.

A trained span reader reads every hit and marks the words that answer best. Each such span, in its whole sentence, is
then judged by what else is known of it: whether the article speaks of what is asked at all, whether the words are the
kind of thing that is asked for, how early its chunk was found. A logistic regression turns these into the confidence
that abstention acts on; `eval.calibrate` says where its numbers come from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from answer.amounts import same_words
from answer.candidates import Candidate, candidates
from answer.cite import Pick
from answer.heading import heading
from answer.joining import joined
from answer.kinds import kind_of
from answer.question_words import rare, share
from answer.signals import LONG, SHORT, Signals, weigh
from answer.span_model import Span, SpanModel
from index.embed import Encoder
from index.lexical import terms
from index.schema import Hit, digest, flat

MOST_SENTENCES = 4
_WEIGHED = 12  # candidates whose nearness is measured; the rest are too unlikely to matter
# On the dev half of eval/questions.jsonl the most coverage before wrong answers grow: `python -m eval.threshold`.
THRESHOLD = 0.295
NEARLY = 0.1
_REMEMBERED = 8_192  # passages, each read for one question: some hundred questions, in three megabytes


class Reader:
    """Reads hits; safe from threads, as its encoder and its span reader are."""

    def __init__(self, encoder: Callable[[], Encoder], spans: Callable[[], SpanModel]) -> None:
        self.encoder, self._spans = encoder, spans
        self._known: OrderedDict[str, list[Span]] = OrderedDict()
        self._knowing = threading.Lock()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Pick]:
        """Every sentence of the hits that may answer with its confidence, best first; equal ones in the hits' order."""
        kind = kind_of(question)
        weights = SHORT if kind.short else LONG
        picks = [
            Pick(
                article=one.article,
                start=one.start,
                end=one.end,
                confidence=weights.confidence(signals),
                exact=(one.span.start, one.span.end) if one.span and kind.short else None,
                story=one.hit.story,
                also_in=one.hit.also_in,
            )
            for one, signals in self.signals(question, hits)
        ]
        return sorted(picks, key=lambda pick: -pick.confidence)

    def signals(self, question: str, hits: Sequence[Hit]) -> list[tuple[Candidate, Signals]]:
        """Each candidate with what is known of it: the likeliest _WEIGHED for words, every sentence for an account."""
        kind, hits = kind_of(question), joined(hits)
        found = candidates(question, hits, self._read(question, hits), kind)
        if not found:
            return []
        words = rare(question, [set(terms(hit.chunk.text)) for hit in hits])
        found.sort(key=lambda one: (-one.score - share(words, set(terms(one.words))), one.rank))
        likely = found[:_WEIGHED]
        vectors = self.encoder().encode_question([question, *(one.words for one in likely)])
        near = [float(value) for value in vectors[1:] @ vectors[0]]
        return list(zip(likely, weigh(question, kind, likely, hits, near, found), strict=True))

    def _read(self, question: str, hits: Sequence[Hit]) -> list[list[Span]]:
        """The spans of each hit as places in its article."""
        chunks = [hit.chunk for hit in hits]
        headings = [heading(chunk.article.title, chunk.article.dated) for chunk in chunks]
        found = self._marked(question, [chunk.text for chunk in chunks], headings)
        return [
            [replace(span, start=chunk.start + span.start, end=chunk.start + span.end) for span in spans]
            for chunk, spans in zip(chunks, found, strict=True)
        ]

    def _marked(self, question: str, passages: Sequence[str], headings: Sequence[str]) -> list[list[Span]]:
        """What the model marks in each passage; what it has read for this question of late it does not read anew.

        Reading is nearly all of the time that an answer takes, and a question is often asked again: in its place, by
        others, from a link, with another filter. Only hashes of the words are kept.
        """
        keys = [digest(question, *one) for one in zip(passages, headings, strict=True)]
        with self._knowing:
            known = {key: self._known[key] for key in keys if key in self._known}
        new = [at for at, key in enumerate(keys) if key not in known]
        if new:
            read = self._spans().read(question, [passages[at] for at in new], [headings[at] for at in new])
            known |= {keys[at]: spans for at, spans in zip(new, read, strict=True)}
        with self._knowing:
            self._known |= known
            for key in keys:
                self._known.move_to_end(key)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return [known[key] for key in keys]


def choose(picks: Sequence[Pick], threshold: float = THRESHOLD) -> list[Pick]:
    """What to answer with, of picks best first; none when the best is not sure enough.

    Where words are marked: the best, and every other pick that gives the same words in another story. Else one to
    four different sentences, each nearly as sure as the best, in order of date, those without a date last. A copy is
    not cited beside what it copies.
    """
    if not picks or picks[0].confidence < threshold:
        return []
    best = picks[0]
    if best.exact:
        # Less sure by half, the same words may well be about something else.
        sure = [pick for pick in picks[1:] if pick.exact and pick.confidence >= best.confidence / 2]
        same = [pick for pick in sure if same_words(pick.answer) == same_words(best.answer)]
        return [best, *_one_a_story(same, {best.story})]
    chosen, wordings = list[Pick](), dict[str, set[str]]()  # of each wording the stories that have it
    for pick in picks:
        if pick.confidence < best.confidence - NEARLY:
            break
        if flat(pick.words) not in wordings and len(wordings) == MOST_SENTENCES:
            continue
        stories = wordings.setdefault(flat(pick.words), set())
        if pick.story not in stories:
            chosen.append(pick)
            stories.add(pick.story)
    return sorted(chosen, key=lambda pick: (pick.article.dated or "9999", pick.article.id, pick.start))


def _one_a_story(picks: Sequence[Pick], seen: set[str]) -> list[Pick]:
    found = []
    for pick in picks:
        if pick.story not in seen:
            seen.add(pick.story)
            found.append(pick)
    return found
