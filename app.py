"""The page: ask the archive, see the source. `python app.py` starts it; gradio is imported here only.

Article text is not trusted. In the chat, which is Markdown, every character of it that could mean something is
escaped (`plain`); in the panels, which are HTML, all of it is (`esc`). The chat's citations are links to
"#cite-<turn>-<number>", which the sanitiser keeps; a click on one asks the server for that turn's article.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import socket
import sys
import threading
import time
import traceback
from calendar import month_name
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from answer import feedback
from answer.assistant import of, query, stream
from answer.events import Checked, Cited, Done, Event, Text, Understood, Withdrawn
from answer.schema import UNSUPPORTED, Answer, Citation, Sentence
from index import demo, embed
from index.adding import Progress, Report, Watch
from index.build import Builder
from index.chunk import paragraphs
from index.errors import DatelineError, SettingsError, StoreBusy
from index.read import READERS, canonical_url, pasted, read
from index.schema import Article, Filters, digest, flat
from index.settings import Settings, load

Span = tuple[int, int]

NOWHERE = (0, 0)
NEAREST, LISTED, CONCURRENT = 3, 300, 4
REFRESHED = 0.05  # seconds between two looks at a sentence under way
FILTERS = ("outlet", "collection", "author", "since", "until", "as_of")
QUIET = {"show_progress": "hidden", "api_visibility": "private"}
EXAMPLES = (
    "Who closed Aleppo airport?",
    "Which village was struck by two airstrikes?",
    "Where was the summit held?",
    "Who won the 2022 World Cup?",
)
FAILED = "Something went wrong while answering; the server’s log says what. Please try again."
ASK_FIRST = "Ask a question, and the article that answers it opens here, with the words it rests on marked."
HEADER = "<header class='masthead'><h1>Dateline</h1><p>Ask the archive, see the source.</p></header>"
KNOWN_FROM = {
    "front matter": "from the file’s front matter",
    "json-ld": "from the page’s metadata",
    "meta": "from the page’s metadata",
    "time": "from the page",
    "field": "as given",
    "guess": "found in the text, a guess",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one question brought up: the citations of its answer or, when it was not answered, the nearest passages.

    For feedback on it: the answer, with no more hits than were shown; `where`, the store and filters that it was asked
    with; and which message of the chat it is.
    """

    cited: tuple[Citation, ...]
    answered: bool
    answer: Answer | None = None
    where: dict[str, Any] = field(default_factory=dict)
    message: int = 0

    @classmethod
    def of(cls, answer: Answer, where: dict[str, Any] | None = None, message: int = 0) -> Turn:
        near = answer.hits[:NEAREST] if answer.abstained else ()
        cited = answer.citations or tuple(Citation.of(number, hit) for number, hit in enumerate(near, 1))
        return cls(cited, not answer.abstained, replace(answer, hits=near), where or {}, message)


@dataclass(slots=True)
class Coming:
    """An answer as far as it has come, for the chat: checked sentences, and the one under way."""

    turn: int
    cited: list[Citation] = field(default_factory=list)
    _sentences: list[Sentence] = field(default_factory=list)
    _pending: str = ""
    _searched: str = ""
    _shown: float = 0.0

    def take(self, event: Event) -> bool:
        """Take in an event; whether there is something new to see."""
        match event:
            case Understood():
                self._searched = event.searched
            case Text():
                self._pending = event.text
                if time.monotonic() - self._shown < REFRESHED:
                    return False
                self._shown = time.monotonic()
            case Cited():
                self.cited.append(event.citation)
            case Checked():
                self._sentences.append(event.sentence)
                self._pending = ""
            case Withdrawn():
                self.cited, self._sentences, self._pending = [], [], ""
            case _:
                return False
        return True

    @property
    def words(self) -> str:
        """In Markdown; what is not checked yet is marked so."""
        checked = [_sentence_words(sentence, self.turn) for sentence in self._sentences]
        pending = [f"<span class='pending'>{plain(self._pending)}</span>"] if self._pending else []
        return " ".join([*checked, *pending]) or f"*Reading what was found for: {plain(self._searched)}*"


# Words of articles, for the chat and for the panels.


def plain(text: str) -> str:
    """Text on one line, as Markdown that shows its characters: no mark-up, tag, formula, list or link comes of it."""
    special = r"[\\`*_\[\]<>#$&~|]|^[-+]|(?<=:)/|(?<=\w)[.@](?=\w)|(?<=\d)[.)]"
    return re.sub(special, lambda found: f"&#{ord(found[0])};", flat(sendable(text)))


def esc(text: str) -> str:
    """Text as HTML that gives back its very characters when it is parsed; a parser would take a bare CR for LF."""
    return html.escape(sendable(text)).replace("\r", "&#13;")


def sendable(text: str) -> str:
    """Text without lone surrogates, which have no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def date_words(published: str | None) -> str:
    """An ISO date in its own precision and offset: "12 February 2020, 18:40 +03:00", "February 2020", "2020"."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d)[\d:.]*(Z|[+-][\d:]+)?)?)?)?", published or "")
    if not found or int(found[2] or 1) not in range(1, 13):
        return published or "date unknown"
    year, month, day, time, zone = found.groups(default="")
    date = " ".join(filter(None, (day.lstrip("0"), month and month_name[int(month)], year)))
    return f"{date}, {time} {zone.replace('Z', 'UTC')}".rstrip() if time else date


def about(article: Article) -> str:
    """Outlet and day, on one line."""
    return " · ".join(filter(None, (article.outlet, date_words(article.published and article.published[:10]))))


def answer_words(answer: Answer, turn: int) -> str:
    """The answer for the chat, in Markdown, its citations linked to the sources of that turn."""
    words = _sentences_words(answer.sentences, turn, answer.mode)
    if answer.note:
        words += f"\n\n*{plain(answer.note)}*"
    if answer.read_into:
        words += f"\n\n*Searched for: {plain(answer.read_into)}*"
    if not answer.abstained:
        said = f", {plain(answer.said)}" if answer.said else ""
        short = f"**{plain(answer.short)}**{said}\n\n{_values_words(answer, turn)}" if answer.short else ""
        return short + words
    near = Turn.of(answer).cited
    links = (f"\n- [{plain(c.article.title)}](#cite-{turn}-{c.number})<br>{plain(about(c.article))}" for c in near)
    if not near:
        return f"{words}\n\nNo article was found: is there none yet, or a filter too narrow?"
    return f"{words}\n\nNearest passages, which are not an answer:\n{''.join(links)}"


def _sentences_words(sentences: Sequence[Sentence], turn: int, mode: str) -> str:
    # The built-in reader answers with sentences of several articles, a language model with prose.
    declined = not any(sentence.supported for sentence in sentences)
    words = (_sentence_words(one, turn, declined) for one in sentences)
    return ("\n\n" if mode == "reader" else " ").join(words)


def _values_words(answer: Answer, turn: int) -> str:
    """What each outlet reports, newest first, where that is not the same."""
    lines = []
    for value in answer.values:
        given = [answer.citations[number - 1] for number in value.numbers]
        where = "; ".join(
            f"{plain(about(c.article) or c.article.title)} [[{c.number}]](#cite-{turn}-{c.number})" for c in given
        )
        lines.append(f"- {plain(value.words)}: {where}\n")
    return "".join(lines) + "\n" if lines else ""


def _sentence_words(sentence: Sentence, turn: int, declined: bool = False) -> str:
    if not sentence.supported and not declined:
        return f"<span class='unsupported'>{plain(sentence.text)} ({UNSUPPORTED})</span>"
    numbers = "".join(f"[[{number}]](#cite-{turn}-{number})" for number in sentence.numbers)
    return f"{plain(sentence.text)} {numbers}".rstrip()


def panel_html(turns: Sequence[Turn], key: str) -> str:
    """The evidence for `key`, "<turn>-<number>" as the browser sent it: that turn's citations, and one's article."""
    for at, turn in enumerate(turns):
        for cited in turn.cited:
            if key == f"{at}-{cited.number}":
                return _evidence_html(turn, at, cited)
    return empty_html("No article was found." if turns else ASK_FIRST)


def _evidence_html(turn: Turn, at: int, cited: Citation) -> str:
    others = [(c.start, c.end) for c in turn.cited if c.article == cited.article]
    story = article_html(cited.article, (cited.start, cited.end), others, cited.exact or NOWHERE)
    cards = "".join(_card_html(c, f"{at}-{c.number}", c is cited) for c in turn.cited)
    back = "<a class='back' href='#question'>Back to the question</a>"
    if turn.answered:
        return f"{back}<h2>Sources</h2><ol class='cards'>{cards}</ol>{story}"
    note = "<p class='note'>They came closest to the question. They are not an answer.</p>"
    return f"<div class='near'>{back}<h2>Nearest passages</h2>{note}<ol class='cards'>{cards}</ol>{story}</div>"


def _card_html(citation: Citation, key: str, current: bool) -> str:
    article, quote = citation.article, flat(citation.quote)
    quote = quote if len(quote) <= 240 else quote[:240].rsplit(" ", 1)[0] + " …"
    name = esc(f"Source {citation.number}: {article.title}, {about(article)}")
    also = esc(citation.elsewhere)
    name += f", also in {also}" if also else ""
    copies = f"<span class='also quiet'>also in <bdi>{also}</bdi></span>" if also else ""
    return (
        f"<li><button class='card' data-cite='{key}' aria-current='{str(current).lower()}' aria-label='{name}'>"
        f"<span class='number'>{citation.number}</span><bdi class='quiet'>{esc(about(article))}</bdi> {_label(article)}"
        f"<span class='headline' dir='auto'>{esc(article.title)}</span>"
        f"<span class='quote' dir='auto'>“{esc(quote)}”</span>{copies}</button></li>"
    )


def _label(article: Article) -> str:
    is_demo = article.collection == demo.COLLECTION
    return "<span class='label'>demonstration, not journalism</span>" if is_demo else ""


def article_html(article: Article, current: Span = NOWHERE, others: Sequence[Span] = (), exact: Span = NOWHERE) -> str:
    """The whole article, with what it is known by, and its spans marked as in `marked_html`."""
    how = KNOWN_FROM.get(article.published_from or "", article.published_from)
    facts = (article.outlet, article.author, date_words(article.published) + (f" ({how})" if how else ""))
    return (
        f"<article class='story'>{_label(article)}<h3 dir='auto'>{esc(article.title)}</h3>"
        f"<p class='quiet'>{' · '.join(f'<bdi>{esc(fact)}</bdi>' for fact in facts if fact)}</p>"
        f"<p class='quiet'>{origin_html(article)}</p>"
        f"<div class='text'>{marked_html(article.text, current, others, exact)}</div></article>"
    )


def origin_html(article: Article) -> str:
    """Where the article is from: a link when its address is one of the web, else words."""
    words = esc(article.url or article.path or "pasted text")
    if re.fullmatch(r"https?://[^\s\x00-\x20]+", article.url or "", re.IGNORECASE):
        return f"<a href='{words}' target='_blank' rel='noopener noreferrer'>{words}</a>"
    return f"<bdi>{words}</bdi>"


def marked_html(text: str, current: Span = NOWHERE, others: Sequence[Span] = (), exact: Span = NOWHERE) -> str:
    """The text in paragraphs, with `current` in `<mark class='current'>` and the rest of the others in `<mark>`.

    `exact` are the words within `current` that answer: they are in bold type besides.
    A span over several paragraphs has a mark in each, and one between: together they hold its very characters.
    """
    pieces = []
    for start, end, is_gap in _paragraphs(text):
        inside = {edge for span in (current, exact, *others) for edge in span if start < edge < end}
        cuts = pairwise([start, *sorted(inside), end])
        words = "".join(_piece_html(text, cut, current, others, exact) for cut in cuts)
        pieces.append(words if is_gap else f"<p dir='auto'>{words}</p>")
    return "".join(pieces)


def _paragraphs(text: str) -> Iterator[tuple[int, int, bool]]:
    """The spans of paragraphs and of the gaps between them, in turn; together they are the text."""
    at = 0
    for start, end in paragraphs(text):
        if at < start:
            yield at, start, True
        yield start, end, False
        at = end
    if at < len(text):
        yield at, len(text), True


def _piece_html(text: str, cut: Span, current: Span, others: Sequence[Span], exact: Span) -> str:
    words = esc(text[slice(*cut)])
    words = f"<b>{words}</b>" if _covers(exact, cut) else words
    if _covers(current, cut):
        return f"<mark class='current'{' id=cited tabindex=-1' if cut[0] == current[0] else ''}>{words}</mark>"
    return f"<mark>{words}</mark>" if any(_covers(span, cut) for span in others) else words


def _covers(span: Span, cut: Span) -> bool:
    return span[0] <= cut[0] and cut[1] <= span[1]


def empty_html(words: str) -> str:
    return f"<p class='quiet'>{esc(words)}</p>"


def table_html(rows: Sequence[dict[str, str]], name: str) -> str:
    """A table of cells that are HTML already; the keys of a row are the heads, and the classes of its cells."""
    head = "".join(f"<th scope='col'>{key}</th>" for key in (rows[0] if rows else ()))
    body = ("".join(f"<td class='{key.lower()}' dir='auto'>{cell}</td>" for key, cell in row.items()) for row in rows)
    rows_html = "".join(f"<tr>{row}</tr>" for row in body)
    return f"<table class='{name}'><thead><tr>{head}</tr></thead><tbody>{rows_html}</tbody></table>"


def listing_html(articles: Sequence[Article], matching: str, store: Path) -> str:
    """The articles that have every word of `matching` in what they are known by, counted, and the store they are in."""
    wanted = (matching or "").lower().split()
    found = [article for article in articles if all(word in _known_by(article) for word in wanted)]
    count = f"{len(found)} of {len(articles)}" if wanted else f"{len(articles)}"
    shown = f", the first {LISTED} of them shown" if len(found) > LISTED else ""
    rows = [_row(article) for article in found[:LISTED]]
    return f"<p class='quiet' role='status'>{count} articles{shown}, in <bdi>{esc(str(store))}</bdi></p>" + (
        table_html(rows, "listing") if rows else ""
    )


def _known_by(article: Article) -> str:
    names = ("title", "outlet", "author", "published", "collection", "url", "path")
    return " ".join(getattr(article, name) or "" for name in names).lower()


def _row(article: Article) -> dict[str, str]:
    guess = " (a guess)" if article.published_from == "guess" else ""
    return {
        "Date": esc((article.published or "")[:10] + guess),
        "Outlet": esc(article.outlet or ""),
        "Title": f"<button data-article='{esc(article.id)}'>{esc(article.title) or 'Untitled'}</button>",
        "Author": esc(article.author or ""),
        "Collection": esc(article.collection or ""),
        "From": origin_html(article),
    }


def report_html(report: Report, failed: Sequence[str], store: Path) -> str:
    """What adding did, in numbers, and a line for each thing that failed."""
    counts = {name.title(): str(getattr(report, name)) for name in ("added", "updated", "unchanged", "copies")}
    lines = "".join(f"<li><bdi>{esc(line)}</bdi></li>" for line in failed)
    now = f"<p>Questions are answered from your own articles now, in <bdi>{esc(str(store))}</bdi>.</p>"
    now = now if any(count != "0" for count in counts.values()) else ""
    return table_html([{**counts, "Failed": str(len(failed))}], "report") + now + f"<ul class='failed'>{lines}</ul>"


class Page:
    """What the events of the page do, over the user's store or, while that is empty, over the demonstration."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def current(self) -> Settings:
        """The settings over the store that answers now."""
        return self.settings if of(self.settings).retriever.count() else demo.settings_of(self.settings)

    def answer(
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
        where = self._where(outlet, collection, author, since, until, as_of, literal)
        try:
            return query(question, history=[str(one) for one in history or ()], **where).as_dict()
        except DatelineError as error:
            raise _gradio().Error(str(error), print_exception=False) from None

    def ask(self, question: str, history: list[Any], turns: list[Turn], *filters: str | bool) -> Iterator[list[Any]]:
        """Yield chat, turns, panel and question box as the answer comes; the lists given stay as they are."""
        same = _gradio().skip()
        if not question.strip():
            yield [same, same, same, ""]
            return
        asked = [*history, {"role": "user", "content": plain(question)}]
        yield [_said(asked, "*Searching the articles …*"), same, same, ""]
        try:
            where = self._where(*filters)
            coming = Coming(len(turns))
            for event in stream(question, history=[turn.answer for turn in turns if turn.answer], **where):
                if isinstance(event, Done):
                    turns = [*turns, Turn.of(event.answer, where, len(asked))]
                    words = answer_words(event.answer, coming.turn)
                    yield [_said(asked, words), turns, panel_html(turns, f"{coming.turn}-1"), same]
                elif coming.take(event):
                    known = [*turns, Turn(tuple(coming.cited), True)]
                    panel = panel_html(known, f"{coming.turn}-1") if isinstance(event, Cited) else same
                    yield [_said(asked, coming.words), known, panel, same]
        except DatelineError as error:
            yield [_said(asked, plain(str(error))), same, same, same]
        except Exception:
            traceback.print_exc()
            yield [_said(asked, FAILED), same, same, same]

    def _where(self, *given: Any) -> dict[str, Any]:
        """How to ask: the values of FILTERS in their order, and whether the question is taken literally."""
        *filters, literal = given
        named = {name: (value or "").strip() or None for name, value in zip(FILTERS, filters, strict=True)}
        return {"store": self.current().store, "literal": literal, **named}

    def disliked(self, event: Any, turns: Sequence[Turn]) -> list[Any]:
        """Open the box for what is wrong with an answer, or close it when the thumb is taken back: `_feedback_box`."""
        turn = next((turn for turn in turns if turn.message == event.index), None)
        if turn is None or event.liked is not False:
            return self.undecided("" if turn else empty_html("There is no answer there; ask the question again."))
        update = _gradio().update
        thumbs = [*[None] * (turn.message // 2), "Dislike"]  # of the assistant's messages, which is every other one
        return [turn, update(feedback_value=thumbs), update(visible=True), "", ""]

    def undecided(self, said: str = "") -> list[Any]:
        """The box closed and emptied, and no thumb down."""
        update = _gradio().update
        return [None, update(feedback_value=[]), update(visible=False), "", said]

    def keep(self, turn: Turn | None, comment: str) -> list[Any]:
        """Keep what is wrong with the answer of a turn and say where, or why not."""
        if turn is None or turn.answer is None:
            return self.undecided()
        same, where = _gradio().skip(), dict(turn.where)
        try:
            settings = replace(self.settings, store=where.pop("store"))
            file = feedback.keep(settings, turn.answer, comment, Filters(**{name: where[name] for name in FILTERS}))
        except DatelineError as error:
            return [same, same, same, same, f"<p class='quiet' role='alert'>{esc(str(error))}</p>"]
        said = f"<p class='quiet' role='status'>Kept in <bdi>{esc(str(file))}</bdi></p>"
        return [None, same, _gradio().update(visible=False), "", said]

    def add(self, files: Sequence[str], collection: str, pasting: Sequence[str], watch: Watch) -> tuple[str, bool]:
        """Add uploaded files and a pasted article to the user's store: the report, and whether everything went well.

        `pasting` is text, title, link, outlet, author and date, any of them empty.
        """
        names = ("title", "url", "outlet", "author", "published")
        articles, failed = self._uploads(files, collection, watch)
        try:
            if pasting[0].strip():
                facts = dict(zip(names, pasting[1:], strict=True))
                articles.append(pasted(pasting[0], collection=collection or None, **facts))
            if not articles and not failed:
                return empty_html("Choose files first, or paste the text of an article."), False
            report = Builder(self.settings, lambda: embed.load(self.settings.embed_model), watch=watch).add_articles(
                articles
            )
        except DatelineError as error:
            return empty_html(str(error)), False
        failed += report.failed
        return report_html(report, failed, self.settings.store), not failed

    def _uploads(self, files: Sequence[str], collection: str, watch: Watch) -> tuple[list[Article], list[str]]:
        """The articles of uploaded files, and a line for each that cannot be read; their folders mean nothing."""
        articles, failed = [], []
        for file in map(Path, files):
            watch(Progress(now=file.name))
            for record in read(
                file, folder=file.parent, max_mb=self.settings.max_article_mb, collection=collection or None
            ):
                if record.article:
                    articles.append(uploaded(record.article, file))
                else:
                    failed.append((record.error or file.name).replace(f"{file.parent}{os.sep}", ""))
        return articles, failed

    def refresh(self) -> list[Any]:
        """What hangs on the store in use: the banner, the example questions, the choices of the filters."""
        update = _gradio().update
        current = self.current()
        is_demo = current.store != self.settings.store
        hint = "" if self.settings.read_only else " Add your own under <em>Add articles</em>."
        banner = f"<p class='banner'>Demonstration articles, written for this project: not journalism.{hint}</p>"
        known = of(current).retriever.articles()
        choices = [sorted({sendable(getattr(article, name) or "") for article in known} - {""}) for name in FILTERS[:2]]
        return [
            banner if is_demo else "",
            update(examples=[{"text": question} for question in EXAMPLES] if is_demo else []),
            *(update(choices=[("Any", ""), *names]) for names in choices),
        ]

    def listing(self, matching: str) -> str:
        """The table of the Articles tab."""
        current = self.current()
        return listing_html(of(current).retriever.articles(), matching, current.store)

    def article(self, id: str) -> str:
        """One article, for the panel of the Articles tab."""
        article = of(self.current()).retriever.article(id)
        return article_html(article) if article else empty_html("This article is no longer in the store.")


def uploaded(article: Article, file: Path) -> Article:
    """An uploaded article under its file's name; one that its link does not identify is known by its words.

    Otherwise it would be known by the temporary folder that it was uploaded to.
    """
    by_link = article.url and article.id == digest("url", canonical_url(article.url) or "")
    return replace(article, path=file.name, id=article.id if by_link else digest("text", article.title, article.text))


def _said(history: list[Any], words: str) -> list[Any]:
    return [*history, {"role": "assistant", "content": words}]


# How it looks, and the clicks that ask the server.

CSS = """
:root { --ink: #1c1b19; --quiet: #625e57; --line: #dcd8cf; --paper: #fff; --ground: #faf9f6; --accent: #0b4f8a;
  --marked: #ffe48a; --other: #fff3c4; --near: #eeebe4; --label: #7a3b00; --label-fill: #fdf0dd;
  --serif: Charter, "Iowan Old Style", Georgia, "Liberation Serif", serif; }
.dark { --ink: #ebe8e2; --quiet: #aca79d; --line: #3d3a34; --paper: #211f1c; --ground: #181715; --accent: #8fc2f2;
  --marked: #75590a; --other: #443a1c; --near: #35322d; --label: #f3c78e; --label-fill: #3a2a15; }
.gradio-container.gradio-container { --font: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  --body-text-color: var(--ink); --block-label-text-color: var(--quiet); --block-title-text-color: var(--ink);
  --block-background-fill: var(--paper); --input-background-fill: var(--paper);
  --input-background-fill-focus: var(--paper); --input-border-color: var(--line); --input-border-width: 1px;
  --border-color-primary: var(--line); --color-accent: var(--accent); background: var(--ground);
  --button-primary-background-fill: var(--accent); --button-primary-background-fill-hover: var(--accent);
  --button-primary-text-color: var(--paper); color: var(--ink); font-family: var(--font); }
body { background: var(--ground) !important; }
.gradio-container .main.app.app { max-width: 1240px; padding: .5rem clamp(.8rem, 2.5vw, 2rem) 1rem !important; }
.html-container { padding: 0 !important; }
:focus-visible { outline: 2px solid var(--accent) !important; outline-offset: 2px; }
.masthead { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .8rem; }
.masthead h1 { font: 700 1.7rem/1.4 var(--serif); letter-spacing: -.01em; margin: 0; }
.masthead p, .note, .quiet { color: var(--quiet); margin: 0; }
.banner { margin: 0; padding: .5rem .8rem; border-left: 3px solid var(--label); }
.banner, .label { color: var(--label); background: var(--label-fill); }
.label { display: inline-block; padding: 0 .45em; border-radius: 3px; font-size: .74rem; font-weight: 600; }
#chat { height: max(20rem, 100vh - 25.5rem) !important; }
#chat .message-row, #chat .message-row .role, #chat .message { background: none; border: 0; margin: 0; padding: 0; }
#chat .message-row { padding: .2rem 1.2rem .8rem; }
#chat .message-row.user-row { padding: .8rem 1.2rem .2rem; border-top: 1px solid var(--line); }
#chat .message-row.user-row:first-child { border: 0; }
#chat .md, #chat .md p, #chat .md li { color: var(--ink); opacity: 1; font-size: 1rem; }
#chat .user-row .md p { font-weight: 600; }
#chat .placeholder { padding: 1.2rem 1.2rem 0; }
#chat a[href^="#cite-"] { color: var(--accent); text-decoration: none; font-weight: 600; }
#chat a[href^="#cite-"]:hover { text-decoration: underline; }
#add { max-width: 16rem; }
#wrong button { max-width: 8rem; }
#kept:not(:has(p)) { display: none; }
#question textarea { border: 1px solid var(--line); }
#question .submit-button { margin-left: .6rem; padding: .3rem .9rem; border-radius: 4px; background: var(--accent);
  color: var(--paper); }
.evidence h2 { font-size: .85rem; font-weight: 600; color: var(--quiet); margin: 0 0 .4rem; }
.note, .story .quiet, .card .quiet { font-size: .85rem; line-height: 1.5; }
.cards { list-style: none; margin: .4rem 0 .8rem; padding: 0; display: grid; gap: .4rem; }
.card { display: block; width: 100%; position: relative; text-align: start; color: inherit; cursor: pointer;
  padding: .5rem .8rem .6rem 2.2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; }
.card:hover, .card[aria-current=true] { border-color: var(--accent); }
.card[aria-current=true] { box-shadow: inset 3px 0 var(--accent); }
.card .number { position: absolute; left: .95rem; font-weight: 700; color: var(--accent); }
.card .headline, .card .quote, .card .also { display: block; overflow-wrap: anywhere; }
.card .headline { font-weight: 600; }
.card .quote { font: .95rem/1.45 var(--serif); color: var(--quiet); }
.story { background: var(--paper); border: 1px solid var(--line); border-radius: 4px; padding: 1.2rem 1.4rem;
  max-width: 46rem; overflow-wrap: anywhere; }
.story h3 { font: 700 1.4rem/1.25 var(--serif); margin: .2rem 0 .4rem; }
.story a, .from a, .back { color: var(--accent); text-decoration: underline; text-underline-offset: 2px; }
.story .text { font: 1.06rem/1.6 var(--serif); margin-top: 1rem; }
.story .text p { margin: 0 0 .9em; }
#chat .unsupported, #chat .pending { color: var(--quiet); }
#chat .unsupported { text-decoration: underline dotted; text-underline-offset: 3px; }
mark { background: var(--other); color: inherit; border-radius: 2px; scroll-margin-block: 5rem;
  outline: none !important; }
mark.current { background: var(--marked); box-shadow: 0 0 0 2px var(--marked); }
.near mark, .near mark.current { background: var(--near); box-shadow: none; }
table.listing, table.report { border-collapse: collapse; font-size: .92rem; margin: .6rem 0; }
table.listing { width: 100%; }
ul.failed { padding-inline-start: 1.2rem; margin: .4rem 0; }
.listing th, .report th { font-weight: 600; font-size: .85rem; color: var(--quiet); }
.listing th, .listing td, .report th, .report td { text-align: start; vertical-align: top;
  padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
.listing .from { overflow-wrap: anywhere; min-width: 12rem; }
.listing .date { white-space: nowrap; }
.listing button { font-weight: 600; text-align: start; color: var(--accent); cursor: pointer; overflow-wrap: anywhere; }
.listing button:hover { text-decoration: underline; }
@media (min-width: 800px) {
  .evidence { position: sticky; top: .5rem; max-height: max(30rem, 100vh - 14rem); overflow: auto; padding: 2px; }
  .back { display: none; }
}
@media (max-width: 799px) {
  .back { float: right; font-size: .85rem; }
  .story { padding: 1rem; }
  .listing thead { display: none; }
  .listing tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .listing td { display: inline; border: 0; padding: 0 .4rem 0 0; font-size: .85rem; color: var(--quiet); }
  .listing .title, .listing .from { display: block; }
  .listing .title { font-size: 1rem; }
}
"""

# Clicks anywhere on the page; a later copy of this component takes them over from an earlier one.
ON_EVIDENCE = """
let asked = '';
const see = (clicked) => {
  const mark = element.querySelector('#cited'), box = element.closest('.evidence');
  if (!mark) return;
  box.scrollTop = 0;
  if (!clicked && element.querySelector('.near')) return;
  const below = mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * 0.6;
  if (below > 0) box.scrollTop = below + box.clientHeight * 0.3;
  if (clicked) { mark.scrollIntoView({block: 'nearest'}); mark.focus({preventScroll: true}); }
};
window.datelineClicks?.abort();
window.datelineClicks = new AbortController();
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#cite-"], [data-cite]');
  if (!link) return;
  event.preventDefault();
  asked = link.dataset.cite || link.getAttribute('href').slice('#cite-'.length);
  const open = element.querySelector('[aria-current=true]');
  if (open && open.dataset.cite === asked) see(true); else trigger('select', {key: asked});
}, {capture: true, signal: window.datelineClicks.signal});
watch('value', () => {
  const open = element.querySelector('[aria-current=true]');
  see(Boolean(open) && open.dataset.cite === asked);
  asked = '';
});
"""
ON_LISTING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-article]');
  if (button) trigger('select', {key: button.dataset.article});
});
"""
ON_ARTICLE = "watch('value', () => element.scrollIntoView({block: 'start'}));"


def _gradio() -> Any:
    """gradio, which takes seconds to import, and which must be told first to keep quiet."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio

    return gradio


def build(settings: Settings) -> Any:
    """The page, as the gradio Blocks that `main` serves."""
    gr, page = _gradio(), Page(settings)
    with gr.Blocks(title="Dateline", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        # First, for the name: an event of the page that is called "ask" would take it, private or not.
        gr.api(page.answer, api_name="ask", concurrency_limit=CONCURRENT)
        gr.HTML(HEADER, apply_default_css=False)
        banner = gr.HTML(apply_default_css=False)
        with gr.Tabs():
            with gr.Tab("Ask"):
                chat, outlet, collection = _ask_tab(gr, page)
            with gr.Tab("Add articles", visible=not settings.read_only):
                added = _add_tab(gr, page)
            with gr.Tab("Articles") as tab:
                matching, listing = _articles_tab(gr, page)
        for event in (blocks.load, added.then):
            event(page.refresh, None, [banner, chat, outlet, collection], **QUIET)
        tab.select(page.listing, matching, listing, **QUIET)
    return blocks


def _ask_tab(gr: Any, page: Page) -> tuple[Any, Any, Any]:
    with gr.Row():
        with gr.Column():
            chat = gr.Chatbot(
                label="Conversation", show_label=False, layout="panel", buttons=[], latex_delimiters=[], elem_id="chat",
                placeholder="Every answer shows the words of the article that it rests on.",
                feedback_options=["Dislike"],
            )  # fmt: skip
            turns = gr.State([])
            if not page.settings.read_only:
                _feedback_box(gr, page, chat, turns)
            question = gr.Textbox("", label="Question", submit_btn="Ask", autofocus=True, elem_id="question")
            with gr.Accordion("Filters", open=False):
                filters = _filter_boxes(gr)
        with gr.Column(elem_classes="evidence"):
            panel = gr.HTML(empty_html(ASK_FIRST), js_on_load=ON_EVIDENCE, apply_default_css=False, elem_id="evidence")
    asking: dict[str, Any] = {"inputs": [question, chat, turns, *filters], "outputs": [chat, turns, panel, question]}
    asking |= {"fn": page.ask, "concurrency_limit": CONCURRENT, **QUIET}
    question.submit(**asking)
    chat.example_select(_told(gr, lambda data: data.value["text"]), None, question, **QUIET).then(**asking)
    chat.clear(lambda: ([], empty_html(ASK_FIRST)), None, [turns, panel], **QUIET)
    panel.select(_told(gr, lambda data, turns: panel_html(turns, data.key)), turns, panel, **QUIET)
    return chat, filters[0], filters[1]


def _feedback_box(gr: Any, page: Page, chat: Any, turns: Any) -> None:
    """Under the chat, opened by a thumbs-down on an answer: what is wrong with it."""
    turn = gr.State(None)
    with gr.Column(visible=False, elem_id="wrong") as box:
        comment = gr.Textbox(
            "", label="What is wrong with it?", lines=2, max_lines=6, max_length=feedback.LONGEST, autofocus=True
        )
        with gr.Row():
            send, cancel = gr.Button("Send", variant="primary", size="sm"), gr.Button("Cancel", size="sm")
    outputs = [turn, chat, box, comment, gr.HTML(apply_default_css=False, elem_id="kept")]
    chat.like(_told(gr, page.disliked), turns, outputs, **QUIET)
    send.click(page.keep, [turn, comment], outputs, **QUIET)
    for event in (cancel.click, chat.clear):
        event(page.undecided, None, outputs, **QUIET)


def _filter_boxes(gr: Any) -> list[Any]:
    """In the order of FILTERS, and last whether the question is taken literally."""
    with gr.Row():
        named = [gr.Dropdown([("Any", "")], value="", label=n.title(), allow_custom_value=True) for n in FILTERS[:2]]
        author = gr.Textbox("", label="Author", min_width=140)
    with gr.Row():
        labels = [name.replace("_", " ").capitalize() for name in FILTERS[3:]]
        dates = [gr.Textbox("", label=label, placeholder="2024-11-30", min_width=120) for label in labels]
    literal = gr.Checkbox(
        False, label="Search the words alone", info="And not for the outlets, authors, times and parts they name."
    )
    return [*named, author, *dates, literal]


def _add_tab(gr: Any, page: Page) -> Any:
    """Returns the event that has added, for what follows from it."""
    with gr.Row():
        with gr.Column():
            files = gr.File(
                label=f"Files ({' '.join(READERS)})", file_count="multiple", file_types=list(READERS), height=200
            )
            collection = gr.Textbox("", label="Collection", info="A name to file these articles under, or nothing.")
        with gr.Column():
            pasting = [gr.Textbox("", label="Or the text of an article", lines=6, max_lines=16)]
            for labels in (("Title", "Link"), ("Outlet", "Author", "Published")):
                with gr.Row():
                    pasting += [gr.Textbox("", label=label, max_lines=1, min_width=120) for label in labels]
    button = gr.Button("Add articles", variant="primary", elem_id="add")
    report = gr.HTML(apply_default_css=False, min_height=90)
    inputs, outputs = [files, collection, *pasting], [report, files, *pasting]
    return button.click(_adding(gr, page), inputs, outputs, api_visibility="private", show_progress_on=report)


def _adding(gr: Any, page: Page) -> Callable[..., list[Any]]:
    """The listener that adds: files, collection and pasted boxes → report, and the boxes emptied if all went well."""

    def add(files: Any, collection: str, *pasting: str, progress: Any = gr.Progress()) -> list[Any]:  # noqa: B008
        def watch(at: Progress) -> None:
            progress(at.done / (at.total or 1), desc=f"Reading {at.now}" if at.now else f"{at.articles} articles done")

        report, done = page.add(files or (), collection, pasting, watch)
        return [report, *([None, *[""] * len(pasting)] if done else [gr.skip()] * (1 + len(pasting)))]

    return add


def _articles_tab(gr: Any, page: Page) -> tuple[Any, Any]:
    matching = gr.Textbox("", label="Find", placeholder="Words of a title, outlet, author, date or link", max_lines=1)
    listing = gr.HTML(js_on_load=ON_LISTING, apply_default_css=False, elem_id="listing")
    article = gr.HTML(js_on_load=ON_ARTICLE, apply_default_css=False, elem_id="article")
    matching.change(page.listing, matching, listing, trigger_mode="always_last", **QUIET)
    listing.select(_told(gr, lambda data: page.article(str(data.key))), None, article, **QUIET)
    return matching, listing


def _told(gr: Any, act: Callable[..., Any]) -> Callable[..., Any]:
    """A listener that is told what the event carries: gradio finds the parameter to put it in by its type."""

    def listen(event: Any, *inputs: Any) -> Any:
        return act(event, *inputs)

    listen.__annotations__["event"] = gr.EventData
    return listen


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the page and serve it until Ctrl-C; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Dateline: ask the archive, see the source.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to serve on (default: this machine only)")
    parser.add_argument("--port", type=int, default=7860, help="the port to serve on (default 7860)")
    given = parser.parse_args(arguments)
    try:
        settings = load()
        _require_free(given.host, given.port)
        _prepare(settings)
        _serve(settings, given.host, given.port)
    except DatelineError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
    return 0


def _require_free(host: str, port: int) -> None:
    """Raise SettingsError when nothing can be served there."""
    try:
        socket.create_server((host, port)).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"Nothing can be served on {host}:{port} ({reason}); give another --port.") from None


def _prepare(settings: Settings) -> None:
    """Bring the demonstration up to date if it is what will answer."""
    if of(settings).retriever.count() or settings.read_only:
        return
    try:
        report = demo.sync(settings, lambda: embed.load(settings.embed_model))
    except StoreBusy as error:
        print(f"The demonstration stays as it is. {error}", file=sys.stderr)
        return
    if report.interrupted:
        raise KeyboardInterrupt
    print(f"Demonstration: {report.added + report.updated} new articles, {report.unchanged} as before.", flush=True)


def _serve(settings: Settings, host: str, port: int) -> None:
    """Serve the page for ever; raises SettingsError when it cannot be served there."""
    gr, blocks = _gradio(), build(settings)
    # gradio asks itself over HTTP whether it is up, which must not go through a proxy.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost", host)))
    theme = gr.themes.Base(neutral_hue="stone", radius_size="sm", font="system-ui", font_mono="ui-monospace")
    try:
        blocks.queue(default_concurrency_limit=CONCURRENT).launch(
            server_name=host, server_port=port, prevent_thread_lock=True, quiet=True, share=False, show_error=False,
            ssr_mode=False, allowed_paths=[], footer_links=[], run_history=False, theme=theme, css=CSS,
        )  # fmt: skip
    except OSError as error:
        raise SettingsError(f"Nothing can be served on {host}:{port} ({error}).") from None
    print(f"Dateline is at http://{host}:{port} (Ctrl-C stops it)", flush=True)
    # Not earlier: gradio gives its server five seconds to start, and loading a model can keep it from running.
    threading.Thread(target=_warm, args=(settings,), name="warm", daemon=True).start()
    try:
        threading.Event().wait()
    finally:
        blocks.close(verbose=False)


def _warm(settings: Settings) -> None:
    """Load the models before the first question needs them; if that fails, the first question says so."""
    with suppress(Exception):
        query("Who?", store=Page(settings).current().store, llm="")


if __name__ == "__main__":
    sys.exit(main())
