"""What judges whether words support a claim: Dateline's own model, or a cross-encoder for entailment."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from answer import span_model
from index.errors import ModelError
from index.rerank import cross_encoder
from index.settings import BUNDLED_SUPPORT


class SupportModel(Protocol):
    """Judges claims against passages."""

    def believe(self, pairs: Sequence[tuple[str, str]], headings: Sequence[str] = ()) -> list[float]:
        """How much each passage supports the claim that stands before it, in logits."""
        ...


class Entailment:
    """A cross-encoder that names a label "entailment", or has one score; safe from threads, which take turns."""

    def __init__(self, name: str) -> None:
        """Load the model. Raises ModelError when it cannot be loaded or says nothing of entailment."""
        self._model = cross_encoder(name, "DATELINE_SUPPORT_MODEL", "for Dateline's own")
        labels = {str(label).casefold(): n for n, label in self._model.model.config.id2label.items()}
        if self._model.num_labels > 1 and "entailment" not in labels:
            raise ModelError(
                f'The model {name!r} has no label "entailment"; set DATELINE_SUPPORT_MODEL to one that has, or unset '
                "it for Dateline's own."
            )
        self._label = labels.get("entailment", 0)
        self._reading = threading.Lock()

    def believe(self, pairs: Sequence[tuple[str, str]], headings: Sequence[str] = ()) -> list[float]:
        """See SupportModel; a heading is read before its passage."""
        told = headings or [""] * len(pairs)
        given = [(f"{head}\n{passage}".strip(), claim) for (claim, passage), head in zip(pairs, told, strict=True)]
        with self._reading:
            scores: Any = self._model.predict(given, activation_fn=_as_they_are(), show_progress_bar=False)
        rows = np.asarray(scores, dtype=np.float64).reshape(len(pairs), -1)
        if rows.shape[1] == 1:
            return [float(row[0]) for row in rows]
        others = np.delete(rows, self._label, axis=1)
        return [float(value) for value in rows[:, self._label] - np.logaddexp.reduce(others, axis=1)]


def _as_they_are() -> Any:
    from torch.nn import Identity

    return Identity()


_loaded: dict[str, SupportModel] = {}
_loading = threading.Lock()


def load(name: str = BUNDLED_SUPPORT) -> SupportModel:
    """The process's support model of that name, loaded at the first call. Raises ModelError."""
    if name == BUNDLED_SUPPORT:
        return span_model.load(name)
    with _loading:
        if name not in _loaded:
            _loaded[name] = Entailment(name)
        return _loaded[name]
