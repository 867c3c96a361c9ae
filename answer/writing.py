"""A language model's answer as it comes: passages packed, prompt filled, every sentence held against the articles."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import fmean

import prompts
from answer.drafts import Drafts
from answer.events import Checked, Cited, Done, Event, Text
from answer.joining import joined
from answer.llm import LanguageModel
from answer.passages import packed
from answer.schema import ABSTAINED, Answer, Sentence
from answer.support import Checker
from answer.verify import Verifier
from index.schema import Hit


def write(
    model: LanguageModel, checker: Checker, question: str, hits: Sequence[Hit], *, today: date
) -> Iterator[Event]:
    """Yield the answer as it is written and checked, Done last. Raises LlmError, however far it has come.

    An answer of which no sentence is supported becomes an abstention: what was said of it is not in Done.
    """
    started = time.perf_counter()
    system, user, shown = prompt(model, question, hits, today=today)
    drafts, verifier = Drafts(len(shown)), Verifier(question, shown, checker)
    sentences, told, pending, first, checking = list[Sentence](), [system, user], "", 0.0, 0.0
    for piece in _pieces(model.stream(system, user)):
        first = first or time.perf_counter() - started
        told.append(piece)
        for draft in drafts.feed(piece) if piece else drafts.end():
            begun = time.perf_counter()
            sentence, new = verifier.verify(draft)
            checking += time.perf_counter() - begun
            sentences.append(sentence)
            yield from map(Cited, new)
            yield Checked(sentence)
        if piece and drafts.pending not in ("", pending):
            yield Text(drafts.pending)
        pending = drafts.pending
    supported = any(sentence.supported for sentence in sentences)
    yield Done(
        Answer(
            question=question,
            sentences=tuple(sentences) if supported else (Sentence(text=ABSTAINED, supported=False),),
            citations=tuple(verifier.citations),
            hits=tuple(hits),
            confidence=fmean(verifier.scores) if verifier.scores else 0.0,
            abstained=not supported,
            mode=model.name,
            seconds={"first words": first, "write": time.perf_counter() - started, "check": checking},
            tokens=sum(map(model.tokens, told)),
        )
    )


def prompt(model: LanguageModel, question: str, hits: Sequence[Hit], *, today: date) -> tuple[str, str, list[Hit]]:
    """The system's and the user's message, and the hits that are in it by number, neighbours joined."""
    system = prompts.render("answer", today=f"{today:%A}, {today.day} {today:%B %Y}")
    around = model.tokens(system) + model.tokens(prompts.render("question", passages="", question=question))
    shown, passages = packed(joined(hits), model.room - around, model.tokens)
    return system, prompts.render("question", passages=passages, question=question), shown


def _pieces(stream: Iterator[str]) -> Iterator[str]:
    """The pieces that hold something, and an empty one for the end."""
    yield from (piece for piece in stream if piece)
    yield ""
