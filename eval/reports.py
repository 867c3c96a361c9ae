"""Whether reports of one number are told to differ, to be brought up to date, or left apart.

Each line of the file is a question and two articles, and what is true of the two: that they "differ", that the later
is an "update" (or a correction), or that they tell of "other" events. All articles of a half stand in one store, and
each question is asked of all of it.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from answer.assistant import of
from index import build, embed, settings
from index.dates import normalise
from index.errors import ReadError
from index.schema import Article, digest

PAIRS = Path(__file__).parent / "reports.jsonl"
TOLD = {"differ": "differ", "updated": "update", "corrected": "update", "": "other"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the two articles as records, what is true of them, and which half the pair belongs to."""

    id: str
    split: str
    relation: str
    question: str
    articles: tuple[dict[str, Any], ...]


def load(path: Path) -> list[Pair]:
    """The pairs of a file. Raises ReadError."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [Pair(**(row | {"articles": tuple(row["articles"])})) for row in rows]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReadError(f"{path} is not a file of pairs of reports ({error!r}).") from error


def judge(pairs: Sequence[Pair], store: Path) -> list[tuple[Pair, str, str]]:
    """Each pair with what was told of its numbers, "differ", "update" or "other", and the answer in short.

    `store` is an empty folder, which is filled with the articles of all pairs. An answer that compares other articles
    than the pair's tells nothing of the pair.
    """
    cached = replace(settings.load(), store=store.resolve(), read_only=False)
    records = [article for pair in pairs for article in pair.articles]
    articles = [_article(record) for record in records]
    build.Builder(cached, lambda: embed.load(cached.embed_model)).add_articles(articles)
    found = []
    for pair in pairs:
        answer = of(cached).ask(pair.question)
        own = {article.id for article in map(_article, pair.articles)}
        cited = {citation.article.id for citation in answer.citations}
        told = TOLD[answer.relation] if own <= cited else "other"
        # What two articles of other pairs are said to tell would be an invention too.
        found.append((pair, told if cited <= own or not answer.relation else "differ", answer.short))
    return found


def _article(record: dict[str, Any]) -> Article:
    title, outlet, text = (str(record[name]) for name in ("title", "outlet", "text"))
    id, published = digest(title, outlet, text), normalise(record["published"])
    return Article(id=id, title=title, outlet=outlet, text=text, published=published, published_from="field")


def precision_and_recall(judged: Sequence[tuple[Pair, str, str]], relation: str) -> tuple[float, float]:
    """Of the pairs told so the share that is so, and of the pairs that are so the share told."""
    counts = Counter((pair.relation == relation, told == relation) for pair, told, _ in judged)
    right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    return right / max(1, right + wrong), right / max(1, right + missed)


def show(pairs: Sequence[Pair], split: str) -> int:
    """Print what was told of each pair of a half that is not so, and the measures; returns 0."""
    with tempfile.TemporaryDirectory() as folder:
        judged = judge([pair for pair in pairs if pair.split == split], Path(folder) / "store")
    for pair, told, short in judged:
        if told != pair.relation:
            print(f"{pair.id}: {pair.relation}, told {told}: {short}")
    for relation in ("differ", "update"):
        precision, recall = precision_and_recall(judged, relation)
        print(f"{split}, {len(judged)} pairs, {relation}: precision {precision:.2f}, recall {recall:.2f}")
    return 0
