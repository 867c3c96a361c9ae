"""The online half in reading order: search, read, cite. `query()` gives the Answer, `stream()` its words first."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from answer import span_model
from answer.cite import Pick, cite
from answer.days import in_words, meant
from answer.quote import quoted
from answer.reader import THRESHOLD, Reader, choose
from answer.schema import Answer, Sentence
from answer.values import compare, in_short
from index import demo, embed
from index.errors import SettingsError
from index.retrieve import Retriever
from index.schema import Filters, Hit, flat
from index.settings import Settings, load

ABSTAINED = "The articles do not say."


class Assistant:
    """Answers questions over one store; safe from threads. `of` gives the process's own for some settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.retriever = Retriever(settings, lambda: embed.load(settings.embed_model))
        self.reader = Reader(lambda: embed.load(settings.embed_model), lambda: span_model.load(settings.reader_model))

    def ask(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        k: int = 10,
        threshold: float = THRESHOLD,
        literal: bool = False,
    ) -> Answer:
        """Search and read; an answer less sure than `threshold` is withheld. Raises QuestionError and StoreError.

        A `literal` question is searched as one text, whatever outlets, authors, times and parts it names.
        """
        started = time.perf_counter()
        ranking = "whole" if literal else None
        hits = self.retriever.search(question, k=k, filters=filters, ranking=ranking)
        found = self.answer(question, hits, threshold=threshold, searching=time.perf_counter() - started)
        return replace(found, understood=str(self.retriever.understood(question, filters, literal=literal)))

    def answer(
        self, question: str, hits: Sequence[Hit], *, threshold: float = THRESHOLD, searching: float = 0.0
    ) -> Answer:
        """Read hits, whose search took `searching` seconds, and answer from them."""
        started = time.perf_counter()
        picks = self.reader.read(question, hits)
        chosen = choose(picks, threshold)
        compared = compare(question, picks, self._alike) if chosen else None
        sentences, citations = cite(quoted(compared.picks if compared else chosen))
        values = compared.values(citations) if compared else ()
        relation = compared.relation.value if compared else ""
        return Answer(
            question=question,
            sentences=sentences or (Sentence(text=ABSTAINED, supported=False),),
            short=in_short(relation, values) if values else _short(chosen[0]) if chosen else "",
            citations=citations,
            hits=tuple(hits),
            values=values,
            relation=relation,
            understood=question.strip(),
            confidence=picks[0].confidence if picks else 0.0,
            abstained=not citations,
            seconds={"search": searching, "read": time.perf_counter() - started},
        )

    def _alike(self, one: str, other: str) -> float:
        """The cosine of two texts."""
        vectors = self.reader.encoder().encode_question([one, other])
        return float(vectors[0] @ vectors[1])


def _short(pick: Pick) -> str:
    """The few words that answer, with the day that they mean: "Saturday (30 November 2024)"."""
    if not pick.exact:
        return ""
    words = flat(pick.answer)
    day = meant(words, pick.words, pick.article)
    return f"{words} ({in_words(day)})" if day else words


_assistants: dict[Settings, Assistant] = {}
_making = threading.Lock()


def of(settings: Settings) -> Assistant:
    """The process's assistant for these settings, made at the first call."""
    with _making:
        if settings not in _assistants:
            _assistants[settings] = Assistant(settings)
        return _assistants[settings]


def query(
    question: str,
    *,
    store: str | Path | None = None,
    outlet: str | None = None,
    author: str | None = None,
    collection: str | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    k: int = 10,
    literal: bool = False,
    llm: str | None = None,
) -> Answer:
    """Answer a question from the articles in the store, with citations to their exact words.

    `store` is a folder (default: DATELINE_STORE, and while that is empty the demonstration). The filters narrow what is
    searched; `since` and `until` are "2024", "2024-11" or "2024-11-30", both included; `as_of`, written so too, asks as
    if it were that day, of nothing published later. `k` is how many chunks are read. `literal` searches the question as
    one text; otherwise the outlets, authors, times and parts that it names are searched for, as `Answer.understood`
    says. Safe from threads; the first call of a process loads the model. Raises QuestionError
    for a question or filter that cannot be used, StoreError for a store that cannot, and SettingsError when `llm` is
    given, since no language model is connected.
    """
    filters = Filters(outlet=outlet, author=author, collection=collection, since=since, until=until, as_of=as_of)
    if llm is not None:
        raise SettingsError(f"llm={llm!r}: no language model is connected; leave llm out for the built-in reader.")
    return of(settings_for(store)).ask(question, filters=filters, k=k, literal=literal)


def stream(
    question: str, *, store: str | Path | None = None, k: int = 10, literal: bool = False, **filters: str | None
) -> Iterator[str | Answer]:
    """The answer's words as they come, then the Answer itself; arguments and errors as for `query`."""
    answer = query(question, store=store, k=k, literal=literal, **filters)
    for sentence in answer.sentences:
        yield sentence.text + " "
    yield answer


def settings_for(store: str | Path | None = None) -> Settings:
    """The settings to answer with: the store that is named, or the user's, or while that is empty the demonstration."""
    settings = load(store=store)
    if store is not None or of(settings).retriever.count():
        return settings
    return demo.ready(settings)
