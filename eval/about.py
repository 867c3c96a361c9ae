"""What a run was of: everything that is needed to repeat it, without a path or a word of any article."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from answer import span_model
from answer.assistant import Assistant
from answer.reader import THRESHOLD
from eval.questions import Question, line_of
from index import chunk, embed, precision
from index.schema import digest
from index.settings import ROOT

K = 10
_LIBRARIES = (
    "chromadb", "ir-measures", "numpy", "sentence-transformers", "sentencex", "tantivy", "tokenizers", "torch",
    "transformers",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was asked of what, by which code.

    `questions` is a hash of the questions asked, `store` one of what was searched, `commit` that of the checkout, with
    a + where it had changes, empty outside of one.
    """

    name: str
    n: int
    questions: str
    store: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    commit: str
    started: str

    def differs(self, other: About) -> list[str]:
        """The names of the fields that make the results of two runs unfit to stand in one; the time is none."""
        names = [one.name for one in fields(self) if one.name not in ("started", "commit", "versions")]
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def about(
    name: str,
    assistant: Assistant,
    questions: list[Question],
    *,
    search_only: bool,
    split: str | None = None,
    limit: int | None = None,
    judge: str = "",
) -> About:
    """What a run that begins now is of; `split` and `limit` say how its questions were picked."""
    return About(
        name=name,
        n=len(questions),
        questions=digest(*map(line_of, questions)),
        store=assistant.retriever.fingerprint(),
        settings={
            "embed_model": _model(assistant.settings.embed_model),
            "reader_model": _model(assistant.settings.reader_model),
            "reader_weights": span_model.fingerprint(assistant.settings.reader_model)[:12],
            "chunker": chunk.VERSION,
            "precision": precision.fastest(),
            "k": K,
            "ranking": assistant.retriever.rankings[-1],
            "llm": assistant.model.name if assistant.model else "",
            "judge": judge,
            "rerank_model": _model(assistant.settings.rerank_model or ""),
            "threshold": THRESHOLD,
            "search_only": search_only,
            "split": split,
            "limit": limit,
        },
        versions=_versions(),
        commit=_commit(),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _model(name: str) -> str:
    """A model by name; of one that is a folder, the folder's."""
    return Path(name).name if name and embed.local_path(name) else name


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _commit() -> str:
    """The checkout's commit; empty where there is no git or no checkout."""
    try:
        commit = _git("rev-parse", "HEAD")
        return commit + ("+" if _git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
