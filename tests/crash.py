"""Jobs to be killed in a process of their own; imported by the fork server, which imports the stack once."""

from __future__ import annotations

import itertools
import os
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path

from index.build import Builder
from index.catalog import Catalog
from index.check import check
from index.retrieve import Retriever
from index.settings import Settings
from index.store import Store
from tests.conftest import WordEncoder

DIED, PRELOAD = 9, ["tests.crash", "chromadb", "tantivy", "index.read", "sqlite3", "sentencex", "datasketch"]


def settings_in(store: Path) -> Settings:
    return Settings(store=store, demo_store=store / "no-demo")


def run(store: Path, archive: Path, action: str, die_at: int | None, started: Event | None = None) -> None:
    """Run one action on a store; die at that step, counted from 0, before any clean-up can run.

    `started` is set at the first step, when the store's lock is held.
    """
    counter = itertools.count()

    def at(name: str) -> None:
        if started:
            started.set()
        if next(counter) == die_at:
            os._exit(DIED)

    act(Builder(settings_in(store), WordEncoder, at=at), archive, action)


def act(builder: Builder, archive: Path, action: str) -> None:
    if action == "remove":
        builder.remove([str(archive / "old.txt")])
    elif action == "forget":
        builder.remove([str(archive / "old.txt")], forget=True)
    else:
        builder.add([archive])


def state(store: Path) -> dict[str, str]:
    """What a fresh reader sees: the words of each live article, each found by a search for its own words."""
    retriever = Retriever(settings_in(store), WordEncoder)
    try:
        seen = {Path(article.path or "").stem: article.text for article in retriever.articles()}
        for name, text in seen.items():
            hits = retriever.search(text)
            found = [article.text for hit in hits for article in (hit.chunk.article, *hit.also_in)]
            assert text in found, f"{name} is live and is not found"
            assert set(found) <= set(seen.values())
            assert len({hit.chunk.id for hit in hits}) == len(hits)
        return seen
    finally:
        retriever.close()


def stories(store: Path) -> int:
    """How many stories the live articles tell."""
    with closing(Catalog(Store(store).catalog)) as catalog:
        return len({one.story for one in catalog.printed()})


def wrong(store: Path) -> list[str]:
    """What `check` finds, less the note that work waits to be published, which a dead job may leave."""
    return [problem for problem in check(settings_in(store)) if "not published" not in problem]
