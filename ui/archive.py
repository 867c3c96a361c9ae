"""What the tabs Add articles and Articles do, and what the page says of the archive; nothing here needs a browser."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answer.assistant import of
from index import demo, embed
from index.adding import Progress, Watch
from index.build import Builder
from index.errors import DatelineError
from index.incoming import detached
from index.read import pasted, read
from index.read_fields import Given
from index.schema import Article
from index.settings import Settings
from index.store import Store
from ui.chat import READER, extent_words, welcome
from ui.evidence import article_html
from ui.listing import listing_html, report_html
from ui.timeline import shape_html
from ui.words import empty_html, esc, sendable

EXAMPLES = (
    "Who closed Aleppo airport?",
    "Which village was struck by two airstrikes?",
    "Where was the summit held?",
    "Who won the 2022 World Cup?",
)
_CHOSEN = ("outlet", "collection")


def in_use(settings: Settings) -> Settings:
    """The settings over the store that answers now: the user's or, while that is empty, the demonstration's."""
    return settings if of(settings).retriever.count() else demo.settings_of(settings)


class Archive:
    """The events of the tabs, over the user's store or, while that is empty, over the demonstration."""

    def __init__(self, settings: Settings, gr: Any) -> None:
        self.settings, self.gr = settings, gr

    def add(self, files: Sequence[str], collection: str, pasting: Sequence[str], watch: Watch) -> tuple[str, bool]:
        """Add uploaded files and a pasted article to the user's store: the report, and whether everything went well.

        `pasting` is text, title, link, outlet, author and date, any of them empty.
        """
        names = ("title", "url", "outlet", "author", "published")
        articles, failed = self.uploads(files, collection, watch)
        try:
            if pasting[0].strip():
                facts = dict(zip(names, pasting[1:], strict=True))
                articles.append(pasted(pasting[0], collection=collection or None, **facts))
            if not articles and not failed:
                return empty_html("Choose files first, or paste the text of an article."), False
            builder = Builder(self.settings, lambda: embed.load(self.settings.embed_model), watch=watch)
            report = builder.add_articles(articles)
        except DatelineError as error:
            return empty_html(str(error)), False
        report.failed[:0] = failed
        return report_html(report, self.settings.store), not report.failed

    def uploads(self, files: Sequence[str], collection: str, watch: Watch) -> tuple[list[Article], list[str]]:
        """The articles of uploaded files, and a line for each that cannot be read; their folders mean nothing."""
        articles, failed = [], []
        for file in map(Path, files):
            watch(Progress(now=file.name))
            given = Given(collection=collection or None)
            for record in read(file, folder=file.parent, max_mb=self.settings.max_article_mb, given=given):
                if record.article:
                    articles.append(detached(record.article, file.name))
                else:
                    failed.append((record.error or file.name).replace(f"{file.parent}{os.sep}", ""))
        return articles, failed

    def refresh(self) -> list[Any]:
        """What hangs on the store in use: banner, state, what an empty chat says, the choices of the filters."""
        update, current = self.gr.update, in_use(self.settings)
        is_demo = current.store != self.settings.store
        known = of(current).retriever.articles()
        choices = [sorted({sendable(getattr(one, name) or "") for one in known} - {""}) for name in _CHOSEN]
        return [
            self._banner_html() if is_demo else "",
            self.state(),
            update(placeholder=welcome(EXAMPLES if is_demo and known else ())),
            *(update(choices=[("Any", ""), *names]) for names in choices),
        ]

    def _banner_html(self) -> str:
        if self.settings.read_only:
            return "<p class='banner'>Demonstration articles, written for this project: not journalism.</p>"
        return (
            "<p class='banner'>Demonstration articles, written for this project: not journalism. Your archive is "
            "empty: add files or paste a text under <em>Add articles</em>, and those alone answer.</p>"
        )

    def state(self) -> str:
        """By what questions are answered, of how much, and whether somebody is indexing now."""
        current = in_use(self.settings)
        by = esc(self.settings.llm.label if self.settings.llm else READER)
        extent = esc(extent_words(of(current).retriever.extent()))
        busy = Store(self.settings.store).writer()
        working = f" · <span class='busy'>indexing: {esc(busy)}</span>" if busy else ""
        return f"<p class='quiet' role='status'>Answers by {by}, from {extent}{working}</p>"

    def listing(self, matching: str) -> str:
        """The table of the Articles tab."""
        return listing_html(of(in_use(self.settings)).retriever.articles(), matching)

    def shape(self) -> str:
        """The collection by date and outlet."""
        return shape_html(of(in_use(self.settings)).retriever.articles())

    def article(self, id: str) -> list[Any]:
        """One article for the panel of the Articles tab, its id while it may be removed, and whether it may."""
        article = of(in_use(self.settings)).retriever.article(id)
        may = bool(article) and not self.settings.read_only and in_use(self.settings) is self.settings
        shown = article_html(article) if article else empty_html("This article is no longer in the store.")
        return [shown, id if may else "", self.gr.update(visible=may), self.gr.update(visible=False)]

    def remove(self, id: str) -> list[Any]:
        """Take an article out of the store: what to say, and both rows of buttons closed."""
        hidden = self.gr.update(visible=False)
        try:
            gone = Builder(self.settings, lambda: embed.load(self.settings.embed_model)).remove([id]) if id else []
        except DatelineError as error:
            return [f"<p role='alert'>{esc(str(error))}</p>", "", hidden, hidden]
        names = ", ".join(f"“{one.title}”" for one in gone) or "Nothing"
        return [f"<p class='quiet' role='status'>{esc(names)} removed.</p>", "", hidden, hidden]
