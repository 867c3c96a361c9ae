"""What was found, day by day: bars to look at and to click, and the answer's quotes in the order of their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from answer.schema import Citation
from index.schema import Article, flat
from ui.words import date_words, esc

_FEWEST_DAYS, _MOST_BARS = 3, 40


def spread(articles: Iterable[Article]) -> bool:
    """Whether articles lie on enough days for a timeline to say something."""
    return len({day for one in articles if (day := day_of(one))}) >= _FEWEST_DAYS


def timeline_html(articles: Sequence[Article], cited: Sequence[Citation]) -> str:
    """Bars of articles by day, or by month or year where there are many days; those with cited ones marked.

    A click on one hides the passages of other days: `evidence.js` does that, by their `data-day`. Articles without a
    day are counted apart.
    """
    dated = {one.id: day_of(one) for one in articles if day_of(one)}
    length = _length(set(dated.values()))
    counts = Counter(day[:length] for day in dated.values())
    marked = {day_of(one.article)[:length] for one in cited}
    bars = "".join(_bar_html(day, count, max(counts.values()), day in marked) for day, count in sorted(counts.items()))
    days = sorted(counts)
    ends = " – ".join(date_words(day) for day in dict.fromkeys((days[0], days[-1]))) if days else ""
    undated = len({one.id for one in articles}) - len(dated)
    rest = f"<p class='quiet'>{undated} without a date</p>" if undated else ""
    return (
        f"<section class='timeline' aria-label='Found articles by date'><div class='bars'>{bars}</div>"
        f"<p class='quiet'>{esc(ends)}</p>{rest}"
        f"{_quotes_html(cited)}</section>"
    )


def _length(days: set[str]) -> int:
    """How much of a day's words tells bars apart without there being too many: 10 for days, 7 for months, 4."""
    return next((length for length in (10, 7) if len({day[:length] for day in days}) <= _MOST_BARS), 4)


def _bar_html(day: str, count: int, highest: int, cited: bool) -> str:
    words = esc(f"{date_words(day)}: {count} article{'s' if count > 1 else ''}{', cited' if cited else ''}")
    return (
        f"<button class='bar{' cited' if cited else ''}' data-day='{esc(day)}' aria-pressed='false' title='{words}' "
        f"aria-label='{words}'><span style='height:{max(8, round(100 * count / highest))}%'></span></button>"
    )


def _quotes_html(cited: Sequence[Citation]) -> str:
    """The quotes by date, those without one last; none where there is but one."""
    if len(cited) < 2:
        return ""
    ordered = sorted(cited, key=lambda one: (day_of(one.article) or "9999", one.number))
    items = "".join(
        f"<li><b>{esc(date_words(day_of(one.article) or None))}</b> <span dir='auto'>“{esc(flat(one.quote))}”</span> "
        f"[{one.number}]</li>"
        for one in ordered
    )
    return f"<details><summary>The quotes in order of date</summary><ol class='dated'>{items}</ol></details>"


def day_of(article: Article) -> str:
    """The day that an article is known to be of, as far as it is known; empty for a guess."""
    return (article.dated or "")[:10]


def shape_html(articles: Sequence[Article]) -> str:
    """What a collection is made of: bars by month or year, and the outlets with most articles."""
    if not articles:
        return ""
    outlets = Counter(flat(one.outlet or "no outlet") for one in articles)
    rows = "".join(
        f"<li><span class='name' dir='auto'>{esc(name)}</span><span class='share' "
        f"style='width:{max(2, round(100 * count / max(outlets.values())))}%'></span>"
        f"<span class='count'>{count}</span></li>"
        for name, count in outlets.most_common(12)
    )
    more = f"<p class='quiet'>and {len(outlets) - 12} more outlets</p>" if len(outlets) > 12 else ""
    return f"{timeline_html(articles, ())}<ol class='outlets'>{rows}</ol>{more}"
