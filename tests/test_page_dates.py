"""Two hundred web pages, each with its date in another place, in five languages and as many time zones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.dates import in_link
from index.read import read
from index.read_fields import Given
from index.schema import Article

TEXTS = {
    "en": "The bridge over the river was opened on {weekday} after a year of work, the mayor of Hallendorf said. Two "
    "hundred people had come to see it, and the first bus crossed it before noon.",
    "de": "Die Brücke über den Fluss wurde am {weekday} nach einem Jahr Bauzeit geöffnet, sagte die Bürgermeisterin "
    "von Hallendorf. Zweihundert Menschen waren gekommen, und der erste Bus fuhr noch vor dem Mittag hinüber.",
    "fr": "Le pont sur la rivière a été ouvert {weekday} après un an de travaux, a dit la maire de Hallendorf. Deux "
    "cents personnes étaient venues le voir, et le premier bus l’a traversé avant midi.",
    "es": "El puente sobre el río fue abierto el {weekday} después de un año de obras, dijo la alcaldesa de "
    "Hallendorf. Doscientas personas fueron a verlo, y el primer autobús lo cruzó antes del mediodía.",
    "ar": "افتتح الجسر فوق النهر يوم {weekday} بعد عام من العمل، كما قالت رئيسة بلدية هالندورف. وجاء مئتا شخص "
    "لرؤيته، وعبرته أول حافلة قبل الظهر.",
}
WEEKDAY = {"en": "Monday", "de": "Montag", "fr": "lundi", "es": "lunes", "ar": "الاثنين"}
IN_WORDS = {"en": "6 May 2024", "de": "6. Mai 2024", "fr": "6 mai 2024", "es": "6 de mayo de 2024", "ar": "6 مايو 2024"}
ZONES = ("Z", "+02:00", "-05:00", "+09:00", "+05:30")
DAY, OTHER, LONG_AGO = "2024-05-06", "2024-05-07", "2019-11-02"


@dataclass(frozen=True)
class Page:
    """A page's head and what stands around its text; `link` is where it was saved from."""

    head: str = ""
    before: str = ""
    after: str = ""
    link: str = "https://example.org/bridge"


def ld(**facts: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(facts)}</script>"


def meta(name: str, value: str, key: str = "property") -> str:
    return f"<meta {key}='{name}' content='{value}'>"


# Where the day stands → how it must be known; None where no day may be given as known. `at` is a moment of DAY.
LAYOUTS: dict[str, tuple[Callable[[str, str], Page], str | None]] = {
    "json-ld": (lambda at, words: Page(ld(**{"@type": "NewsArticle", "datePublished": at})), "json-ld"),
    "json-ld in a graph, beside the site": (
        lambda at, words: Page(
            ld(**{"@graph": [{"@type": "WebSite", "name": "Post"}, {"@type": "Article", "datePublished": at}]})
        ),
        "json-ld",
    ),
    "json-ld with a later change": (
        lambda at, words: Page(ld(**{"@type": "NewsArticle", "datePublished": at, "dateModified": "2024-06-01"})),
        "json-ld",
    ),
    "broken json-ld, and meta": (
        lambda at, words: Page(
            "<script type='application/ld+json'>{'datePublished': </script>" + meta("article:published_time", at)
        ),
        "meta",
    ),
    "open graph": (lambda at, words: Page(meta("article:published_time", at)), "meta"),
    "open graph with a change before it": (
        lambda at, words: Page(meta("article:modified_time", "2024-06-01") + meta("article:published_time", at)),
        "meta",
    ),
    "dublin core": (lambda at, words: Page(meta("DC.date.issued", at[:10], "name")), "meta"),
    "microdata": (lambda at, words: Page(before=meta("datePublished", at, "itemprop")), "meta"),
    "a time that is marked": (
        lambda at, words: Page(before=f"<time itemprop='datePublished' datetime='{at}'>{words}</time>"),
        "time",
    ),
    "a time marked as pubdate, among others": (
        lambda at, words: Page(
            before=f"<time datetime='{LONG_AGO}'>then</time><time pubdate datetime='{at}'>{words}</time>"
        ),
        "time",
    ),
    "one plain time": (lambda at, words: Page(before=f"<time datetime='{at}'>{words}</time>"), "time"),
    "one plain time, and others beside the article": (
        lambda at, words: Page(
            before=f"<time datetime='{at}'>{words}</time>",
            after=f"<aside class='related'><time datetime='{LONG_AGO}'>old</time></aside>"
            f"<section class='comments'><time datetime='{OTHER}'>now</time></section>",
        ),
        "time",
    ),
    "the link": (lambda at, words: Page(link="https://example.org/2024/05/06/bridge-opens"), "url"),
    "the link, in one number": (lambda at, words: Page(link="https://example.org/news/20240506-bridge"), "url"),
    "json-ld and the link, a day apart": (
        lambda at, words: Page(
            ld(**{"@type": "NewsArticle", "datePublished": at}), link="https://example.org/2024/05/07/bridge"
        ),
        "json-ld",
    ),
    "json-ld and meta against an old link": (
        lambda at, words: Page(
            ld(**{"@type": "NewsArticle", "datePublished": at}) + meta("article:published_time", at),
            link="https://example.org/2019/11/02/bridge",
        ),
        "json-ld",
    ),
    "only words above the text": (lambda at, words: Page(before=f"<p class='byline'>{words}</p>"), None),
    "none, and other days beside it": (
        lambda at, words: Page(after=f"<aside class='related'><time datetime='{LONG_AGO}'>old</time></aside>"),
        None,
    ),
    "json-ld against meta": (
        lambda at, words: Page(
            ld(**{"@type": "NewsArticle", "datePublished": LONG_AGO}) + meta("article:published_time", at)
        ),
        None,
    ),
    "several plain times of other days": (
        lambda at, words: Page(
            before=f"<time datetime='{at}'>a</time><time datetime='{LONG_AGO}'>b</time><p>{words}</p>"
        ),
        None,
    ),
}


def pages() -> Iterator[tuple[str, str, str | None]]:
    """Name, HTML and how the day must be known, of every page."""
    for name, (layout, known) in LAYOUTS.items():
        for number, language in enumerate(TEXTS):
            for hour, zone in (("T12:30:00", ZONES[number]), ("T09:15", ZONES[-number])):
                page = layout(f"{DAY}{hour}{zone}", IN_WORDS[language])
                text = TEXTS[language].format(weekday=WEEKDAY[language])
                link = f"<link rel='canonical' href='{page.link}'>"
                body = f"<article><h1>{text[:30]}</h1>{page.before}<p>{text}</p></article>{page.after}"
                footer = "<footer>© 2001–2026 Post, 1 January 2001</footer>"
                html = f"<html lang='{language}'><head>{link}{page.head}</head><body>{body}{footer}</body></html>"
                yield f"{name}, {language}{zone}", html, known


def article_of(folder: Path, html: str) -> Article:
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    [record] = read(file, folder=folder, max_mb=1.0, given=Given())
    assert record.article, record.error
    return record.article


def test_the_day_and_how_it_is_known_are_right_and_no_wrong_day_is_given_as_known(tmp_path: Path) -> None:
    wrong, count = list[str](), 0
    for name, html, known in pages():
        count += 1
        one = article_of(tmp_path, html)
        # Not one: a day that is given as known is the day.
        assert one.dated is None or one.dated.startswith(DAY), (name, one.dated, one.published_from)
        right = one.published_from == known if known else one.dated is None
        if not right:
            wrong.append(f"{name}: {one.published_from} {one.published}")
    assert count == 200
    assert len(wrong) <= 0.05 * count, wrong


def test_days_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    layout, _ = LAYOUTS["json-ld against meta"]
    page = layout(f"{DAY}T12:30:00Z", "")
    one = article_of(tmp_path, f"<html><head>{page.head}</head><body><p>{TEXTS['en']}</p></body></html>")
    assert one.published_from == "guess" and one.doubt == f"json-ld says {LONG_AGO}, meta says {DAY}T12:30:00+00:00"


@pytest.mark.parametrize(
    ("link", "day"),
    [
        ("https://e.org/2024/05/06/a", "2024-05-06"),
        ("https://e.org/2024/5/6/a", "2024-05-06"),
        ("https://e.org/news/2024-05-06-a.html", "2024-05-06"),
        ("https://e.org/a-20240506.html", "2024-05-06"),
        ("https://e.org/2024/05/a", "2024-05"),
        ("https://e.org/article-20245506", None),
        ("https://e.org/story/120240506", None),
        ("https://e.org/a?date=2024-05-06", None),
        ("https://e.org/2098/05/06/a", None),
    ],
)
def test_a_link_gives_a_day_where_its_path_does(link: str, day: str | None) -> None:
    assert in_link(link) == day
