"""One writing job on a store: the lock held, what a dead job left cleared up, articles written whole, the flip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from index import chunk as chunking
from index.catalog import Built, Catalog, Source
from index.copies import Wording, bands, likeness
from index.embed import Encoder
from index.errors import StoreMismatch, StoreReadOnly
from index.publish import Step, drop_strays, publish, step
from index.schema import Article, Chunk, digest
from index.settings import Settings
from index.store import WAIT_SECONDS, Store, command_line

# Chunks of like length share a batch, and of more chunks more are alike; but a crash loses what is being embedded.
EMBEDDED_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An article with its chunks, the strings to embed for them, and the hashes that their vectors are kept by.

    `wording` and `bands` are what its copies are found by.
    """

    article: Article
    chunks: Sequence[Chunk]
    strings: Sequence[str]
    hashes: Sequence[str]
    wording: Wording
    bands: Sequence[int]
    source: Source | None = None


class Job:
    """Made by `job`. The encoder is loaded when the first text has to be chunked; an unchanged sync never does."""

    def __init__(self, settings: Settings, catalog: Catalog, encoder: Callable[[], Encoder], at: Step) -> None:
        self.settings, self.catalog, self.at = settings, catalog, at
        self.store = Store(settings.store)
        self._make_encoder = encoder
        self._upgrading = False

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder, loaded; raises StoreMismatch when its weights are not those that built the store."""
        encoder = self._make_encoder()
        known = self.catalog.built()
        if known and not self._upgrading and known.weights != encoder.fingerprint():
            raise StoreMismatch(
                f"The model {encoder.name} has other weights than when it built the store {self.settings.store}. "
                "Put the old ones back, or re-embed the store: `python -m index upgrade --embed`."
            )
        return encoder

    @cached_property
    def built(self) -> Built:
        """What builds this store: read from it, or recorded by its first job, or by an upgrade told anew."""
        known = self.catalog.built()
        if known is None or self._upgrading:
            known = Built(
                model=self.encoder.name,
                weights=self.encoder.fingerprint(),
                dimension=self.encoder.dimension,
                chunker=chunking.VERSION,
            )
            if not self._upgrading:
                with self.catalog.transaction():
                    self.catalog.set_built(known)
        return known

    def recover(self) -> None:
        """Clear up after a job that died: drop its folders, publish what it had written whole."""
        drop_strays(self.store, self.catalog)
        if self.catalog.meta("erasing"):
            self.catalog.vacuum()
        if self.catalog.meta("upgrading"):
            # An upgrade's rows belong to another model or chunker than the store; their vectors are kept.
            with self.catalog.transaction():
                self.catalog.discard_upgrade()
        else:
            self.publish()

    def begin_upgrade(self) -> None:
        """From here on what is written belongs to the next build; it is discarded if this job dies."""
        self._upgrading = True
        self.__dict__.pop("built", None)
        with self.catalog.transaction():
            self.catalog.set_meta("upgrading", "1")

    def prepare(self, article: Article, source: Source | None = None) -> Prepared:
        """Chunk an article and name its vectors."""
        tokenise, built = self.encoder.tokenise, self.built
        with step(self.at, "chunk"):
            chunks = chunking.chunks_of(article, tokenise)
            head = chunking.header(article, tokenise)
            strings = [chunking.embedded(chunk, head) for chunk in chunks]
            hashes = [digest(built.model, built.weights, string) for string in strings]
            wording = Wording(article.text)
        return Prepared(
            article=article,
            chunks=chunks,
            strings=strings,
            hashes=hashes,
            wording=wording,
            bands=bands(wording),
            source=source,
        )

    def write(self, group: Sequence[Prepared]) -> list[bool]:
        """Embed what no vector is kept for, then write the articles whole, pending; says of each if it is a copy."""
        strings = {hash: text for one in group for hash, text in zip(one.hashes, one.strings, strict=True)}
        missing = self.catalog.missing_vectors(strings)
        for start in range(0, len(missing), EMBEDDED_AT_ONCE):
            part = missing[start : start + EMBEDDED_AT_ONCE]
            with step(self.at, "embed"):
                vectors = self.encoder.encode([strings[hash] for hash in part])
            with step(self.at, "keep vectors"), self.catalog.transaction():
                self.catalog.write_vectors(part, vectors)
        with step(self.at, "write articles"), self.catalog.transaction():
            return [self._write(one) is not None for one in group]

    def _write(self, one: Prepared) -> int | None:
        """Write an article, and return the story that it joins, if any.

        That is the story of the article that it is most like. Where it is a copy of articles of two stories, these
        stay apart: they are not each other's copies, and rows that are live never change.
        """
        known = self.catalog.sharing(one.bands, one.article.id)
        alike = [(likeness(one.wording, Wording(text)), -story) for story, text in known]
        best, story = max(alike, default=(0.0, 0))
        joined = -story if best else None
        self.catalog.write_pending(one.article, one.chunks, one.hashes, one.source, bands=one.bands, story=joined)
        return joined

    def publish(
        self, *, dropped: Iterable[tuple[str, int]] = (), fresh: bool = False, forget: Sequence[str] = ()
    ) -> int:
        """Publish what is pending, without the sources in `dropped`; see `publish.publish`."""
        built = self.built if self._upgrading else None
        return publish(self.store, self.catalog, self.at, dropped=dropped, fresh=fresh, built=built, forget=forget)

    def erase(self) -> bool:
        """Rid the files of what was forgotten, waiting for queries that hold them; says whether nothing is left."""
        with step(self.at, "vacuum"):
            clean = self.catalog.vacuum()
        return drop_strays(self.store, self.catalog, wait=WAIT_SECONDS) and clean


@contextmanager
def job(settings: Settings, encoder: Callable[[], Encoder], at: Step, *, expect: bool = True) -> Iterator[Job]:
    """Hold the store's lock for one job, cleared up after a dead one.

    Raises StoreReadOnly, StoreBusy, and with `expect` StoreMismatch when another model, chunker or schema built the
    store; without, it is about to be upgraded.
    """
    store = Store(settings.store)
    if settings.read_only:
        raise StoreReadOnly(f"DATELINE_READ_ONLY is set, so the store {store.path} cannot be changed.")
    with store.writing(command_line()):
        catalog = Catalog(store.catalog, create=True, upgrade=not expect)
        try:
            if expect:
                check_built(catalog, settings)
            one = Job(settings, catalog, encoder, at)
            one.recover()
            yield one
        finally:
            catalog.close()


def check_built(catalog: Catalog, settings: Settings) -> None:
    """Raise StoreMismatch, with both names and what mends it, when this house did not build the store."""
    built = catalog.built()
    if built is None:
        return
    if built.model != settings.embed_model:
        raise StoreMismatch(
            f"The store {settings.store} was built with the embedding model {built.model}, and the settings name "
            f"{settings.embed_model}. Set DATELINE_EMBED_MODEL={built.model}, or re-embed the store: "
            "`python -m index upgrade --embed`."
        )
    if built.chunker != chunking.VERSION:
        raise StoreMismatch(
            f"The store {settings.store} was cut by chunker {built.chunker}, and this is chunker {chunking.VERSION}. "
            "`python -m index upgrade` cuts its articles anew."
        )
