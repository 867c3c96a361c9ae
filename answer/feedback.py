"""Feedback: an answer and what is right or wrong with it, one line of `feedback.jsonl` in the store that answered.

The line is a question in the native form of question sets. What was found right is the known answer, with the articles
cited: `python -m eval run` scores it from then on. Otherwise nobody has said the answer yet, and it is asked again
unscored until somebody gives it `answers` and `articles`. Its note has the ids of the articles that the
answer showed, by which a forgotten article takes the line along.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from answer.assistant import of
from answer.schema import Answer
from index.errors import StoreError, StoreReadOnly
from index.schema import Article, Filters
from index.settings import Settings
from index.store import Store

LONGEST = 2_000  # characters of a comment


def keep(
    settings: Settings, answer: Answer, comment: str, filters: Filters | None = None, *, liked: bool = False
) -> Path:
    """Append the feedback to the store's file, and return that file; of the comment at most LONGEST characters.

    Raises StoreReadOnly, and StoreError when the file cannot be written, or when an article that was shown has left the
    store: its words must not come back into a store that was told to forget them.
    """
    store = Store(settings.store)
    if settings.read_only:
        raise StoreReadOnly(f"DATELINE_READ_ONLY is set, so no feedback can be kept in {store.path}.")
    line = line_of(answer, comment, filters, liked=liked)
    try:
        # Under the lock the articles cannot be forgotten between our look and our writing.
        with store.noting() as file:
            _require_held(settings, _shown(answer))
            _append(file, line)
    except OSError as error:
        raise StoreError(
            f"The feedback could not be kept in {store.feedback} ({error.strerror or error}). "
            "Check that the disk has room and that the folder may be written, and send it again."
        ) from error
    return store.feedback


def line_of(answer: Answer, comment: str, filters: Filters | None = None, *, liked: bool = False) -> str:
    """The line of the native form, with its line end."""
    shown = ", ".join(" ".join(filter(None, (article.id, article.url))) for article in _shown(answer)) or "nothing"
    parts = (
        comment.strip()[:LONGEST],
        f"Answered: {answer.text or 'nothing'}",
        f"{'Nearest' if answer.abstained else 'Cited'}: {shown}",
    )
    values = {
        "id": f"feedback-{uuid4().hex[:12]}",
        "question": answer.question.strip(),
        **(_known(answer) if liked else {}),
        "tags": {"type": "feedback", "thumb": "up" if liked else "down"},
        "filters": {name: value for name, value in asdict(filters or Filters()).items() if value},
        "note": "\n".join(filter(None, parts)),
    }
    # An answer that is null stays: it says that the right reply is to abstain.
    kept = {name: value for name, value in values.items() if value or name == "answers"}
    return json.dumps(kept, ensure_ascii=False) + "\n"


def _known(answer: Answer) -> dict[str, Any]:
    """What a right answer tells: its few words, or that there is none, and where it stands."""
    if answer.abstained:
        return {"answers": None}
    articles = {"articles": [one.id for one in _shown(answer)]}
    return {"answers": [answer.short], **articles} if answer.short else articles


def _shown(answer: Answer) -> Iterable[Article]:
    """The articles that the answer cites or, when it abstained, those that came nearest, each once."""
    cited = [citation.article for citation in answer.citations]
    return {one.id: one for one in cited or [hit.chunk.article for hit in answer.hits]}.values()


def _require_held(settings: Settings, articles: Iterable[Article]) -> None:
    gone = [article.title for article in articles if not of(settings).retriever.article(article.id)]
    if gone:
        raise StoreError(f"The feedback was not kept: {gone[0]!r}, which it is about, is no longer in the store.")


def _append(file: Path, line: str) -> None:
    """Write the line whole or not at all: half a line would spoil the file for those who read it.

    One write to a file that is open for appending: two processes could not mix their lines even without the lock.
    """
    data = line.encode("utf-8", "replace")  # half of a surrogate pair has no UTF-8
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        before = os.fstat(descriptor).st_size
        if os.write(descriptor, data) < len(data):
            os.ftruncate(descriptor, before)
            raise OSError("the disk is full")
    finally:
        os.close(descriptor)
