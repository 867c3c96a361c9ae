"""A cross-encoder that reads question and passage together and orders hits anew: one setting, none by default.

The models that Dateline ships are too slow or too weak for it: see eval/results/retrieval.md.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.chunk import searched
from index.embed import stay_offline
from index.errors import ModelError
from index.schema import Hit

DEEP = 30  # hits that are read, however few are asked for
_BATCH = 16


class Reranker:
    """A cross-encoder of sentence-transformers by name or path; safe from threads, which take turns."""

    def __init__(self, name: str) -> None:
        """Load the model. Raises ModelError when it cannot be loaded, or gives more than one score for a passage."""
        self.name = name
        self._model = _load(name)
        self._reading = threading.Lock()

    def order(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits with the model's scores, best first; equal ones stay in order."""
        with self._reading:
            pairs = [(question, searched(hit.chunk)) for hit in hits]
            scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        scored = [replace(hit, score=float(score)) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)


_loaded: dict[str, Reranker] = {}
_loading = threading.Lock()


def load(name: str) -> Reranker:
    """The process's reranker of that name, loaded at the first call. Raises ModelError."""
    with _loading:
        if name not in _loaded:
            _loaded[name] = Reranker(name)
        return _loaded[name]


def _load(name: str) -> Any:
    model = cross_encoder(name, "DATELINE_RERANK_MODEL", "to search without one")
    if model.num_labels != 1:
        raise ModelError(
            f"The model {name!r} gives {model.num_labels} scores for a passage; set DATELINE_RERANK_MODEL to one that "
            "gives one, or unset it to search without one."
        )
    return model


def cross_encoder(name: str, setting: str, without: str) -> Any:
    """A cross-encoder of sentence-transformers by name or path. Raises ModelError, which names the setting."""
    path = Path(name).expanduser()
    if path.is_dir():
        stay_offline()
    try:
        from sentence_transformers import CrossEncoder

        return CrossEncoder(str(path if path.is_dir() else name), device="cpu", local_files_only=path.is_dir())
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"The model {name!r} cannot be loaded: {reason} Set {setting} to a cross-encoder of sentence-transformers "
            f"by name or path, or unset it {without}."
        ) from error
