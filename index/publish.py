"""The flip: a new folder of indexes, made beside the published one, verified, and made current in one transaction.

Chroma's files must never be written while anyone has them open, and a client that opens them writes to them; so the
next folder is made from a copy that nobody ever opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from index import flat
from index.catalog import Built, Catalog
from index.chunk import searched
from index.errors import StoreDamaged
from index.lexical import LexicalIndex
from index.schema import Chunk
from index.store import Store
from index.vectors import VectorIndex, Vectors, blank_unused, same
from index.words import fields

Step = Callable[[str], None]
Rows = list[tuple[Chunk, Vectors]]

_BATCH = 5_000
_SAMPLE = 64
_SAME = 1e-3  # cosine distance under which two vectors are one; single precision and HNSW leave about 1e-6
# In Chroma's graph a few of very many vectors are out of a search's reach (1.1 % of 250,000 made-up ones); they are
# still found by their words, and under a filter.
_MAY_MISS = 0.05
# Chroma keeps deleted vectors in its graph; past this share of them a fresh folder is made instead of a copy.
_DELETED_SHARE, _DELETED_LEAST = 0.3, 1_000


def vectors_in(folder: Path) -> Path:
    return folder / "open" / "chroma"


def words_in(folder: Path) -> Path:
    return folder / "open" / "tantivy"


def flat_in(folder: Path) -> Path:
    """Beside what is kept twice: reading it changes nothing."""
    return folder / "flat"


@contextmanager
def step(at: Step, name: str) -> Iterator[None]:
    """Tell `at` before and after a step, so that a test can end the process at either point."""
    at(f"before {name}")
    yield
    at(f"after {name}")


def publish(
    store: Store,
    catalog: Catalog,
    at: Step,
    *,
    dropped: Iterable[tuple[str, int]] = (),
    fresh: bool = False,
    built: Built | None = None,
    forget: Sequence[str] = (),
) -> int:
    """Publish everything pending and drop the sources in `dropped`; returns how many articles went for good.

    Where nothing changes nothing is written. The articles in `forget` leave no row behind. `fresh` makes both indexes
    anew from the catalog. Raises StoreDamaged when the new folder does not give back what was put into it; the
    published one stays as it was.
    """
    dropped = list(dropped)
    if not catalog.stage(dropped) and not fresh:
        return 0
    removed = catalog.count_leaving()
    base = None if fresh else _base(store, catalog)
    number = catalog.published + 1
    with step(at, "make folder"):
        folder = store.make(number, base=base)
    try:
        sample = _write(folder, catalog, at, create=base is None)
        with step(at, "write flat"):
            _write_flat(folder, catalog, base=None if base is None else store.folder(base))
        with step(at, "verify"):
            _verify(folder, sample)
        if forget:
            blank_unused(vectors_in(folder))
        with step(at, "keep a copy"):
            store.keep(number)
    except StoreDamaged:
        store.drop(number)
        if fresh:
            raise
        return publish(store, catalog, at, dropped=dropped, fresh=True, built=built, forget=forget)
    with step(at, "flip"):
        catalog.publish(number, built=built, forget=forget)
    with step(at, "drop old folders"):
        drop_strays(store, catalog)
    return removed


def drop_strays(store: Store, catalog: Catalog, *, wait: float = 0.0) -> bool:
    """Delete every folder but the published one, save those being read; says whether all are gone."""
    strays = [number for number in store.numbers() if number != catalog.published]
    dropped = [store.drop(number, wait=wait) for number in strays]
    return store.sweep() and all(dropped)


def _base(store: Store, catalog: Catalog) -> int | None:
    """The folder to copy, or None when a fresh one is better."""
    number = catalog.published
    folder = store.folder(number)
    if not (folder / "kept").is_dir():
        return None
    deleted = _deleted(folder) + len(catalog.ids_to_delete())
    return None if deleted > max(_DELETED_LEAST, _DELETED_SHARE * catalog.count_chunks()) else number


def _write(folder: Path, catalog: Catalog, at: Step, *, create: bool) -> Rows:
    """Bring both indexes of a folder to the staged state; returns a sample of what was added."""
    sample: Rows = []
    delete = [] if create else catalog.ids_to_delete()
    with step(at, "write vectors"), closing(VectorIndex(vectors_in(folder), create=create)) as vectors:
        vectors.delete(delete)
        rows = catalog.next_chunks(only_new=not create)
        while batch := list(islice(rows, _BATCH)):
            vectors.upsert([chunk.id for chunk, _ in batch], np.stack([vector for _, vector in batch]))
            sample += batch[:: max(1, len(batch) // _SAMPLE)]
        (folder / "open" / "deleted").write_text(str(_deleted(folder) + len(delete)))
    with step(at, "write words"):
        LexicalIndex(words_in(folder), create=create).write(
            delete=delete,
            add=(
                (c.id, c.article.id, fields(searched(c), c.article.language))
                for c, _ in catalog.next_chunks(only_new=not create)
            ),
        )
    return sample


def _write_flat(folder: Path, catalog: Catalog, *, base: Path | None) -> None:
    """Write the vectors of what will be live, most of them copied from the folder before."""
    hashes = list(dict.fromkeys(hash for _, _, hash in catalog.chunk_list(staged=True)))
    flat.write(flat_in(folder), hashes, catalog.vectors, flat_in(base) if base else None)


def _deleted(folder: Path) -> int:
    """How many vectors were deleted from a folder and the ones that it was copied from."""
    counted = folder / "open" / "deleted"
    return int(counted.read_text() or 0) if counted.is_file() else 0


def _verify(folder: Path, sample: Rows) -> None:
    with closing(VectorIndex(vectors_in(folder))) as vectors:
        kept = vectors.kept([chunk.id for chunk, _ in sample])
        lost = sum(1 for chunk, vector in sample if chunk.id not in kept or not same(kept[chunk.id], vector))
        missed = sum(1 for _, vector in sample if not finds_itself(vectors, vector))
    if lost or too_many_missed(missed, len(sample)):
        raise StoreDamaged(
            f"The new indexes in {folder} do not give back what was put into them (of {len(sample)} vectors {lost} are "
            f"not kept, and {missed} not found). The store is as it was: see that the disk is sound, and try again."
        )


def too_many_missed(missed: int, asked: int) -> bool:
    """Whether more vectors do not find themselves than an approximate search may miss."""
    return missed > _MAY_MISS * asked


def finds_itself(vectors: VectorIndex, vector: Vectors) -> bool:
    """Whether a query with a chunk's own vector finds it, or another at the very same place.

    Of many vectors in one place, such as those of a wire story's copies, Chroma's graph reaches some.
    """
    # The search is approximate; the wider one also looks harder.
    return any(any(1.0 - similarity < _SAME for _, similarity in vectors.nearest(vector, k)) for k in (10, 200))
