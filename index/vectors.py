"""Chroma: the nearest chunks to a vector. The only file that imports chromadb.

A `VectorIndex` is opened on one published folder. It holds ids and vectors alone: words and facts stay in the catalog,
so that there is one place to change and one place to erase them.
"""

from __future__ import annotations

import math
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreDamaged

Vectors = NDArray[np.float32]

_COLLECTION = "chunks"
_PAGE = 5_000
NUDGE = 1e-4  # of a length of 1: a cosine changes by less than a hundred-thousandth
# Chroma shares one client a path within a process, and its own book-keeping of them is not safe from threads.
_opening = threading.Lock()


class VectorIndex:
    """The chunk vectors of one folder, under cosine distance.

    A folder that another client has changed since it was opened must be opened anew; published folders never are.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the collection, or make it. Raises StoreDamaged when it is missing or has another distance."""
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        self._folder = folder
        if not create and not (folder / "chroma.sqlite3").is_file():
            raise self._damaged("it is missing")
        with self._explained(), _opening:
            self._client = chromadb.PersistentClient(path=folder, settings=ChromaSettings(anonymized_telemetry=False))
        try:
            with self._explained():
                self._collection = (
                    self._made() if create else self._client.get_collection(_COLLECTION, embedding_function=None)
                )
            if (self._collection.configuration_json.get("hnsw") or {}).get("space") != "cosine":
                raise self._damaged("its distance is not cosine")
        except StoreDamaged:
            self.close()
            raise

    def _made(self) -> Any:
        # With every change saved at once there is nothing that a reader's first query would write to the folder. At
        # a width of 100, the default, .974 of the top tens over 8,570 chunks were the same in another build of it; at
        # 200 all were, and right, and it is no slower. With 16 neighbours, the default, a store of 64 near copies and 5
        # other chunks lost some of them in every third build.
        saving, width = {"batch_size": 1, "sync_threshold": 1}, {"ef_construction": 200, "ef_search": 200}
        hnsw = {"space": "cosine", **saving, **width, "max_neighbors": 32}
        return self._client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Whatever Chroma raises is raised as StoreDamaged, with what mends it."""
        try:
            yield
        except Exception as error:  # its exceptions have no common root
            raise self._damaged(str(error).splitlines()[0] if str(error) else type(error).__name__) from error

    def _damaged(self, why: str) -> StoreDamaged:
        return StoreDamaged(f"The vector index {self._folder} cannot be used ({why}): `python -m index rebuild`.")

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace; `vectors` is (len(ids), dimension)."""
        step = self._client.get_max_batch_size()
        for start in range(0, len(ids), step):
            part = slice(start, start + step)
            with self._explained():
                self._collection.upsert(ids=list(ids[part]), embeddings=_apart(ids[part], vectors[part]))

    def delete(self, ids: Sequence[str]) -> None:
        step = self._client.get_max_batch_size()
        for start in range(0, len(ids), step):
            with self._explained():
                self._collection.delete(ids=list(ids[start : start + step]))

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The k nearest chunk ids to one vector of shape (dimension,) with their cosine similarity, best first."""
        with self._explained():
            found = self._collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        distances = found["distances"] or [[]]
        return [(id, 1.0 - float(distance)) for id, distance in zip(found["ids"][0], distances[0], strict=True)]

    def rows(self) -> Iterator[tuple[str, Vectors]]:
        """Every id with its vector, in pages."""
        offset = 0
        while page := self._got(limit=_PAGE, offset=offset):
            yield from page
            offset += len(page)

    def kept(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of the ids that it has."""
        pages = (self._got(ids=list(ids[start : start + _PAGE])) for start in range(0, len(ids), _PAGE))
        return {id: vector for page in pages for id, vector in page}

    def _got(self, **which: Any) -> list[tuple[str, Vectors]]:
        with self._explained():
            page = self._collection.get(**which, include=["embeddings"])
        return list(zip(page["ids"], np.asarray(page["embeddings"], dtype=np.float32), strict=True))

    def close(self) -> None:
        with _opening:
            self._client.close()


def same(kept: Vectors, vector: Vectors) -> bool:
    """Whether an index gave back the vector that was put into it, but for the nudge."""
    return bool(np.allclose(kept, vector, atol=NUDGE))


def _apart(ids: Sequence[str], vectors: Vectors) -> Vectors:
    """The vectors, each moved by about NUDGE at random, so that no two are the same.

    Of 400 equal ones among 800, the graph lost sight of 21 to 86 others, as its links all lead to one place; of 400
    that differ by so much, of none.
    """
    random = np.random.default_rng(zlib.crc32(ids[0].encode()))
    moved: Vectors = vectors + random.normal(0.0, NUDGE / math.sqrt(vectors.shape[1]), vectors.shape).astype(np.float32)
    return moved


def blank_unused(folder: Path) -> None:
    """Overwrite with zeros the room that Chroma's graph files keep for more vectors.

    Chroma writes that room as the memory happened to be, with pieces of vectors that the process has seen in it. Every
    client of the folder must be closed. Raises StoreDamaged for files of another form than hnswlib's version 1.
    """
    for header in folder.glob("*/header.bin"):
        # hnswlib's persistent form: version, offset of level 0, room, vectors in it, bytes of one (native byte order).
        version, _, _, used, size = struct.unpack_from("=iQQQQ", header.read_bytes())
        for name, each in (("data_level0.bin", size), ("length.bin", 4)):
            file = header.with_name(name)
            end = file.stat().st_size
            if version != 1 or end % each or end < used * each:
                raise StoreDamaged(f"{file} has a form that Dateline cannot erase in: install the pinned chromadb.")
            with file.open("r+b") as data:
                data.seek(used * each)
                data.write(b"\0" * (end - used * each))
