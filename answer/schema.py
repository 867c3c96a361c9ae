"""The types that travel: Citation, Sentence, Value, Answer. Standard library only.

A citation is a span of an article, so its quote is a slice of the article's stored text and cannot misquote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from index.schema import Article, Hit, flat

ABSTAINED = "The articles do not say."
UNSUPPORTED = "not found in the articles"  # beside such a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """`article.text[start:end] == quote`, always; offsets are code points.

    `exact` is where in the article the few words within the quote stand that answer, None where the whole quote does;
    `also_in` are copies of the article that have the quote too, a word or two apart.
    Raises ValueError for a span outside.
    """

    number: int
    article: Article
    start: int
    end: int
    exact: tuple[int, int] | None = None
    also_in: tuple[Article, ...] = ()

    def __post_init__(self) -> None:
        if self.exact and not self.start <= self.exact[0] < self.exact[1] <= self.end:
            raise ValueError(
                f"Citation {self.number} marks {self.exact}, outside of its quote {self.start}:{self.end}."
            )
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(
                f"Citation {self.number} is {self.start}:{self.end}, outside of article {self.article.id}."
            )

    @classmethod
    def of(cls, number: int, hit: Hit) -> Citation:
        """The whole passage of a hit."""
        chunk = hit.chunk
        return cls(number=number, article=chunk.article, start=chunk.start, end=chunk.end, also_in=hit.also_in)

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def elsewhere(self) -> str:
        """The outlets of the copies, or their titles, on one line: "The Herald, Daily Post"; empty without any."""
        return elsewhere(self.also_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an answer and the numbers of the citations that it rests on.

    `speaker` is whom the article attributes it to, empty when it speaks for itself; `doubted` whether the article says
    that it is denied or could not be verified.
    """

    text: str
    numbers: tuple[int, ...] = ()
    supported: bool = True
    speaker: str = ""
    doubted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One of several values that articles give for the same thing, with the citations that give it.

    `words` are the article's, `normalised` the number in figures, `unit` what is counted where that is known, `as_of`
    when the newest article that gives it was published.
    """

    words: str
    normalised: str
    unit: str = ""
    as_of: str = ""
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question; a broken promise below raises ValueError where the answer is made.

    `text` is derived from the sentences. Citation numbers run 1, 2, 3 … in order of first use. An abstained answer has
    no citations, any other at least one supported sentence; an unsupported sentence carries no number. `short` is the
    answer in few words, empty where there is none. `hits` are what was searched up, best first; when abstained, the
    nearest passages. `values` are what articles report for one number where that is not the same, newest first, and
    `relation` says how they stand to each other: "differ", "updated", "corrected", or "". `asked` is the question as it
    stands alone, whatever was asked before it, `understood` what was searched for, `confidence` between 0 and 1, `mode`
    what answered, "reader" or a language model's name, `note` why it was not the one that was set, `seconds` the time
    of each stage, `tokens` how many a language model read and wrote, 0 without one.
    """

    question: str
    sentences: tuple[Sentence, ...]
    short: str = ""
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    values: tuple[Value, ...] = ()
    relation: str = ""
    asked: str = ""
    understood: str = ""
    confidence: float = 0.0
    abstained: bool = False
    mode: str = "reader"
    note: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    tokens: int = 0

    def __post_init__(self) -> None:
        used = dict.fromkeys(number for sentence in self.sentences for number in sentence.numbers)
        _require(list(used) == list(range(1, len(self.citations) + 1)), "citations are numbered in order of first use")
        _require([c.number for c in self.citations] == list(used), "every citation is used, under its own number")
        _require(all(s.supported or not s.numbers for s in self.sentences), "an unsupported sentence has no number")
        _require(all(s.numbers or not s.supported for s in self.sentences), "a supported sentence has a number")
        _require(
            all(set(value.numbers) <= set(used) for value in self.values), "a value rests on citations that are used"
        )
        _require(bool(self.relation) == bool(self.values), "values are told with how they stand to each other")
        _require(self.abstained == (not self.citations), "an answer either cites or abstains")

    @property
    def text(self) -> str:
        """The sentences with their citation numbers: "The mayor resigned. [1][2]"."""
        return " ".join(
            f"{sentence.text} {''.join(f'[{number}]' for number in sentence.numbers)}".rstrip()
            for sentence in self.sentences
        )

    @property
    def said(self) -> str:
        """Whom a short answer is from and whether that is in doubt, where it is: "according to the union"."""
        first = self.sentences[0]
        if not self.short or self.values:
            return ""
        # "Who spoke?" is answered by the speaker, whom it would be idle to name again.
        named = first.speaker in self.short or set(self.short.split()) <= set(first.speaker.split())
        speaker = "" if named else f"according to {first.speaker}"
        return "; ".join(filter(None, (speaker, "disputed or unconfirmed" if first.doubted else "")))

    @property
    def read_into(self) -> str:
        """What was searched for, where that is not just the question; otherwise empty."""
        same = flat(self.understood) == flat(self.question)
        return "" if same else flat(self.understood)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, the same for `--json` and the HTTP API."""
        return {
            "question": self.question,
            "text": self.text,
            "short": self.short,
            "abstained": self.abstained,
            "confidence": round(self.confidence, 4),
            "mode": self.mode,
            "note": self.note,
            "asked": self.asked,
            "understood": self.understood,
            "sentences": [
                {
                    "text": s.text,
                    "numbers": list(s.numbers),
                    "supported": s.supported,
                    "speaker": s.speaker,
                    "doubted": s.doubted,
                }
                for s in self.sentences
            ],
            "citations": [_citation_dict(citation) for citation in self.citations],
            "relation": self.relation,
            "values": [
                {
                    "words": v.words,
                    "normalised": v.normalised,
                    "unit": v.unit,
                    "as_of": v.as_of,
                    "numbers": list(v.numbers),
                }
                for v in self.values
            ],
            "hits": [
                {
                    "score": round(hit.score, 6),
                    "text": hit.chunk.text,
                    "start": hit.chunk.start,
                    "end": hit.chunk.end,
                    "article": article_dict(hit.chunk.article),
                    "also_in": [article_dict(article) for article in hit.also_in],
                }
                for hit in self.hits
            ],
            "seconds": {stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
            "tokens": self.tokens,
        }


def article_dict(article: Article) -> dict[str, Any]:
    """What identifies an article, without its text."""
    names = (
        "id", "version", "title", "outlet", "author", "published", "published_from", "modified", "corrected", "kind",
        "partial", "language", "collection", "url", "path",
    )  # fmt: skip
    return {name: getattr(article, name) for name in names}


def elsewhere(copies: Sequence[Article]) -> str:
    """The outlets of copies, or the titles of those without, each once, on one line."""
    return ", ".join(dict.fromkeys(flat(article.outlet or article.title) for article in copies))


def _citation_dict(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "exact": list(citation.exact) if citation.exact else None,
        "article": article_dict(citation.article),
        "also_in": [article_dict(article) for article in citation.also_in],
    }


def _require(kept: bool, promise: str) -> None:
    if not kept:
        raise ValueError(f"This answer breaks a promise: {promise}.")
