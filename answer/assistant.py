"""The online half in reading order: search, read or write, cite. `stream()` tells it as it comes, `query()` the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from answer import entailment, span_model
from answer import llm as language_models
from answer.cite import Pick, cite
from answer.conversation import Earlier, standing_alone
from answer.days import in_words, meant
from answer.events import Checked, Cited, Done, Event, Hits, Understood, Withdrawn
from answer.quote import quoted
from answer.reader import THRESHOLD, Reader, choose
from answer.schema import ABSTAINED, Answer, Sentence
from answer.suggest import suggested
from answer.support import Checker
from answer.values import compare, in_short
from answer.writing import write
from index import demo, embed
from index.check import NOT_READ
from index.dates import asked_on
from index.errors import LlmError
from index.retrieve import Retriever
from index.schema import Filters, Hit, flat
from index.settings import BUNDLED_READER, Settings, load

_SUGGESTING = 3  # passages


class Assistant:
    """Answers questions over one store; safe from threads. `of` gives the process's own for some settings."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError for a language model whose extra or key is missing; it is not asked anything yet."""
        self.settings = settings
        self.retriever = Retriever(settings, lambda: embed.load(settings.embed_model))
        self.reader = Reader(lambda: embed.load(settings.embed_model), lambda: span_model.load(settings.reader_model))
        self.checker = Checker(
            lambda: embed.load(settings.embed_model), lambda: entailment.load(settings.support_model)
        )
        self.model = language_models.load(settings.llm) if settings.llm else None

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Earlier] = (),
        filters: Filters | None = None,
        k: int = 10,
        threshold: float = THRESHOLD,
        literal: bool = False,
        ignoring: Collection[str] = (),
    ) -> Answer:
        """What `stream` ends with."""
        events = self.stream(
            question, history=history, filters=filters, k=k, threshold=threshold, literal=literal, ignoring=ignoring
        )
        for event in events:
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("A stream ends with Done.")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Earlier] = (),
        filters: Filters | None = None,
        k: int = 10,
        threshold: float = THRESHOLD,
        literal: bool = False,
        ignoring: Collection[str] = (),
    ) -> Iterator[Event]:
        """Search, and read or let the language model write: the events, in the order of `answer.events`.

        `history` are earlier answers or questions, oldest first, for a question that needs them to be understood. An
        answer of the reader less sure than `threshold` is withheld. A `literal` question is searched as one text,
        whatever it refers to and whatever outlets, authors, times and parts it names; `ignoring` takes single ones of
        them back, by the `key` of their reading. When the language model fails,
        the reader answers, with a note. Raises QuestionError and StoreError.
        """
        asked, failed = self._asked(question, () if literal else history)
        started = time.perf_counter()
        unread = frozenset(ignoring)
        hits = self.retriever.search(asked, k=k, filters=filters, ranking="whole" if literal else None, ignoring=unread)
        searching = time.perf_counter() - started
        understood = self.retriever.understood(asked, filters, literal=literal, ignoring=unread)
        searched = str(understood)
        yield Understood(asked, searched, understood.readings)
        yield Hits(tuple(hits))
        for event in self._answered(asked, hits, filters, threshold, failed):
            if isinstance(event, Done):
                answer, seconds = event.answer, {"search": searching, **event.answer.seconds}
                note = answer.note or (self._foreign(filters) if answer.abstained else "")
                event = Done(
                    replace(answer, question=question, asked=asked, understood=searched, seconds=seconds, note=note)
                )
            yield event

    def _foreign(self, filters: Filters | None) -> str:
        """How many of the articles that were searched the reader may not understand, in words; empty for none."""
        foreign = self.retriever.extent(filters).foreign
        is_ours = self.settings.reader_model == BUNDLED_READER
        are = "article is" if foreign == 1 else "articles are"
        return f"{foreign} {are} not in English: {NOT_READ}." if foreign and is_ours else ""

    def _asked(self, question: str, history: Sequence[Earlier]) -> tuple[str, LlmError | None]:
        """The question as it stands alone, and how the language model failed at that, if it did."""
        try:
            return standing_alone(question, history, self.model), None
        except LlmError as error:
            return standing_alone(question, history), error

    def _answered(
        self, asked: str, hits: Sequence[Hit], filters: Filters | None, threshold: float, failed: LlmError | None
    ) -> Iterator[Event]:
        note = str(failed or "")
        if self.model and hits and not failed:
            try:
                yield from write(
                    self.model, self.checker, asked, hits, today=asked_on(filters.as_of if filters else None)
                )
                return
            except LlmError as error:
                note = str(error)
        if note:
            note = f"{note} This is the built-in reader’s answer."
            yield Withdrawn(note)
        yield from _told(replace(self.answer(asked, hits, threshold=threshold), note=note))

    def answer(self, question: str, hits: Sequence[Hit], *, threshold: float = THRESHOLD) -> Answer:
        """Read hits, and answer from them, without a language model."""
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
            asked=question,
            understood=question.strip(),
            confidence=picks[0].confidence if picks else 0.0,
            abstained=not citations,
            seconds={"read": time.perf_counter() - started},
        )

    def suggest(self, answer: Answer, go_on: Callable[[], bool] = lambda: True) -> tuple[str, ...]:
        """Questions that the articles answer, to ask instead of one that was declined: of the nearest, else the newest.

        They are tried first, on the few passages that they are made of, which is many times faster than asking them;
        no more of them are once `go_on` says that there is no time for it.
        """
        found = self._suggested(answer.hits, go_on)
        newest = self.retriever.articles()[:1] if not found and go_on() else []
        return found or self._suggested([hit for one in newest for hit in self.retriever.search(one.title)], go_on)

    def _suggested(self, hits: Sequence[Hit], go_on: Callable[[], bool]) -> tuple[str, ...]:
        some = hits[:_SUGGESTING]
        return suggested(some, lambda question: self.answer(question, some), go_on=go_on)

    def _alike(self, one: str, other: str) -> float:
        """The cosine of two texts."""
        vectors = self.reader.encoder().encode_question([one, other])
        return float(vectors[0] @ vectors[1])


def _told(answer: Answer) -> Iterator[Event]:
    """The events of an answer that is there already."""
    known = 0
    for sentence in answer.sentences:
        for number in sentence.numbers:
            if number > known:
                yield Cited(answer.citations[number - 1])
                known = number
        yield Checked(sentence)
    yield Done(answer)


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
    history: Sequence[Earlier] = (),
    store: str | Path | None = None,
    outlet: str | None = None,
    author: str | None = None,
    collection: str | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    k: int = 10,
    literal: bool = False,
    ignoring: Collection[str] = (),
    llm: str | None = None,
) -> Answer:
    """Answer a question from the articles in the store, with citations to their exact words.

    `history` are the answers given before, oldest first, or just their questions: "And when?" is understood by them.
    `store` is a folder (default: DATELINE_STORE, and while that is empty the demonstration). The filters narrow what is
    searched; `since` and `until` are "2024", "2024-11" or "2024-11-30", both included; `as_of`, written so too, asks as
    if it were that day, of nothing published later. `k` is how many chunks are read. `literal` searches the
    question as one text; otherwise the outlets, authors, times and parts that it names are searched for, as
    `Answer.understood` says, less those that `ignoring` names. `llm` names a language model as DATELINE_LLM does,
    "" none. Safe from threads; the first call of a process loads the models. Raises QuestionError for a question or
    filter that cannot be used, StoreError for a store that cannot, and SettingsError for a language model whose
    name, extra or key cannot; when the model fails, the built-in reader answers, and `Answer.note` says why.
    """
    filters = Filters(outlet=outlet, author=author, collection=collection, since=since, until=until, as_of=as_of)
    assistant = of(settings_for(store, llm))
    return assistant.ask(question, history=history, filters=filters, k=k, literal=literal, ignoring=ignoring)


def stream(
    question: str,
    *,
    history: Sequence[Earlier] = (),
    store: str | Path | None = None,
    k: int = 10,
    literal: bool = False,
    ignoring: Collection[str] = (),
    llm: str | None = None,
    **filters: str | None,
) -> Iterator[Event]:
    """The events of `answer.events`, the answer last; arguments and errors as for `query`."""
    assistant = of(settings_for(store, llm))
    yield from assistant.stream(
        question, history=history, filters=Filters(**filters), k=k, literal=literal, ignoring=ignoring
    )


def settings_for(store: str | Path | None = None, llm: str | None = None) -> Settings:
    """The settings to answer with: the store that is named, or the user's, or while that is empty the demonstration."""
    settings = load(store=store, llm=llm)
    if store is not None or of(settings).retriever.count():
        return settings
    return demo.ready(settings)
