"""The list of articles and the report of adding, in HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from index.adding import Report
from index.schema import Article
from ui.evidence import origin_html
from ui.words import esc, table_html

LISTED = 300
_OUTCOMES = {
    "added": "added",
    "updated": "new version",
    "unchanged": "here already",
    "copies": "added, and tells what another article tells",
}


def listing_html(articles: Sequence[Article], matching: str) -> str:
    """The articles that have every word of `matching` in what they are known by, and how many they are."""
    wanted = (matching or "").lower().split()
    found = [article for article in articles if all(word in _known_by(article) for word in wanted)]
    count = f"{len(found)} of {len(articles)}" if wanted else f"{len(articles)}"
    shown = f", the first {LISTED} of them shown" if len(found) > LISTED else ""
    rows = [_row(article) for article in found[:LISTED]]
    return f"<p class='quiet' role='status'>{count} articles{shown}</p>" + (table_html(rows, "listing") if rows else "")


def _known_by(article: Article) -> str:
    names = ("title", "outlet", "author", "published", "collection", "url", "path")
    return " ".join(getattr(article, name) or "" for name in names).lower()


def _row(article: Article) -> dict[str, str]:
    guess = " (a guess)" if article.published_from == "guess" else ""
    return {
        "Date": esc((article.published or "undated")[:10] + guess),
        "Outlet": esc(article.outlet or ""),
        "Title": f"<button data-article='{esc(article.id)}'>{esc(article.title) or 'Untitled'}</button>"
        + "".join(f" <span class='quiet'>{esc(remark)}</span>" for remark in article.remarks),
        "Author": esc(article.author or ""),
        "Collection": esc(article.collection or ""),
        "From": origin_html(article),
    }


def report_html(report: Report, store: Path) -> str:
    """What adding did: in numbers, file by file, and a line for each thing that failed."""
    counts = {name.title(): str(getattr(report, name)) for name in ("added", "updated", "unchanged", "copies")}
    rows = "".join(
        f"<li><bdi>{esc(name)}</bdi>: {esc(_outcome(told))}</li>" for name, told in list(report.files.items())[:LISTED]
    )
    lines = "".join(f"<li><bdi>{esc(line)}</bdi></li>" for line in report.failed)
    now = f"<p>Questions are answered from your own articles now, in <bdi>{esc(str(store))}</bdi>.</p>"
    now = now if any(count != "0" for count in counts.values()) else ""
    table = table_html([{**counts, "Failed": str(len(report.failed))}], "report")
    return f"{table}{now}<ul class='files'>{rows}</ul><ul class='failed'>{lines}</ul>"


def _outcome(counts: Counter[str]) -> str:
    """What became of a file's articles, in words."""
    return ", ".join(f"{counts[kind]} {words}" for kind, words in _OUTCOMES.items() if counts[kind])
