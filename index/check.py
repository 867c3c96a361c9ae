"""Holds the catalog and both indexes against each other, row by row and by asking, and says what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from index.catalog import Catalog
from index.errors import StoreDamaged
from index.languages import is_foreign
from index.lexical import LexicalIndex
from index.publish import finds_itself, too_many_missed, vectors_in, words_in
from index.retrieve import is_hidden
from index.schema import Chunk, flat
from index.settings import Settings
from index.store import Store
from index.vectors import VectorIndex, Vectors, same

MOST_QUERIES = 5_000
NOT_READ = "they are found by their words, and the reader that comes with Dateline may not understand them"


def check(settings: Settings, watch: Callable[[int, int], None] = lambda done, total: None) -> list[str]:
    """What is wrong with the published state of a store, a line each; nothing when it is whole.

    Every chunk is compared; every one of at most MOST_QUERIES, evenly spread, is also looked for by its own vector.
    Changes nothing. Raises StoreDamaged when there is no catalog to hold the indexes against.
    """
    store = Store(settings.store)
    if not store.catalog.is_file():
        raise StoreDamaged(f"There is no store at {store.path}; `python -m index add PATH` makes one.")
    with closing(Catalog(store.catalog)) as catalog, catalog.transaction("DEFERRED"):
        number = catalog.published
        problems = list(_catalog_problems(catalog))
        chunks = [(chunk, vector) for chunk, _, vector in catalog.live_chunks()]
        if not number:
            return problems
        try:
            with store.reading(number) as folder:
                problems += _word_problems(folder, [chunk.id for chunk, _ in chunks])
                problems += _vector_problems(folder, chunks, watch)
        except FileNotFoundError:
            problems.append(f"The published folder {number} is missing; `python -m index rebuild` makes it anew.")
        except StoreDamaged as error:
            problems.append(str(error))
    return problems


def notes(settings: Settings) -> list[str]:
    """What is to be known of articles, a line each: dates that contradict each other, and what is hidden still."""
    with closing(Catalog(Store(settings.store).catalog)) as catalog, catalog.transaction("DEFERRED"):
        found = [
            f"{article.id[:12]} ({flat(article.title)}) has dates that contradict each other: {article.doubt}."
            for article in catalog.articles()
            if article.doubt
        ]
        foreign = Counter(article.language for article in catalog.articles() if is_foreign(article.language))
        hidden = [article for article in catalog.articles() if is_hidden(article)]
    if foreign:
        kinds = ", ".join(f"{count} {language}" for language, count in foreign.most_common())
        found.append(f"{foreign.total()} articles are not in English ({kinds}): {NOT_READ}.")
    if hidden:
        first = min(str(article.available_from) for article in hidden)
        found.append(f"{len(hidden)} articles are hidden until they are available, the first until {first}.")
    return found


def _catalog_problems(catalog: Catalog) -> Iterator[str]:
    verdict = catalog.integrity()
    if verdict != "ok":
        yield f"The catalog file is damaged: {verdict}. Restore it from a backup."
    for id, title in catalog.without_vectors():
        yield f"Article {id[:12]} ({title}) has chunks without a vector; add it again, or `python -m index upgrade`."
    for chunk, id, _ in catalog.live_chunks():
        if not 0 <= chunk.start < chunk.end <= len(chunk.article.text) or chunk.id != id:
            about = f"{chunk.article.id[:12]} ({chunk.article.title})"
            yield f"A chunk of {about} is not a span of it; `python -m index upgrade`."
    waiting = catalog.count("pending")
    if waiting:
        yield f"{waiting} articles are written and not published; the next job publishes them."


def _word_problems(folder: Path, ids: Sequence[str]) -> list[str]:
    return list(_differences("word index", set(ids), list(LexicalIndex(words_in(folder)).ids())))


def _vector_problems(
    folder: Path, chunks: Sequence[tuple[Chunk, Vectors]], watch: Callable[[int, int], None]
) -> Iterator[str]:
    wanted = {chunk.id: vector for chunk, vector in chunks}
    with closing(VectorIndex(vectors_in(folder))) as vectors:
        rows = list(vectors.rows())
        yield from _differences("vector index", set(wanted), [id for id, _ in rows])
        moved = sum(1 for id, vector in rows if id in wanted and not same(vector, wanted[id]))
        if moved:
            yield f"{moved} vectors in the vector index are not those of the catalog; `python -m index rebuild`."
        asked = chunks[:: max(1, -(-len(chunks) // MOST_QUERIES))]
        missed = 0
        for done, (_, vector) in enumerate(asked, start=1):
            missed += not finds_itself(vectors, vector)
            watch(done, len(asked))
        if too_many_missed(missed, len(asked)):
            yield f"{missed} of {len(asked)} chunks are not found by their own vector; `python -m index rebuild`."


def _differences(name: str, wanted: set[str], found: Sequence[str]) -> Iterator[str]:
    missing, extra = wanted - set(found), set(found) - wanted
    if missing:
        yield f"{len(missing)} of {len(wanted)} chunks are missing from the {name}; `python -m index rebuild`."
    if extra:
        yield f"The {name} has {len(extra)} chunks that the catalog does not have; `python -m index rebuild`."
    if len(found) != len(set(found)):
        yield f"The {name} has chunks twice; `python -m index rebuild`."
