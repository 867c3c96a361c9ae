"""The vectors of a published folder in one file, in the order of the live chunks: what exact search maps into memory.

`hashes.npy` names them, so that a reader knows whether they are those of its snapshot of the catalog. From the catalog
itself 250,000 vectors are read in four seconds or more, since it keeps them in the order of their hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.vectors import Vectors

Names = NDArray[np.bytes_]

_BLOCK = 5_000


def write(folder: Path, hashes: Sequence[str], stored: Callable[[Sequence[str]], Vectors], base: Path | None) -> None:
    """Write the vectors of these hashes, each named once.

    Those that `base`, another such folder, has are copied from it; `stored` gives any others, of shape (hashes,
    dimension).
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(hashes)
    np.save(folder / "hashes.npy", names)
    old = _opened(base) if base else None
    known = {name: place for place, name in enumerate(old[0].tolist())} if old else {}
    with (folder / "vectors.f32").open("wb") as file:
        for start in range(0, len(hashes), _BLOCK):
            places = [known.get(name, -1) for name in names[start : start + _BLOCK].tolist()]
            lacking = [hashes[start + at] for at, place in enumerate(places) if place < 0]
            fresh = stored(lacking) if lacking else None
            file.write(_block(places, fresh, old[1] if old else None).tobytes())


def read(folder: Path, hashes: Sequence[str]) -> Vectors | None:
    """The vectors, mapped, where the folder has those of exactly these hashes; else None."""
    found = _opened(folder)
    return found[1] if found and np.array_equal(found[0], _names(hashes)) else None


def _block(places: Sequence[int], fresh: Vectors | None, old: Vectors | None) -> Vectors:
    """The old vectors at these places, with the fresh ones in turn wherever the place is below 0."""
    at = np.array(places, dtype=np.int64)
    if fresh is None or old is None:
        found = fresh if old is None else old[at]
        assert found is not None  # places are of something
        return found
    block = np.empty((len(at), old.shape[1]), dtype=np.float32)
    block[at < 0], block[at >= 0] = fresh, old[at[at >= 0]]
    return block


def _opened(folder: Path) -> tuple[Names, Vectors] | None:
    """The names and the vectors of a folder, or None where they are not whole."""
    try:
        names = np.load(folder / "hashes.npy")
        mapped = np.memmap(folder / "vectors.f32", dtype=np.float32, mode="r")
        return names, np.asarray(mapped).reshape(len(names), -1)
    except (OSError, ValueError):  # none was written, by an older Dateline or of no chunks
        return None


def _names(hashes: Sequence[str]) -> Names:
    return np.array(hashes, dtype="S32")
