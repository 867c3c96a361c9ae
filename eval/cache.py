"""The stores of published question sets: indexed once, each in a folder named after what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.questions import QuestionSet
from index import chunk, embed
from index.adding import Progress
from index.build import Builder
from index.schema import Article, digest
from index.settings import ROOT, Settings

CACHE = ROOT / ".dateline-eval"


def store_for(
    found: QuestionSet, settings: Settings, cache: Path, watch: Callable[[Progress], None] = lambda _: None
) -> Settings:
    """Settings over a store that holds exactly the articles of the set, made now if it is not whole.

    The same articles, model and chunker have the same store; other ones have another. Interrupted, it goes on where it
    was when it is called again. Raises StoreError.
    """
    articles = found.articles or ()
    mark = digest(settings.embed_model, str(chunk.VERSION), data_hash(articles))[:12]
    cached = replace(settings, store=(cache / "stores" / f"{found.name}-{mark}").resolve(), read_only=False)
    builder = Builder(cached, lambda: embed.load(settings.embed_model), watch=watch)
    builder.after_upgrade(lambda: builder.add_articles(articles))
    return cached


def data_hash(articles: Sequence[Article]) -> str:
    """A hash of everything that is indexed of these articles."""
    return digest(*(f"{one.id} {one.version} {one.outlet} {one.published} {one.collection}" for one in articles))
