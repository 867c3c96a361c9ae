"""Question and passages → the spans that answer, each with a score. transformers is imported here and in train.py.

A span reader (Devlin et al. 2018, section 4.3): a transformer that gives every token a score for being an answer's
first and its last, and by those of its own first token says how much it believes that the passage has no answer.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed import local_path
from index.errors import ModelError
from index.precision import use_fastest
from index.settings import BUNDLED_MODEL, BUNDLED_READER, BUNDLED_SUPPORT

_LONGEST_ANSWER = 30  # tokens; the usual bound for SQuAD
# Of a question and of a heading: a passage must have room beside them, whatever they are.
_MOST_QUESTION_TOKENS, _MOST_HEADING_TOKENS = 96, 32
_LONGEST_TOKEN = 24  # characters that are read for each token of these at most
_MOST_TOKENS = 256
_OVERLAP = 64
_SPANS, _CANDIDATES = 5, 40
_LENGTHS = (64, 96, 128, 160, 192, 224, 256)  # each new shape costs a kernel and its memory
_BATCH = 8  # more hold more memory and are hardly faster
_NEVER = -1e4
WEIGHTS = Path(__file__).parent / "reader.safetensors"
SUPPORT_WEIGHTS = Path(__file__).parent / "support.safetensors"
FROZEN = "bert.embeddings.word_embeddings.weight"  # what training leaves as the encoder has it
_INPUTS = ("input_ids", "token_type_ids", "attention_mask")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a passage as an answer; `score` is in logits, above 0 where it beats no answer."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Window:
    """A question with as much of its passage as fits, in tokens; `pair` says which of the pairs it is of."""

    pair: int
    encoding: Any


class SpanModel:
    """A span reader by its weights' file, or by a folder or hub name of transformers; safe from threads."""

    def __init__(self, name: str = BUNDLED_READER) -> None:
        """Load the model. Raises ModelError when it cannot be loaded."""
        self.name = name
        self._reads_headings = _weights_of(name).suffix == ".safetensors"
        self._tokenizer, self._model = _load(name)
        self.precision = use_fastest(self._model)
        self._inputs = [name for name in _INPUTS if name in self._tokenizer.model_input_names]
        self._longest = min(_MOST_TOKENS, int(self._model.config.max_position_embeddings) - 2)
        self._one_at_a_time = threading.Lock()

    def read(self, question: str, passages: Sequence[str], headings: Sequence[str] = ()) -> list[list[Span]]:
        """For each passage its best spans that do not overlap, best first; none for a passage without words.

        `headings` are what is known of each passage's article; a model that was not trained with them reads without.
        """
        return self.read_pairs([(question, passage) for passage in passages], headings)

    def read_pairs(self, pairs: Sequence[tuple[str, str]], headings: Sequence[str] = ()) -> list[list[Span]]:
        """The same for (question, passage) pairs."""
        found: list[list[Span]] = [[] for _ in pairs]
        for window, starts, ends in self._read(pairs, headings):
            found[window.pair] += _best(window.encoding, starts, ends)
        return [_apart(spans) for spans in found]

    def believe(self, pairs: Sequence[tuple[str, str]], headings: Sequence[str] = ()) -> list[float]:
        """How much each passage supports the claim that stands before it, in logits: a claim points into what does.

        That is what `answer.train_support` teaches; a passage without words supports nothing.
        """
        found = [_NEVER] * len(pairs)
        for window, starts, ends in self._read(pairs, headings):
            inside = np.array(window.encoding.type_ids) == 1
            scores = (starts[: len(inside)], ends[: len(inside)])
            told = sum(float(np.logaddexp.reduce(one[inside]) - one[0]) for one in scores) / 2
            found[window.pair] = max(found[window.pair], told)
        return found

    def _read(
        self, pairs: Sequence[tuple[str, str]], headings: Sequence[str]
    ) -> Iterator[tuple[_Window, Scores, Scores]]:
        """Each window of the pairs, with the start and end scores of its tokens."""
        if not pairs:
            return
        with self._one_at_a_time:  # a tokenizer is set up anew for each call, and torch uses every core anyway
            windows = self._windows(self._headed(pairs, headings))
            # Windows of like length share a batch, so that little of it is padding.
            windows.sort(key=lambda one: len(one.encoding.ids))
            for at in range(0, len(windows), _BATCH):
                some = windows[at : at + _BATCH]
                yield from zip(some, *self._scores([window.encoding for window in some]), strict=True)

    def _headed(self, pairs: Sequence[tuple[str, str]], headings: Sequence[str]) -> list[tuple[str, str]]:
        """The pairs, each heading behind its question, so that every window of a long passage has it."""
        asked = self._first_tokens([question for question, _ in pairs], _MOST_QUESTION_TOKENS)
        if headings and self._reads_headings:
            told = self._first_tokens(headings, _MOST_HEADING_TOKENS)
            between = self._tokenizer.sep_token
            asked = [f"{one} {between} {head}" if head else one for one, head in zip(asked, told, strict=True)]
        return [(one, passage) for one, (_, passage) in zip(asked, pairs, strict=True)]

    def _first_tokens(self, texts: Sequence[str], most: int) -> list[str]:
        """As much of each text as its first `most` tokens are."""
        short = [text[: most * _LONGEST_TOKEN] for text in texts]
        told = self._tokenizer(short, add_special_tokens=False, truncation=True, max_length=most)
        return [
            text[: one.offsets[-1][1]] if one.offsets else "" for text, one in zip(short, told.encodings, strict=True)
        ]

    def _windows(self, pairs: Sequence[tuple[str, str]]) -> list[_Window]:
        """Each pair in as many windows of `_longest` tokens as its passage needs; only the windows that have words."""
        told = self._tokenizer(
            pairs,
            truncation="only_second",
            max_length=self._longest,
            stride=_OVERLAP,
            return_overflowing_tokens=True,
        )
        pairs_of = told["overflow_to_sample_mapping"]
        found = [_Window(pair, encoding) for pair, encoding in zip(pairs_of, told.encodings, strict=True)]
        return [one for one in found if 1 in one.encoding.sequence_ids]

    def _scores(self, encodings: Sequence[Any]) -> tuple[Scores, Scores]:
        """Start and end scores, each of shape (windows, tokens)."""
        import torch

        longest = max(len(one.ids) for one in encodings)
        width = next((length for length in _LENGTHS if length >= longest), longest)
        given = {name: torch.zeros((len(encodings), width), dtype=torch.long) for name in self._inputs}
        given["input_ids"] += self._tokenizer.pad_token_id
        for row, one in enumerate(encodings):
            for name, values in (("input_ids", one.ids), ("token_type_ids", one.type_ids)):
                if name in given:
                    given[name][row, : len(one.ids)] = torch.tensor(values)
            given["attention_mask"][row, : len(one.ids)] = 1
        with torch.inference_mode():
            told = self._model(**given)
        return told.start_logits.float().numpy(), told.end_logits.float().numpy()


_loaded: dict[str, SpanModel] = {}
_loading = threading.Lock()


def load(name: str = BUNDLED_READER) -> SpanModel:
    """The process's span reader of that name, loaded at the first call. Raises ModelError."""
    with _loading:
        if name not in _loaded:
            _loaded[name] = SpanModel(name)
        return _loaded[name]


def fingerprint(name: str = BUNDLED_READER) -> str:
    """The sha256 of the weights in hexadecimal, empty where they are no file on this machine."""
    path = _weights_of(name)
    files = [path] if path.is_file() else sorted(path.glob("*.safetensors"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() if files else ""


def _weights_of(name: str) -> Path:
    bundled = {BUNDLED_READER: WEIGHTS, BUNDLED_SUPPORT: SUPPORT_WEIGHTS}
    return bundled.get(name) or Path(name).expanduser()


def _best(encoding: Any, starts: Scores, ends: Scores) -> list[Span]:
    """The best spans of a window's passage: whole words, in one piece, at most _LONGEST_ANSWER tokens."""
    words, offsets, n = encoding.word_ids, encoding.offsets, len(encoding.ids)
    inside = [kind == 1 and offsets[i][0] < offsets[i][1] for i, kind in enumerate(encoding.sequence_ids)]
    first = [inside[i] and not (inside[i - 1] and words[i - 1] == words[i]) for i in range(n)]
    last = [inside[i] and not (i + 1 < n and inside[i + 1] and words[i + 1] == words[i]) for i in range(n)]
    sums = np.where(first, starts[:n], _NEVER)[:, None] + np.where(last, ends[:n], _NEVER)[None, :]
    allowed = np.triu(np.ones((n, n), dtype=bool)) & ~np.triu(np.ones((n, n), dtype=bool), _LONGEST_ANSWER)
    flat = np.where(allowed, sums, 3 * _NEVER).ravel()
    some = np.argpartition(-flat, min(_CANDIDATES, n * n - 1))[:_CANDIDATES]
    none = float(starts[0] + ends[0])
    found = [
        Span(offsets[i][0], offsets[j][1], float(flat[at]) - none)
        for at in some[np.argsort(-flat[some], kind="stable")]
        if flat[at] > _NEVER / 2
        for i, j in [divmod(int(at), n)]
    ]
    return _apart(found)


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The best spans of which none overlaps a better one, best first."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: -one.score):
        if len(found) < _SPANS and all(span.end <= other.start or span.start >= other.end for other in found):
            found.append(span)
    return found


def _load(name: str) -> tuple[Any, Any]:
    """The tokenizer and the model of that name. Raises ModelError."""
    weights = _weights_of(name)
    try:
        if weights.suffix == ".safetensors":
            return _over_base(weights)
        return _of_transformers(name)
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"The reader {name!r} cannot be loaded: {reason} Set DATELINE_READER_MODEL to an extractive "
            "question-answering model of transformers, by name or path, or unset it for Dateline's own."
        ) from error


def _over_base(weights: Path) -> tuple[Any, Any]:
    """The weights that answer.train wrote, over the bundled encoder, which has what training left as it was."""
    from safetensors.torch import load_file

    tokenizer, model = _of_transformers(str(local_path(BUNDLED_MODEL)))
    learned = {name: value.float() for name, value in load_file(weights).items()}
    lacking = set(model.load_state_dict(learned, strict=False).missing_keys)
    if lacking != {FROZEN}:
        raise ValueError(f"{weights.name} is no reader over the bundled encoder: it lacks {sorted(lacking)[:3]}.")
    return tokenizer, model


def _of_transformers(name: str) -> tuple[Any, Any]:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    path = local_path(name)
    tokenizer = AutoTokenizer.from_pretrained(path or name, local_files_only=path is not None)
    if not tokenizer.is_fast:
        raise ValueError("Its tokenizer does not tell where its tokens stand in the text.")
    model = AutoModelForQuestionAnswering.from_pretrained(path or name, local_files_only=path is not None)
    return tokenizer, model.eval()
