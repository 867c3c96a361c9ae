"""The page: ask the archive, see the source. `python app.py` starts it; gradio is imported here only.

What is shown is rendered in `ui/`; here it is wired to gradio's components and events.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from answer import feedback
from answer.assistant import of, query, stream
from answer.events import Cited, Done
from index import demo, embed
from index.adding import Progress, Watch
from index.build import Builder
from index.errors import DatelineError, SettingsError, StoreBusy
from index.read import READERS, canonical_url, pasted, read
from index.schema import Article, Filters, digest
from index.settings import Settings, load
from ui.chat import Coming, Turn, answer_words
from ui.evidence import ASK_FIRST, article_html, panel_html
from ui.listing import listing_html, report_html
from ui.words import empty_html, esc, plain, sendable

CONCURRENT = 4
FILTERS = ("outlet", "collection", "author", "since", "until", "as_of")
QUIET = {"show_progress": "hidden", "api_visibility": "private"}
EXAMPLES = (
    "Who closed Aleppo airport?",
    "Which village was struck by two airstrikes?",
    "Where was the summit held?",
    "Who won the 2022 World Cup?",
)
FAILED = "Something went wrong while answering; the server’s log says what. Please try again."
HEADER = "<header class='masthead'><h1>Dateline</h1><p>Ask the archive, see the source.</p></header>"


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


ON_ARTICLE = "watch('value', () => element.scrollIntoView({block: 'start'}));"


def _asset(name: str) -> str:
    return (Path(__file__).parent / "ui" / name).read_text(encoding="utf-8")


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
            panel = gr.HTML(
                empty_html(ASK_FIRST), js_on_load=_asset("evidence.js"), apply_default_css=False, elem_id="evidence"
            )
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
    listing = gr.HTML(js_on_load=_asset("listing.js"), apply_default_css=False, elem_id="listing")
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
            ssr_mode=False, allowed_paths=[], footer_links=[], run_history=False, theme=theme, css=_asset("style.css"),
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
