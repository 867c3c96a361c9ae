"""Conversations whose follow-up questions people rewrote to stand alone, and the passages to find among others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from eval.loaders import LOADERS
from eval.questions import QuestionSet
from eval.records import QuestionSetError, Record, json_document
from index.schema import Article, digest

_SHORTEST = 200  # characters of a paragraph that is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One turn: the question as it was asked, as people rewrote it, and the passage that answers it."""

    raw: str
    human: str
    passage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns in order; the rules are tuned on even numbers and reported on odd ones."""

    number: int
    turns: tuple[Asked, ...]

    @property
    def split(self) -> str:
        return "test" if self.number % 2 else "dev"


def load(path: Path) -> list[Conversation]:
    """TREC CAsT 2021 (Dalton et al. 2021): a .json file, plain or .gz, a list of conversations.

    Raises QuestionSetError, also where there is none.
    """
    found = [_conversation(one) for one in json_document(path, wrap="conversations").records("conversations")]
    if not any(one.turns for one in found):
        raise QuestionSetError(f"{path}: holds no conversation; check that it is the right file.")
    return found


def others(paths: Iterable[Path], most: int) -> list[str]:
    """So many paragraphs of published sets, each once, in the order of the paths and of their files.

    A path is a file in SQuAD's form, a folder of such files, RAMDocs' .jsonl or MultiHop-RAG's folder, whose articles
    are cut into paragraphs. Raises QuestionSetError.
    """
    texts = (text for path in paths for text in _paragraphs(path))
    return list(dict.fromkeys(islice(dict.fromkeys(texts), most)))


def articles_of(passages: Sequence[str], name: str) -> QuestionSet:
    """The passages as articles of a set without questions, to index."""
    made = [Article(id=digest("passage", text), title="", text=text) for text in passages]
    return QuestionSet(name=name, questions=(), articles=tuple(made))


def _conversation(record: Record) -> Conversation:
    number = record.values.get("number")
    if not isinstance(number, int):
        raise record.fault("number", "is no whole number; give each conversation its own.")
    return Conversation(number=number, turns=tuple(_asked(turn) for turn in record.records("turn")))


def _asked(record: Record) -> Asked:
    human = record.text("manual_rewritten_utterance").strip().removeprefix("Utterance:").strip()
    return Asked(raw=record.text("raw_utterance").strip(), human=human, passage=record.text("passage").strip())


def _paragraphs(path: Path) -> Iterator[str]:
    if path.is_dir() and any(path.glob("corpus.jsonl*")):
        for article in LOADERS["multihop-rag"](path).articles or ():
            yield from (line.strip() for line in article.text.splitlines() if len(line.strip()) >= _SHORTEST)
        return
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        loader = "ramdocs" if ".jsonl" in file.name else "squad"
        yield from (article.text for article in LOADERS[loader](file).articles or ())
