"""What the page offers to machines, through gradio's own API: /query, /search and /articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from answer.assistant import of, query
from answer.schema import article_dict
from index.errors import DatelineError
from index.schema import Filters
from index.settings import Settings
from ui.archive import in_use

_MOST_HITS, _MOST_ARTICLES = 100, 500


class Api:
    """The functions of the API; a wrong call is an error of gradio's that says what was wrong."""

    def __init__(self, settings: Settings, gr: Any) -> None:
        self.settings, self.gr = settings, gr

    def query(
        self,
        question: str,
        outlet: str = "",
        collection: str = "",
        author: str = "",
        since: str = "",
        until: str = "",
        as_of: str = "",
        literal: bool = False,
        history: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the articles, with citations to their exact words; any filter may stay empty.

        `history` are the questions asked before, oldest first.
        """
        filters = self._filters(outlet, collection, author, since, until, as_of)
        store, earlier = in_use(self.settings).store, [str(one) for one in history or ()]
        try:
            answer = query(question, history=earlier, store=store, literal=bool(literal), **filters)
        except DatelineError as error:
            raise self.gr.Error(str(error), print_exception=False) from None
        return dict(_sent(answer.as_dict()))

    def search(
        self,
        question: str,
        k: int = 10,
        outlet: str = "",
        collection: str = "",
        author: str = "",
        since: str = "",
        until: str = "",
        as_of: str = "",
    ) -> list[dict[str, Any]]:
        """The `k` passages that a question finds, best first, each with its score, place and article; 100 at most."""
        filters = Filters(**self._filters(outlet, collection, author, since, until, as_of))
        try:
            retriever = of(in_use(self.settings)).retriever
            hits = retriever.search(question, k=max(1, min(int(k), _MOST_HITS)), filters=filters)
        except (DatelineError, ValueError, TypeError) as error:
            raise self.gr.Error(str(error), print_exception=False) from None
        return [
            {
                "score": round(hit.score, 6),
                "text": hit.chunk.text,
                "start": hit.chunk.start,
                "end": hit.chunk.end,
                "article": _sent(article_dict(hit.chunk.article)),
            }
            for hit in hits
        ]

    def articles(self, start: int = 0, count: int = 100) -> dict[str, Any]:
        """`count` articles from number `start` on, newest first, without their texts, and how many there are."""
        try:
            known = of(in_use(self.settings)).retriever.articles()
            first, most = max(0, int(start)), max(0, min(int(count), _MOST_ARTICLES))
        except (DatelineError, ValueError, TypeError) as error:
            raise self.gr.Error(str(error), print_exception=False) from None
        return {"total": len(known), "articles": [_sent(article_dict(one)) for one in known[first : first + most]]}

    def _filters(self, *given: str | None) -> dict[str, Any]:
        names = ("outlet", "collection", "author", "since", "until", "as_of")
        return {name: (value or "").strip() or None for name, value in zip(names, given, strict=True)}


def _sent(value: Any) -> Any:
    """A value with the name of an article's file, as "file", in place of its path.

    Where files lie is nobody's business, and gradio's client takes what has a "path" for a file to fetch.
    """
    if isinstance(value, list):
        return [_sent(one) for one in value]
    if not isinstance(value, dict):
        return value
    sent = {name: _sent(one) for name, one in value.items() if name != "path"}
    return sent | ({"file": value["path"] and Path(value["path"]).name} if "path" in value else {})
