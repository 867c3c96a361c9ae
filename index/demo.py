"""The demonstration: the sample corpus in a store of its own, used only while the user's store is empty."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from index import embed
from index.adding import Progress, Report
from index.build import Builder
from index.embed import Encoder
from index.errors import StoreMismatch
from index.read_fields import Given
from index.retrieve import Retriever
from index.settings import ROOT, Settings

COLLECTION = "demonstration"
CORPUS = ROOT / "corpus"


def settings_of(settings: Settings) -> Settings:
    """The same settings over the demonstration store."""
    return replace(settings, store=settings.demo_store)


def ready(settings: Settings) -> Settings:
    """Settings over the demonstration store, which is made, or brought up to this Dateline, first where it may be."""
    demo = settings_of(settings)
    retriever = Retriever(demo, lambda: embed.load(settings.embed_model))
    if settings.read_only:
        return demo
    with suppress(StoreMismatch):  # which `sync` mends
        if retriever.count():
            return demo
    if sync(settings, lambda: embed.load(settings.embed_model)).interrupted:
        raise KeyboardInterrupt
    return demo


def sync(
    settings: Settings, encoder: Callable[[], Encoder], watch: Callable[[Progress], None] = lambda _: None
) -> Report:
    """Bring the demonstration store up to the sample corpus, and to this Dateline where an earlier one made it."""
    builder = Builder(settings_of(settings), encoder, watch=watch)
    return builder.after_upgrade(lambda: builder.add([CORPUS], given=Given(collection=COLLECTION), prune=True))
