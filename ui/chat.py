"""A conversation as the chat shows it, in Markdown, whole or as an answer comes.

Citations are links to "#cite-<turn>-<number>", which gradio's sanitiser keeps, and their quote is the link's title; a
click on one asks the server for that turn's article. "#ask" links ask the words that they stand on.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from answer.events import Checked, Cited, Event, Text, Understood, Withdrawn
from answer.schema import ABSTAINED, UNSUPPORTED, Answer, Citation, Sentence
from index.collection import Extent
from index.schema import flat
from index.understand import Reading
from ui.kept import State
from ui.turn import Source, Turn
from ui.words import about, date_words, plain

REFRESHED = 0.05  # seconds between two looks at a sentence under way
_HOVERED = 280  # characters of a quote
SEARCHING = "*Searching the articles …*"
STOPPED = "Stopped."
READER = "the built-in reader"


@dataclass(slots=True)
class Coming:
    """An answer as far as it has come, for the chat: checked sentences, and the one under way."""

    turn: int
    cited: list[Citation] = field(default_factory=list)
    readings: tuple[Reading, ...] = ()
    _sentences: list[Sentence] = field(default_factory=list)
    _pending: str = ""
    _searched: str = ""
    _shown: float = 0.0

    def take(self, event: Event) -> bool:
        """Take in an event; whether there is something new to see."""
        match event:
            case Understood():
                self._searched, self.readings = event.searched, event.readings
            case Text():
                self._pending = event.text
                if time.monotonic() - self._shown < REFRESHED:
                    return False
                self._shown = time.monotonic()
            case Cited():
                self.cited.append(event.citation)
            case Checked():
                self._sentences.append(event.sentence)
                self._pending = ""
            case Withdrawn():
                self.cited, self._sentences, self._pending = [], [], ""
            case _:
                return False
        return True

    @property
    def words(self) -> str:
        """In Markdown; what is not checked yet is marked so."""
        quotes = {one.number: one.quote for one in self.cited}
        checked = [_sentence_words(sentence, self.turn, quotes) for sentence in self._sentences]
        pending = [f"<span class='pending'>{plain(self._pending)}</span>"] if self._pending else []
        return " ".join([*checked, *pending]) or f"*Reading what was found for: {plain(self._searched)}*"


def messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The conversation, two messages a turn."""
    return [
        message
        for at, turn in enumerate(turns)
        for message in (
            {"role": "user", "content": plain(turn.question)},
            {"role": "assistant", "content": turn_words(turn, at)},
        )
    ]


def turn_words(turn: Turn, at: int) -> str:
    """What the chat says of a turn."""
    if turn.answer:
        return answer_words(turn.answer, turn, at)
    if turn.has_failed and turn.kept:
        return "\n\n".join(filter(None, (turn.words, f"*{plain(turn.kept.note)}*")))
    return _kept_words(turn, at) if turn.kept else turn.words


def answer_words(answer: Answer, turn: Turn, at: int) -> str:
    """The answer in Markdown, its citations linked to the sources of its turn, number `at`."""
    quotes = {one.number: one.quote for one in answer.citations}
    words = _sentences_words(answer.sentences, at, answer.mode, quotes)
    if answer.note:
        words += f"\n\n*{plain(answer.note)}*"
    if answer.read_into:
        words += f"\n\n*Searched for: {plain(answer.read_into)}*"
    if answer.abstained:
        return f"{words}\n\n{_declined_words(turn, at)}{_made(answer)}"
    said = f", {plain(answer.said)}" if answer.said else ""
    short = f"**{plain(answer.short)}**{said}\n\n{_values_words(answer, at)}" if answer.short else ""
    return short + words + _made(answer)


def welcome(examples: Sequence[str] = ()) -> str:
    """What an empty chat says, with questions to begin with."""
    asks = "".join(f"\n- [{plain(question)}](#ask)" for question in examples)
    return f"Every answer shows the words of the article that it rests on.{f' Try:{chr(10)}{asks}' if asks else ''}"


def extent_words(extent: Extent) -> str:
    """What was searched: "24 articles, of 1 May 2019 to 30 November 2024"."""
    count = f"{extent.articles} article{'' if extent.articles == 1 else 's'}"
    if not extent.first:
        return count
    days = [date_words(day) for day in dict.fromkeys((extent.first, extent.last))]
    return f"{count}, of {' to '.join(days)}"


def _declined_words(turn: Turn, at: int) -> str:
    """What was searched, what came nearest, and what can be asked instead."""
    searched = f"Searched: {plain(extent_words(turn.extent))}" if turn.extent.articles else ""
    filters = ", ".join(plain(f"{name} {value}") for name, value in turn.scope.set_filters.items())
    words = f"{searched}{f' (with {filters})' if filters and searched else ''}{'.' if searched else ''}"
    if not turn.sources:
        return f"{words} No article was found: is there none yet, or a filter too narrow?".strip()
    words += f"\n\nNearest passages, which are not an answer:\n{''.join(_near_words(one, at) for one in turn.sources)}"
    asks = "".join(f"\n- [{plain(question)}](#ask)" for question in turn.suggestions)
    return f"{words}\n\nWhat they do answer:\n{asks}" if asks else words


def _near_words(source: Source, at: int) -> str:
    if not source.article:
        return ""
    return f"\n- [{plain(source.article.title)}](#cite-{at}-{source.name})<br>{plain(about(source.article))}"


def _kept_words(turn: Turn, at: int) -> str:
    """An answer that was given earlier: as it was, where this browser kept it, else what its link cites."""
    kept = turn.kept
    assert kept
    day = plain(date_words(kept.asked_at))
    quotes = {one.citation.number: one.citation.quote for one in turn.sources if one.citation}
    changed = ", ".join(f"[{one.name}] {one.state.value}" for one in turn.sources if one.state is not State.SAME)
    told = f"\n\n*Since then: {plain(changed)}.*" if changed else ""
    note = f"\n\n*{plain(kept.note)}*" if kept.note else ""
    if turn.linked:
        cited = "".join(f"\n- {_linked_words(one, at)}" for one in turn.sources)
        said = f"It cited:\n{cited}" if cited else "It cited nothing: the articles did not say."
        return f"*From a link to an answer of {day}. Ask again for what the articles say now.*\n\n{said}{told}"
    short = f"**{plain(kept.short)}**\n\n" if kept.short else ""
    words = _sentences_words(kept.sentences, at, kept.mode, quotes) or plain(ABSTAINED)
    return f"{short}{words}{note}{told}\n\n<span class='made'>Answered on {day} by {plain(_by(kept.mode))}</span>"


def _linked_words(source: Source, at: int) -> str:
    if source.citation:
        return f"“{plain(source.citation.quote)}” {_chip(int(source.name), at, {})}"
    gone = "the article is no longer here" if not source.article else "its article has these words no longer"
    return f"{_chip(int(source.name), at, {})} {gone}"


def _sentences_words(sentences: Sequence[Sentence], at: int, mode: str, quotes: Mapping[int, str]) -> str:
    # The built-in reader answers with sentences of several articles, a language model with prose.
    declined = not any(sentence.supported for sentence in sentences)
    words = (_sentence_words(one, at, quotes, declined) for one in sentences)
    return ("\n\n" if mode == "reader" else " ").join(words)


def _values_words(answer: Answer, at: int) -> str:
    """A table of what each outlet reports and when, newest first, where that is not the same."""
    if not answer.values:
        return ""
    quotes = {one.number: one.quote for one in answer.citations}
    rows = []
    for value in answer.values:
        for number in value.numbers:
            article = answer.citations[number - 1].article
            day = date_words(article.published and article.published[:10])
            by = plain(article.outlet or article.title)
            rows.append(f"| {plain(value.words)} | {by} | {plain(day)} | {_chip(number, at, quotes)} |\n")
    return f"| Reported | By | On | Source |\n| --- | --- | --- | --- |\n{''.join(rows)}\n"


def _sentence_words(sentence: Sentence, at: int, quotes: Mapping[int, str], declined: bool = False) -> str:
    if not sentence.supported and not declined:
        return f"<span class='unsupported'>{plain(sentence.text)} ({UNSUPPORTED})</span>"
    numbers = "".join(_chip(number, at, quotes) for number in sentence.numbers)
    return f"{plain(sentence.text)} {numbers}".rstrip()


def _chip(number: int, at: int, quotes: Mapping[int, str]) -> str:
    """A citation's number, to click on; its quote is shown when the pointer rests on it."""
    quote = flat(quotes.get(number, ""))
    quote = quote if len(quote) <= _HOVERED else quote[:_HOVERED].rsplit(" ", 1)[0] + " …"
    title = f' "{plain(quote).replace(chr(34), "&#34;")}"' if quote else ""
    return f"[[{number}]](#cite-{at}-{number}{title})"


def _made(answer: Answer) -> str:
    """By what the answer was made, and how long each stage took."""
    stages = ", ".join(f"{plain(stage)} {seconds:.2f} s" for stage, seconds in answer.seconds.items())
    by = plain(_by(answer.mode))
    return f"\n\n<span class='made'>By {by}{f' · {stages}' if stages else ''}</span>"


def _by(mode: str) -> str:
    return READER if mode == "reader" else mode
