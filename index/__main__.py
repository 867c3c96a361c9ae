"""python -m index: put articles into the store, look at it, take them out, mend it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from index import adding, build, embed, terminal
from index.adding import Report, Watch
from index.check import NOT_READ, check, notes
from index.dates import normalise
from index.errors import ReadError
from index.incoming import Fetching, links_in, of_bytes, suffix_of
from index.languages import is_foreign
from index.read import READERS
from index.read_fields import FIELDS, Given
from index.retrieve import Retriever
from index.schema import Article, flat
from index.settings import Settings, load
from index.watching import watching

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 when something failed, 130 after Ctrl-C."""
    given = _parser().parse_args(arguments)
    return terminal.run(lambda: int(given.run(given, load(store=given.store))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description=__doc__)
    parser.add_argument("--store", help="the store's folder (default: DATELINE_STORE, else .dateline beside app.py)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    kinds = " ".join(READERS)

    def command(name: str, run: Callable[[argparse.Namespace, Settings], int], about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    for name, about in (
        ("add", f"read files and folders ({kinds}) into the store"),
        ("sync", "add, and take out the articles whose files have gone from these folders"),
    ):
        sub = command(name, _add, about)
        sub.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH", help="a file, a folder, or - for standard input"
        )
        sub.add_argument("--urls", type=Path, metavar="FILE", help="fetch the pages of a list of links, one a line")
        sub.add_argument("--allow-private", action="store_true", help="fetch from this machine and its network, too")
        sub.add_argument("--collection", help="a name to file these articles under, to filter by")
        sub.add_argument("--outlet", help="who published them, where they do not say")
        sub.add_argument("--published", metavar="DATE", help="when they were published, where they do not say")
        sub.add_argument(
            "--field", action="append", default=[], metavar="OURS=THEIRS", help="an unusual name of a field: text=story"
        )
        sub.add_argument("--report", type=Path, metavar="FILE", help="write what became of each file there, as JSON")
        sub.set_defaults(prune=name == "sync", watch=False)
        if name == "sync":
            sub.add_argument("--watch", action="store_true", help="go on, and follow every change until Ctrl-C")
    command("list", _list, "show the articles, newest first")
    sub = command("remove", _remove, "take articles out of the store")
    sub.add_argument(
        "names", nargs="+", metavar="ID|URL|PATH", help="an id or its first 6 characters, a link, a file, a folder"
    )
    sub.add_argument("--forget", action="store_true", help="erase every trace: text, versions, vectors, index terms")
    command("check", _check, "hold the catalog and both indexes against each other")
    command("rebuild", _rebuild, "make both indexes anew from the catalog, without embedding")
    sub = command("upgrade", _upgrade, "cut the articles anew after an update of Dateline")
    sub.add_argument("--embed", action="store_true", help="re-embed with the model that DATELINE_EMBED_MODEL names")
    return parser


def _add(given: argparse.Namespace, settings: Settings) -> int:
    status = _add_once(given, settings)
    if given.watch and status != terminal.INTERRUPTED:
        _err.print(f"Watching {', '.join(map(str, given.paths))}; Ctrl-C stops.", soft_wrap=True)
        with suppress(KeyboardInterrupt):
            watching(
                given.paths,
                lambda: _add_once(given, settings, only_changes=True),
                lambda words: _err.print(escape(words)),
            )
    return status


def _add_once(given: argparse.Namespace, settings: Settings, *, only_changes: bool = False) -> int:
    """Add, and print what came of it; with `only_changes` nothing where the store is as it was."""
    with _bar() as watch:
        builder = build.Builder(settings, lambda: embed.load(settings.embed_model), watch=watch)
        report = _added(builder, given, settings)
    if only_changes and not (report.added or report.updated or report.copies or report.removed):
        return 0
    for line in report.failed:
        _err.print(f"[red]failed[/]  {escape(line)}", soft_wrap=True)
    _out.print(_report_table(report))
    for words in _remarked(report):
        _out.print(words)
    if given.report:
        _write_report(given.report, report)
    if report.left_out:
        kinds = ", ".join(f"{count} {suffix or 'without a suffix'}" for suffix, count in report.left_out.most_common())
        _out.print(f"Left out, as no reader takes them: {escape(kinds)}.", soft_wrap=True)
    if report.interrupted:
        _err.print("Stopped by Ctrl-C. Everything counted above is in the store; run the same command for the rest.")
        return terminal.INTERRUPTED
    return 1 if report.failed else 0


def _added(builder: build.Builder, given: argparse.Namespace, settings: Settings) -> Report:
    """Add what the command line names: files and folders, what comes on standard input, or a list of links."""
    if bool(given.paths) == bool(given.urls):
        raise ReadError("Give files and folders to read, - for standard input, or a list of links with --urls.")
    facts = _given(given)
    if given.urls:
        fetching = Fetching(settings.max_article_mb, given=facts, allow_private=given.allow_private)
        return builder.add_records(fetching.records(links_in(given.urls)))
    if Path("-") in given.paths:
        if len(given.paths) > 1 or given.prune:
            raise ReadError("- is standard input, which is added alone.")
        data = sys.stdin.buffer.read()
        limit = settings.max_article_mb
        return builder.add_records(of_bytes(data, suffix_of(data), name="standard input", max_mb=limit, given=facts))
    return builder.add(given.paths, given=facts, prune=given.prune)


def _given(given: argparse.Namespace) -> Given:
    """What the command line says of all articles. Raises ReadError for a field or date that is none."""
    names = dict(one.partition("=")[::2] for one in given.field)
    for ours, theirs in names.items():
        if ours not in FIELDS or not theirs.strip():
            raise ReadError(
                f"--field {ours}={theirs} names no field; give one of {', '.join(FIELDS)} and its name: text=story."
            )
    published = normalise(given.published) if given.published else None
    if given.published and not published:
        raise ReadError(f"--published {given.published!r} is no date; write it as 2020-02-12, 2020-02 or 2020.")
    return Given(collection=given.collection, outlet=given.outlet, published=published, fields=names)


def _remarked(report: Report) -> Iterator[str]:
    """What is to be known of what was written, in words."""
    if report.guessed:
        yield f"{len(report.guessed)} have a date that is a guess, which no filter and no order goes by."
    if report.partial:
        yield f"{len(report.partial)} are partial: teasers, or cut off at a paywall."


def _write_report(file: Path, report: Report) -> None:
    try:
        told = {one.name: getattr(report, one.name) for one in fields(report)}
        file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise ReadError(f"The report cannot be written to {file} ({error.strerror}); give another file.") from None


def _report_table(report: Report) -> Table:
    table = Table("added", "updated", "unchanged", "copies", "removed", "failed")
    counts = (report.added, report.updated, report.unchanged, report.copies, report.removed, len(report.failed))
    table.add_row(*map(str, counts))
    return table


def _list(given: argparse.Namespace, settings: Settings) -> int:
    articles = Retriever(settings, lambda: embed.load(settings.embed_model)).articles()
    if not _out.is_terminal:
        # For other programs: a line an article, its columns apart by tabs, whole.
        for article in articles:
            print("\t".join(_listed(article)))
        return 0
    table = Table("id", "date", "outlet", "title", "from", box=None, pad_edge=False)
    for article in articles:
        table.add_row(*(Text(words) for words in _listed(article)))
    if articles:
        _out.print(table)
    foreign = sum(is_foreign(article.language) for article in articles)
    others = f", {foreign} of them not in English: {NOT_READ}" if foreign else ""
    _out.print(f"{len(articles)} articles in {settings.store}{others}", soft_wrap=True)
    return 0


def _listed(article: Article) -> tuple[str, ...]:
    date = (article.published or "undated")[:10] + ("?" if article.published_from == "guess" else "")
    title = " · ".join((article.title, *article.remarks))
    facts = (article.id[:12], date, article.outlet or "", title, article.url or article.path or "")
    return tuple(map(flat, facts))


def _remove(given: argparse.Namespace, settings: Settings) -> int:
    builder = build.Builder(settings, lambda: embed.load(settings.embed_model))
    for article in builder.remove(given.names, forget=given.forget):
        _out.print(f"removed  {article.id[:12]}  {escape(flat(article.title))}", soft_wrap=True)
    if given.forget:
        _out.print("Their text, versions, vectors and index terms are erased from the store.")
    return 0


def _check(given: argparse.Namespace, settings: Settings) -> int:
    problems = check(settings)
    for note in notes(settings):
        _out.print(f"[yellow]note[/]   {escape(note)}", soft_wrap=True)
    for problem in problems:
        _err.print(f"[red]wrong[/]  {escape(problem)}", soft_wrap=True)
    if not problems:
        _out.print(f"The store {settings.store} is whole.", soft_wrap=True)
    return 1 if problems else 0


def _rebuild(given: argparse.Namespace, settings: Settings) -> int:
    chunks = build.Builder(settings, lambda: embed.load(settings.embed_model)).rebuild()
    _out.print(f"Both indexes are made anew: {chunks} chunks.")
    return 0


def _upgrade(given: argparse.Namespace, settings: Settings) -> int:
    with _bar() as watch:
        builder = build.Builder(settings, lambda: embed.load(settings.embed_model), watch=watch)
        articles = builder.upgrade(embed=given.embed)
    _out.print(f"{articles} articles are as this Dateline makes them.")
    return 0


class _Rate(ProgressColumn):
    """Articles a second since the start."""

    def render(self, task: Task) -> Text:
        articles, elapsed = task.fields.get("articles", 0), task.elapsed or 0.0
        return Text(
            f"{articles} articles, {articles / elapsed:.1f}/s" if elapsed and articles else f"{articles} articles"
        )


@contextmanager
def _bar() -> Iterator[Watch]:
    """A progress bar on standard error: share done, articles a second, time left, the file at hand."""
    columns = (
        SpinnerColumn(),
        BarColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def watch(at: adding.Progress) -> None:
            bar.update(task, total=at.total or None, completed=at.done, articles=at.articles, description=at.now[:40])

        yield watch


if __name__ == "__main__":
    sys.exit(main())
