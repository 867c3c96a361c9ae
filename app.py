"""The page: ask the archive, see the source. `python app.py` starts it; gradio is imported here only.

What the page does and shows is in `ui/`; here it is wired to gradio's components and events.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from answer import feedback
from answer.assistant import of, query
from index import demo, embed
from index.adding import Progress
from index.errors import DatelineError, SettingsError, StoreBusy
from index.read import READERS
from index.settings import Settings, load
from ui.api import Api
from ui.archive import Archive, in_use
from ui.asking import OUTPUTS, Asking
from ui.chat import welcome
from ui.evidence import ASK_FIRST
from ui.export import FORMATS
from ui.scope import FILTERS, label
from ui.words import empty_html

CONCURRENT = 4
STATE_SECONDS = 10
QUIET = {"show_progress": "hidden", "api_visibility": "private"}
HEADER = "<header class='masthead'><h1>Dateline</h1><p>Ask the archive, see the source.</p></header>"
ON_ARTICLE = "watch('value', () => element.scrollIntoView({block: 'start'}));"
# The address of the page, for links to answers; the link that it was opened with is not that of the next answer.
ADDRESS = "() => location.origin + location.pathname"
LEAVE_LINK = "() => history.replaceState(null, '', location.pathname)"
TO_QUESTION = "() => document.querySelector('#question textarea').focus()"
SAVE = """(text, form) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'text/plain'}));
  link.download = form === 'Markdown' ? 'answer.md' : 'answer.txt';
  link.click();
  URL.revokeObjectURL(link.href);
}"""


def _asset(name: str) -> str:
    return (Path(__file__).parent / "ui" / name).read_text(encoding="utf-8")


def _gradio() -> Any:
    """gradio, which takes seconds to import, and which must be told first to keep quiet."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio

    return gradio


def build(settings: Settings) -> Any:
    """The page, as the gradio Blocks that `main` serves."""
    gr = _gradio()
    archive, api = Archive(settings, gr), Api(settings, gr)
    with gr.Blocks(title="Dateline", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        # First, for the names: an event of the page that is called "query" would take it, private or not.
        for act in (api.query, api.search, api.articles):
            gr.api(act, api_name=act.__name__, concurrency_limit=CONCURRENT)
        gr.HTML(HEADER, apply_default_css=False)
        shown = {name: gr.HTML(apply_default_css=False, elem_id=name) for name in ("banner", "state", "notice")}
        with gr.Tabs():
            with gr.Tab("Ask"):
                shown |= _ask_tab(gr, blocks, Asking(settings, gr), shown["notice"])
            with gr.Tab("Add articles", visible=not settings.read_only):
                added = _add_tab(gr, archive)
            with gr.Tab("Articles") as tab:
                removed = _articles_tab(gr, archive, tab)
        outputs = [shown[name] for name in ("banner", "state", "chat", "outlet", "collection")]
        for event in (blocks.load, added.then, removed.then):
            event(archive.refresh, None, outputs, **QUIET)
        gr.Timer(STATE_SECONDS).tick(archive.state, None, shown["state"], **QUIET)
    return blocks


def _ask_tab(gr: Any, blocks: Any, asking: Asking, notice: Any) -> dict[str, Any]:
    """Returns the components of OUTPUTS by name."""
    with gr.Sidebar(open=False, width=280, elem_id="past"):
        shown = _past(gr)
    with gr.Row():
        with gr.Column():
            shown |= {"notice": notice, "chat": _chat(gr), "turns": gr.State([]), "shown": gr.State(-1)}
            if not asking.settings.read_only:
                _judging(gr, asking, shown)
            with gr.Row(visible=False, elem_id="actions") as shown["actions"]:
                again, edit = (gr.Button(words, size="sm") for words in ("Ask again", "Edit question"))
            shown["chips"] = gr.HTML(js_on_load=_asset("chips.js"), apply_default_css=False, elem_id="chips")
            shown["question"] = gr.Textbox("", label="Question", submit_btn="Ask", autofocus=True, elem_id="question")
            with gr.Accordion("Filters", open=False):
                shown |= _filter_boxes(gr)
            export = gr.Accordion("Copy, export or link the answer", open=False)
            with export:
                refreshed = _export(gr, asking, shown, export)
        with gr.Column(elem_classes="evidence"):
            shown["panel"] = gr.HTML(
                empty_html(ASK_FIRST), js_on_load=_asset("evidence.js"), apply_default_css=False, elem_id="evidence"
            )
    shown["browser"] = gr.BrowserState({}, storage_key="dateline", secret="dateline")
    _wire(gr, blocks, asking, shown, (again, edit), refreshed)
    return shown


def _chat(gr: Any) -> Any:
    return gr.Chatbot(
        label="Conversation", show_label=False, layout="panel", buttons=[], latex_delimiters=[], elem_id="chat",
        autoscroll=False, placeholder=welcome(), feedback_options=["Like", "Dislike"],
    )  # fmt: skip


def _past(gr: Any) -> dict[str, Any]:
    """The conversations that this browser keeps."""
    gr.HTML("<h2>Conversations</h2><p class='quiet'>Kept in this browser alone.</p>", apply_default_css=False)
    new = gr.Button("New conversation", size="sm", elem_id="new")
    listed = gr.HTML(js_on_load=_asset("listing.js"), apply_default_css=False, elem_id="conversations")
    name = gr.Textbox("", label="Name of the open one", max_lines=1, submit_btn="Rename", elem_id="name")
    delete = gr.Button("Delete it", size="sm")
    with gr.Row(visible=False) as sure:
        gone, stay = gr.Button("Delete for good", variant="stop", size="sm"), gr.Button("Keep it", size="sm")
    _revealing(gr, delete, sure, (gone, stay))
    return {"listed": listed, "name": name, "new": new, "gone": gone}


def _revealing(gr: Any, first: Any, row: Any, closing: Sequence[Any]) -> None:
    """A button that asks to be sure: it shows a row, and each button of the row hides it."""
    first.click(lambda: gr.update(visible=True), None, row, **QUIET)
    for button in closing:
        button.click(lambda: gr.update(visible=False), None, row, **QUIET)


def _judging(gr: Any, asking: Asking, shown: dict[str, Any]) -> None:
    """Under the chat, opened by a thumb on an answer: what is right or wrong with it."""
    judged = gr.State(None)
    with gr.Column(visible=False, elem_id="wrong") as box:
        comment = gr.Textbox(
            "", label="What is wrong with it?", lines=2, max_lines=6, max_length=feedback.LONGEST, autofocus=True
        )
        with gr.Row():
            send, cancel = gr.Button("Send", variant="primary", size="sm"), gr.Button("Cancel", size="sm")
    outputs = [judged, shown["chat"], box, comment, gr.HTML(apply_default_css=False, elem_id="kept")]
    shown["chat"].like(_told(gr, asking.judged), shown["turns"], outputs, **QUIET)
    send.click(asking.keep, [judged, comment], outputs, **QUIET)
    cancel.click(asking.unjudged, None, outputs, **QUIET)


def _filter_boxes(gr: Any) -> dict[str, Any]:
    """By name, in the order of FILTERS, and last whether the question is taken literally."""
    boxes = {}
    with gr.Row():
        for name in FILTERS[:3]:
            # A name of the archive, or any other; authors are too many to choose from.
            boxes[name] = (
                gr.Textbox("", label=label(name), min_width=140)
                if name == "author"
                else gr.Dropdown([("Any", "")], value="", label=label(name), allow_custom_value=True)
            )
    with gr.Row():
        boxes |= {
            name: gr.Textbox("", label=label(name), placeholder="2024-11-30", min_width=120) for name in FILTERS[3:]
        }
    boxes["literal"] = gr.Checkbox(
        False, label="Search the words alone", info="And not for the outlets, authors, times and parts they name."
    )
    return boxes


def _export(gr: Any, asking: Asking, shown: dict[str, Any], opened: Any) -> Callable[..., Any]:
    """The box to take an answer along; returns what brings it up to date after an event."""
    form = gr.Radio(list(FORMATS), value=FORMATS[0], label="Form")
    text = gr.Textbox(
        "",
        label="Answer with its sources",
        elem_id="answer-text",
        lines=6,
        max_lines=12,
        buttons=["copy"],
        interactive=False,
    )
    link = gr.Textbox(
        "", label="Link to this answer", elem_id="answer-link", max_lines=1, buttons=["copy"], interactive=False
    )
    gr.Button("Save as a file", size="sm").click(None, [text, form], None, js=SAVE)
    address = gr.Textbox("", visible=False)
    inputs, outputs = [form, shown["turns"], shown["shown"], address], [text, link]

    def refreshed(event: Any) -> Any:
        return event(asking.taken, inputs, outputs, **QUIET)

    refreshed(form.change)
    refreshed(opened.expand(None, None, address, js=ADDRESS).then)
    return refreshed


def _wire(
    gr: Any,
    blocks: Any,
    asking: Asking,
    shown: dict[str, Any],
    buttons: tuple[Any, Any],
    refreshed: Callable[..., Any],
) -> None:
    """The events of the Ask tab."""
    outputs, boxes = [shown[name] for name in OUTPUTS], [shown[name] for name in (*FILTERS, "literal")]
    turns, browser, question, chips = (shown[name] for name in ("turns", "browser", "question", "chips"))
    again = gr.State(None)
    asked = {"outputs": outputs, "concurrency_limit": CONCURRENT, **QUIET}
    anew = {"fn": asking.ask_again, "inputs": [again, turns, browser, *boxes], **asked}
    ask = {"fn": asking.ask, "inputs": [question, turns, browser, *boxes], **asked}
    runs = [
        question.submit(**ask),
        buttons[0].click(asking.again, turns, again, **QUIET).then(**anew),
        chips.select(
            _told(gr, lambda data, *given: asking.drop(data.key, *given)),
            [turns, *boxes],
            [again, chips, *boxes],
            **QUIET,
        ).then(**anew),
    ]
    for run in runs:
        # After the cancelling and not beside it: until a run has ended, gradio takes no other question.
        run.then(asking.stopped, [turns, browser], outputs, **QUIET)
        refreshed(run.then)
        run.then(None, None, None, js=LEAVE_LINK)
    question.stop(None, cancels=runs)
    buttons[1].click(asking.edit, turns, question, **QUIET).then(None, None, None, js=TO_QUESTION)
    _wire_past(gr, blocks, asking, shown, outputs)
    panel = shown["panel"]
    selected = panel.select(
        _told(gr, lambda data, turns: asking.select(str(data.key), turns)), turns, [panel, shown["shown"]], **QUIET
    )
    refreshed(selected.then)
    gr.on([box.change for box in boxes], asking.chips, [turns, *boxes], chips, trigger_mode="always_last", **QUIET)


def _wire_past(gr: Any, blocks: Any, asking: Asking, shown: dict[str, Any], outputs: list[Any]) -> None:
    """The events of the conversations that a browser keeps, and of a page that is opened."""
    browser, name = shown["browser"], shown["name"]
    switched = {"outputs": outputs, **QUIET}
    shown["listed"].select(_told(gr, lambda data, browser: asking.switch(str(data.key), browser)), browser, **switched)
    shown["new"].click(lambda browser: asking.switch("", browser), browser, **switched)
    shown["chat"].clear(lambda browser: asking.switch("", browser), browser, **switched)
    name.submit(asking.rename, [name, browser], **switched)
    shown["gone"].click(asking.delete, browser, **switched)

    def opened(browser: Any, request: Any) -> list[Any]:
        return asking.open(browser, request.query_params.get("a", "") if request else "")

    opened.__annotations__["request"] = gr.Request
    blocks.load(opened, browser, **switched)


def _add_tab(gr: Any, archive: Archive) -> Any:
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
                    pasting += [gr.Textbox("", label=name, max_lines=1, min_width=120) for name in labels]
    button = gr.Button("Add articles", variant="primary", elem_id="add")
    report = gr.HTML(apply_default_css=False, min_height=90)
    inputs, outputs = [files, collection, *pasting], [report, files, *pasting]
    return button.click(_adding(gr, archive), inputs, outputs, api_visibility="private", show_progress_on=report)


def _adding(gr: Any, archive: Archive) -> Callable[..., list[Any]]:
    """The listener that adds: files, collection and pasted boxes → report, and the boxes emptied if all went well."""

    def add(files: Any, collection: str, *pasting: str, progress: Any = gr.Progress()) -> list[Any]:  # noqa: B008
        def watch(at: Progress) -> None:
            progress(at.done / (at.total or 1), desc=f"Reading {at.now}" if at.now else f"{at.articles} articles done")

        report, done = archive.add(files or (), collection, pasting, watch)
        return [report, *([None, *[""] * len(pasting)] if done else [gr.skip()] * (1 + len(pasting)))]

    return add


def _articles_tab(gr: Any, archive: Archive, tab: Any) -> Any:
    """Returns the event that has removed an article, for what follows from it."""
    with gr.Accordion("By date and outlet", open=False):
        shape = gr.HTML(apply_default_css=False, elem_id="shape")
    matching = gr.Textbox("", label="Find", placeholder="Words of a title, outlet, author, date or link", max_lines=1)
    listing = gr.HTML(js_on_load=_asset("listing.js"), apply_default_css=False, elem_id="listing")
    chosen = gr.State("")
    remove = gr.Button("Remove this article", size="sm", visible=False, elem_id="remove")
    with gr.Row(visible=False) as sure:
        gone, stay = gr.Button("Remove it for good", variant="stop", size="sm"), gr.Button("Leave it", size="sm")
    article = gr.HTML(js_on_load=ON_ARTICLE, apply_default_css=False, elem_id="article")
    outputs = [article, chosen, remove, sure]
    _revealing(gr, remove, sure, (stay,))
    tab.select(archive.listing, matching, listing, **QUIET)
    tab.select(archive.shape, None, shape, **QUIET)
    matching.change(archive.listing, matching, listing, trigger_mode="always_last", **QUIET)
    listing.select(_told(gr, lambda data: archive.article(str(data.key))), None, outputs, **QUIET)
    removed = gone.click(archive.remove, chosen, outputs, **QUIET)
    removed.then(archive.listing, matching, listing, **QUIET)
    return removed


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
    parser.add_argument(
        "--let-everybody-in",
        action="store_true",
        help="serve on an address that other machines reach, without a password",
    )
    given = parser.parse_args(arguments)
    try:
        settings = load()
        _require_meant(given.host, given.let_everybody_in, settings)
        _require_free(given.host, given.port)
        _prepare(settings)
        _serve(settings, given.host, given.port)
    except DatelineError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
    return 0


def _require_meant(host: str, is_meant: bool, settings: Settings) -> None:
    """Raise SettingsError when others could reach the page and nobody said that they should."""
    if is_meant or _is_loopback(host):
        return
    may = "read" if settings.read_only else "read, add to and remove from"
    raise SettingsError(
        f"On {host} everybody who reaches this machine could {may} the archive {settings.store}: there is no password. "
        "If that is meant, give --let-everybody-in; DATELINE_READ_ONLY=1 keeps them from changing it."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
        query("Who?", store=in_use(settings).store, llm="")


if __name__ == "__main__":
    sys.exit(main())
