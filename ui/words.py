"""Words of articles, for the chat and for the panels: no character of them can mean anything but itself.

Article text is not trusted. In the chat, which is Markdown, every character of it that could mean something is
escaped (`plain`); in the panels, which are HTML, all of it is (`esc`).
"""

from __future__ import annotations

import html
import re
from calendar import month_name
from collections.abc import Sequence

from index import demo
from index.schema import Article, flat

_KNOWN_FROM = {
    "front matter": "from the file’s front matter",
    "json-ld": "from the page’s metadata",
    "meta": "from the page’s metadata",
    "time": "from the page",
    "field": "as given",
    "guess": "found in the text, a guess",
}


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


def how_known(article: Article) -> str:
    """How the date of an article is known, in brackets; empty where it has none or nobody says."""
    words = _KNOWN_FROM.get(article.published_from or "", article.published_from or "")
    return f" ({words})" if words and article.published else ""


def about(article: Article) -> str:
    """Outlet and day, on one line."""
    return " · ".join(filter(None, (article.outlet, date_words(article.published and article.published[:10]))))


def empty_html(words: str) -> str:
    return f"<p class='quiet'>{esc(words)}</p>"


def table_html(rows: Sequence[dict[str, str]], name: str) -> str:
    """A table of cells that are HTML already; the keys of a row are the heads, and the classes of its cells."""
    head = "".join(f"<th scope='col'>{key}</th>" for key in (rows[0] if rows else ()))
    body = ("".join(f"<td class='{key.lower()}' dir='auto'>{cell}</td>" for key, cell in row.items()) for row in rows)
    rows_html = "".join(f"<tr>{row}</tr>" for row in body)
    return f"<table class='{name}'><thead><tr>{head}</tr></thead><tbody>{rows_html}</tbody></table>"


def label_html(article: Article) -> str:
    is_demo = article.collection == demo.COLLECTION
    return "<span class='label'>demonstration, not journalism</span>" if is_demo else ""
