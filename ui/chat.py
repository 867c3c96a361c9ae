"""Answers for the chat, in Markdown, whole or as they come.

Their citations are links to "#cite-<turn>-<number>", which gradio's sanitiser keeps; a click on one asks the server
for that turn's article.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from answer.events import Checked, Cited, Event, Text, Understood, Withdrawn
from answer.schema import UNSUPPORTED, Answer, Citation, Sentence
from ui.words import about, plain

NEAREST = 3

REFRESHED = 0.05  # seconds between two looks at a sentence under way


@dataclass(frozen=True, slots=True)
class Turn:
    """What one question brought up: the citations of its answer or, when it was not answered, the nearest passages.

    For feedback on it: the answer, with no more hits than were shown; `where`, the store and filters that it was asked
    with; and which message of the chat it is.
    """

    cited: tuple[Citation, ...]
    answered: bool
    answer: Answer | None = None
    where: dict[str, Any] = field(default_factory=dict)
    message: int = 0

    @classmethod
    def of(cls, answer: Answer, where: dict[str, Any] | None = None, message: int = 0) -> Turn:
        near = answer.hits[:NEAREST] if answer.abstained else ()
        cited = answer.citations or tuple(Citation.of(number, hit) for number, hit in enumerate(near, 1))
        return cls(cited, not answer.abstained, replace(answer, hits=near), where or {}, message)


@dataclass(slots=True)
class Coming:
    """An answer as far as it has come, for the chat: checked sentences, and the one under way."""

    turn: int
    cited: list[Citation] = field(default_factory=list)
    _sentences: list[Sentence] = field(default_factory=list)
    _pending: str = ""
    _searched: str = ""
    _shown: float = 0.0

    def take(self, event: Event) -> bool:
        """Take in an event; whether there is something new to see."""
        match event:
            case Understood():
                self._searched = event.searched
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
        checked = [_sentence_words(sentence, self.turn) for sentence in self._sentences]
        pending = [f"<span class='pending'>{plain(self._pending)}</span>"] if self._pending else []
        return " ".join([*checked, *pending]) or f"*Reading what was found for: {plain(self._searched)}*"


def answer_words(answer: Answer, turn: int) -> str:
    """The answer for the chat, in Markdown, its citations linked to the sources of that turn."""
    words = _sentences_words(answer.sentences, turn, answer.mode)
    if answer.note:
        words += f"\n\n*{plain(answer.note)}*"
    if answer.read_into:
        words += f"\n\n*Searched for: {plain(answer.read_into)}*"
    if not answer.abstained:
        said = f", {plain(answer.said)}" if answer.said else ""
        short = f"**{plain(answer.short)}**{said}\n\n{_values_words(answer, turn)}" if answer.short else ""
        return short + words
    near = Turn.of(answer).cited
    links = (f"\n- [{plain(c.article.title)}](#cite-{turn}-{c.number})<br>{plain(about(c.article))}" for c in near)
    if not near:
        return f"{words}\n\nNo article was found: is there none yet, or a filter too narrow?"
    return f"{words}\n\nNearest passages, which are not an answer:\n{''.join(links)}"


def _sentences_words(sentences: Sequence[Sentence], turn: int, mode: str) -> str:
    # The built-in reader answers with sentences of several articles, a language model with prose.
    declined = not any(sentence.supported for sentence in sentences)
    words = (_sentence_words(one, turn, declined) for one in sentences)
    return ("\n\n" if mode == "reader" else " ").join(words)


def _values_words(answer: Answer, turn: int) -> str:
    """What each outlet reports, newest first, where that is not the same."""
    lines = []
    for value in answer.values:
        given = [answer.citations[number - 1] for number in value.numbers]
        where = "; ".join(
            f"{plain(about(c.article) or c.article.title)} [[{c.number}]](#cite-{turn}-{c.number})" for c in given
        )
        lines.append(f"- {plain(value.words)}: {where}\n")
    return "".join(lines) + "\n" if lines else ""


def _sentence_words(sentence: Sentence, turn: int, declined: bool = False) -> str:
    if not sentence.supported and not declined:
        return f"<span class='unsupported'>{plain(sentence.text)} ({UNSUPPORTED})</span>"
    numbers = "".join(f"[[{number}]](#cite-{turn}-{number})" for number in sentence.numbers)
    return f"{plain(sentence.text)} {numbers}".rstrip()
