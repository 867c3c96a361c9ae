"""The file of vectors that exact search maps: written with each publication, of what is live and of nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index import flat
from index.build import Builder
from index.catalog import Catalog
from index.publish import flat_in
from index.retrieve import Retriever
from index.schema import Filters, digest
from index.settings import Settings
from index.store import Store
from index.vectors import Vectors
from tests.conftest import article


def _vectors(hashes: list[str]) -> Vectors:
    return np.array([[int(one[:4], 16), int(one[4:8], 16)] for one in hashes], dtype=np.float32)


def test_what_the_folder_before_has_is_copied_and_the_rest_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat, "_BLOCK", 3)
    hashes = [digest(str(n)) for n in range(12)]
    asked: list[str] = []

    def stored(some: list[str]) -> Vectors:
        asked.extend(some)
        return _vectors(some)

    flat.write(tmp_path / "1", hashes[:8], stored, None)
    assert asked == hashes[:8]
    # Some gone, the others moved, new ones between them.
    second = [hashes[9], *hashes[7:2:-1], hashes[11], hashes[10]]
    flat.write(tmp_path / "2", second, stored, tmp_path / "1")
    assert asked[8:] == [hashes[9], hashes[11], hashes[10]]
    found = flat.read(tmp_path / "2", second)
    assert found is not None and np.array_equal(found, _vectors(second))


def test_a_file_of_other_chunks_or_of_none_is_not_read(tmp_path: Path) -> None:
    hashes = [digest(str(n)) for n in range(3)]
    assert flat.read(tmp_path, hashes) is None
    flat.write(tmp_path, hashes, _vectors, None)
    assert flat.read(tmp_path, hashes[::-1]) is None and flat.read(tmp_path, hashes[:2]) is None
    flat.write(tmp_path, [], _vectors, None)
    assert flat.read(tmp_path, []) is None


def test_every_publication_has_the_vectors_of_what_is_live_then(
    builder: Builder, retriever: Retriever, settings: Settings
) -> None:
    first, second = article("The strike began.", outlet="Courier"), article("The strike ended.", outlet="Herald")
    copy = article(second.text, id=digest("copy"), outlet="Herald")
    for change in (
        lambda: builder.add_articles([first]),
        lambda: builder.add_articles([second, copy]),
        lambda: builder.remove([first.id]),
    ):
        change()
        catalog = Catalog(Store(settings.store).catalog)
        live = {
            hash: vector
            for (_, _, hash), (_, _, vector) in zip(catalog.chunk_list(), catalog.live_chunks(), strict=True)
        }
        found = flat.read(flat_in(Store(settings.store).folder(catalog.published)), list(live))
        catalog.close()
        assert found is not None and np.array_equal(found, np.stack(list(live.values())))


def test_a_store_without_the_file_is_searched_the_same(
    builder: Builder, retriever: Retriever, settings: Settings
) -> None:
    builder.add_articles([article(f"The strike of day {n}.", outlet="Courier") for n in range(5)])
    asked = {"question": "Which strike?", "filters": Filters(outlet="courier")}
    with_it = retriever.search(**asked)  # type: ignore[arg-type]
    for folder in Store(settings.store).folders.glob("*/flat"):
        shutil.rmtree(folder)
    without = Retriever(settings, retriever._encoder).search(**asked)  # type: ignore[arg-type]
    assert [(hit.chunk.id, hit.score) for hit in with_it] == [(hit.chunk.id, hit.score) for hit in without]
    assert len(with_it) == 5
