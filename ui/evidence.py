"""The evidence panel, in HTML: the cited articles, with exactly the cited words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from answer.schema import Citation
from index.chunk import paragraphs
from index.schema import Article, flat
from ui.chat import Turn
from ui.words import about, date_words, empty_html, esc, how_known, label_html

Span = tuple[int, int]

NOWHERE = (0, 0)

ASK_FIRST = "Ask a question, and the article that answers it opens here, with the words it rests on marked."


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
        f"<span class='number'>{citation.number}</span><bdi class='quiet'>{esc(about(article))}</bdi> "
        f"{label_html(article)}"
        f"<span class='headline' dir='auto'>{esc(article.title)}</span>"
        f"<span class='quote' dir='auto'>“{esc(quote)}”</span>{copies}</button></li>"
    )


def article_html(article: Article, current: Span = NOWHERE, others: Sequence[Span] = (), exact: Span = NOWHERE) -> str:
    """The whole article, with what it is known by, and its spans marked as in `marked_html`."""
    facts = (article.outlet, article.author, date_words(article.published) + how_known(article))
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
