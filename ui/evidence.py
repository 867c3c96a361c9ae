"""The evidence panel, in HTML: the cited articles, with exactly the cited words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from answer.schema import Citation
from index.chunk import paragraphs
from index.schema import Article, flat
from ui.kept import State
from ui.timeline import day_of, spread, timeline_html
from ui.turn import Source, Turn, at_key
from ui.words import about, date_words, empty_html, esc, how_known, label_html

Span = tuple[int, int]

NOWHERE = (0, 0)
_SHOWN = 240  # characters of a quote on a card

ASK_FIRST = "Ask a question, and the article that answers it opens here, with the words it rests on marked."


def panel_html(turns: Sequence[Turn], key: str) -> str:
    """The evidence for `key`, as `at_key` reads it: that turn's sources, and the article of one."""
    if found := at_key(turns, key):
        return _evidence_html(*found)
    return empty_html("No article was found." if turns else ASK_FIRST)


def first_key(turns: Sequence[Turn]) -> str:
    """The key of the last turn's first source; empty where it has none."""
    return f"{len(turns) - 1}-{turns[-1].sources[0].name}" if turns and turns[-1].sources else ""


def _evidence_html(at: int, turn: Turn, shown: Source) -> str:
    back = "<a class='back' href='#question'>Back to the question</a>"
    sources = _cards_html(turn.sources, at, shown)
    inside = f"{_timeline_html(turn)}{sources}{_others_html(turn, at, shown)}{_story_html(turn, shown)}"
    if turn.answered:
        return f"{back}<h2>Sources</h2>{inside}"
    note = "<p class='note'>They came closest to the question. They are not an answer.</p>"
    return f"<div class='near'>{back}<h2>Nearest passages</h2>{note}{inside}</div>"


def _timeline_html(turn: Turn) -> str:
    """Open where the answer itself rests on several days, else to be opened; nothing where all is of a day or two."""
    if not spread(turn.articles):
        return ""
    is_open = " open" if spread([one.article for one in turn.citations]) else ""
    bars = timeline_html(turn.articles, turn.citations)
    return f"<details class='days'{is_open}><summary>Found by date</summary>{bars}</details>"


def _others_html(turn: Turn, at: int, shown: Source) -> str:
    if not turn.others:
        return ""
    is_open = " open" if shown in turn.others else ""
    cards = _cards_html(turn.others, at, shown)
    summary = f"<summary>Also found, not cited ({len(turn.others)})</summary>"
    return f"<details class='others'{is_open}>{summary}{cards}</details>"


def _story_html(turn: Turn, shown: Source) -> str:
    article, cited = shown.article, shown.citation
    if not article:
        return empty_html("This article was removed from the archive since it was cited.")
    if not cited:
        return empty_html("The words that were cited are no longer in this article.") + article_html(article)
    others = [(one.start, one.end) for one in turn.citations if one.article.id == article.id]
    return article_html(article, (cited.start, cited.end), others, cited.exact or NOWHERE)


def _cards_html(sources: Sequence[Source], at: int, shown: Source) -> str:
    return f"<ol class='cards'>{''.join(_card_html(one, f'{at}-{one.name}', one is shown) for one in sources)}</ol>"


def _card_html(source: Source, key: str, current: bool) -> str:
    article, cited = source.article, source.citation
    title, where = (article.title, about(article)) if article else ("Removed from the archive", "")
    also = cited.elsewhere if cited else ""
    state = "" if source.state is State.SAME else source.state.value
    is_cited = source.name.isdigit()
    told = (f"{'Source' if is_cited else 'Passage'} {source.name}: {title}", where, state, also and f"also in {also}")
    pieces = (
        _span("number", source.name if is_cited else ""),
        f"<bdi class='quiet'>{esc(where)}</bdi> ",
        label_html(article) if article else "",
        _span("state", state),
        _span("score quiet", "" if is_cited or source.score is None else f"score {source.score:.2f}"),
        f"<span class='headline' dir='auto'>{esc(title)}</span>",
        _quote_html(cited),
        _span("also quiet", also and f"also in {also}"),
    )
    return (
        f"<li data-of-day='{esc(day_of(article) if article else '')}'><button class='card' data-cite='{key}' "
        f"aria-current='{str(current).lower()}' aria-label='{esc(', '.join(filter(None, told)))}'>"
        f"{''.join(pieces)}</button></li>"
    )


def _span(name: str, words: str) -> str:
    return f"<span class='{name}'><bdi>{esc(words)}</bdi></span>" if words else ""


def _quote_html(cited: Citation | None) -> str:
    if not cited:
        return ""
    quote = flat(cited.quote)
    quote = quote if len(quote) <= _SHOWN else quote[:_SHOWN].rsplit(" ", 1)[0] + " …"
    return f"<span class='quote' dir='auto'>“{esc(quote)}”</span>"


def article_html(article: Article, current: Span = NOWHERE, others: Sequence[Span] = (), exact: Span = NOWHERE) -> str:
    """The whole article, with what it is known by, and its spans marked as in `marked_html`."""
    facts = (article.outlet, article.author, date_words(article.published) + how_known(article), *article.remarks)
    return (
        f"<article class='story'>{label_html(article)}<h3 dir='auto'>{esc(article.title)}</h3>"
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
