"""A large made-up archive to measure search on: articles whose words, names, outlets and days are spread as in news.

Nothing in it means anything; it stands for an archive in what costs a search time. Words are whole words of the bundled
model's vocabulary, which is ordered by how often they are, drawn with chances that fall as 1 over the rank (Zipf), so
that a few are in every chunk and most in few; names are made up of syllables, as many as an archive has. An article
draws a third of its words from its topic. Forty outlets print unequally much, the first a fifth of everything.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from eval import speed_articles
from eval.speed_articles import place
from index import embed
from index.schema import Article, Filters, digest
from index.settings import BUNDLED_MODEL

Asked = tuple[str, Filters | None]
Strings = NDArray[np.str_]

_FIRST_DAY, _DAYS = date(2015, 1, 1), 3_652
_OUTLETS, _AUTHORS, _NAMES, _TOPICS = 40, 900, 150_000, 600
_WORDS_OF_TOPIC, _NAMES_OF_TOPIC = 80, 25
_OF_TOPIC, _OF_NAMES = 0.33, 0.06  # of an article's words
_SENTENCES, _IN_A_PARAGRAPH = (18, 46), 2
_SHORT, _ENDS = 3_000, ("", "a", "o", "er", "ez", "ian", "in", "ov", "son", "y")
_COLLECTIONS = ("world", "business", "local", None)


def articles(start: int, end: int) -> Iterator[Article]:
    """The articles of these numbers; one of a number is always the same."""
    return (article(number) for number in range(start, end))


def article(number: int) -> Article:
    """News in paragraphs of about forty words; one in thirty has no date, one in five no author."""
    chance = random.Random(f"large {number}")
    text = _text(np.random.default_rng(number), chance)
    day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    return Article(
        id=digest("large", str(number)),
        title=text[: text.index(".")],
        text=text,
        outlet=chance.choices(outlets(), weights=_falling(_OUTLETS).tolist())[0],
        author=chance.choice(authors()) if chance.random() < 0.8 else None,
        published=day.isoformat() if chance.random() < 0.97 else None,
        published_from="field",
        collection=chance.choice(_COLLECTIONS),
        language="en",
    )


def questions(kind: str, number: int, *, articles: int) -> list[Asked]:
    """So many questions of a kind in KINDS, each in words of one of the first `articles` of the archive."""
    return [_question(kind, random.Random(f"{kind} {one}"), articles) for one in range(number)]


def _question(kind: str, chance: random.Random, articles: int) -> Asked:
    one = _dated(chance, articles)
    day = date.fromisoformat(one.published or "")
    said, more = _said(one, chance), _said(_dated(chance, articles), chance)
    other = chance.choice(outlets())
    asked = {
        "naming an outlet": f"What did {one.outlet} report about {said}?",
        "an outlet and a day": f"What did {one.outlet} report on {day.day} {day:%B} {day.year} about {said}?",
        "an outlet and a year": f"What did {one.outlet} report in {day.year} about {said}?",
        "compound": f"Did {one.outlet} report that {said}, while {other} reported that {more}?",
        "several things": f"Who said that {said}, and that {more}?",
        "now": f"What is now the state of {said}?",
    }.get(kind, f"Who spoke of {said}?")
    return asked, filters(kind, one, day)


def filters(kind: str, one: Article, day: date) -> Filters | None:
    """The filters that a kind of question has, all of which this article printed on that day matches."""
    month = f"{day.year}-{day.month:02}"
    return {
        "outlet=": Filters(outlet=one.outlet),
        "since=, until= a month": Filters(since=month, until=month),
        "since= five years": Filters(since="2020"),
        "author=": Filters(author=one.author or authors()[0]),
        "collection=": Filters(collection=one.collection or "world"),
        "outlet=, since=": Filters(outlet=one.outlet, since=str(day.year)),
    }.get(kind)


KINDS = (
    "plain",
    "several things",
    "now",
    "naming an outlet",
    "an outlet and a day",
    "an outlet and a year",
    "compound",
    "outlet=",
    "since=, until= a month",
    "since= five years",
    "author=",
    "collection=",
    "outlet=, since=",
)


def _dated(chance: random.Random, articles: int) -> Article:
    """One of the first articles that has a date."""
    while True:
        one = article(chance.randrange(articles))
        if one.published:
            return one


def _said(one: Article, chance: random.Random) -> str:
    """Nine words in a row of an article, from within a sentence."""
    sentences = [words for words in map(str.split, one.text.replace("\n", " ").split(". ")) if len(words) > 10]
    words = chance.choice(sentences)
    start = chance.randrange(len(words) - 9)
    return " ".join(words[start : start + 9]).rstrip(".,")


def _text(rng: np.random.Generator, chance: random.Random) -> str:
    of_topic, names_of_topic = _topic(min(int(rng.pareto(0.7)), _TOPICS - 1))
    paragraphs = []
    for _ in range(chance.randint(*_SENTENCES) // _IN_A_PARAGRAPH):
        lengths = rng.integers(11, 30, _IN_A_PARAGRAPH)
        words = _drawn(_words(), int(lengths.sum()), rng)
        for share, among in ((_OF_TOPIC, of_topic), (_OF_NAMES, names_of_topic), (_OF_NAMES / 2, _names())):
            swapped = rng.random(len(words)) < share
            number = int(swapped.sum())
            words[swapped] = rng.choice(among, number) if among is of_topic else _drawn(among, number, rng)
        sentences = np.split(words, np.cumsum(lengths)[:-1])
        paragraphs.append(" ".join(f"{one[0].capitalize()} {' '.join(one[1:])}." for one in sentences))
    return "\n\n".join(paragraphs)


def _drawn(among: Strings, number: int, rng: np.random.Generator) -> Strings:
    """So many of these, the more likely the further to the front."""
    found: Strings = among[np.searchsorted(_below(len(among)), rng.random(number))]
    return found


@cache
def _below(number: int) -> NDArray[np.float64]:
    """The chance that what is drawn of so many is this one or one before it."""
    chances = np.cumsum(_falling(number))
    below: NDArray[np.float64] = chances / chances[-1]
    below[-1] = 1.0
    return below


def _falling(number: int) -> NDArray[np.float64]:
    falling: NDArray[np.float64] = 1.0 / np.arange(1, number + 1)
    return falling


@cache
def _words() -> Strings:
    """The whole English words of the bundled model's vocabulary, the most frequent first."""
    folder = embed.local_path(BUNDLED_MODEL)
    assert folder is not None  # it is a package of this installation
    lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return np.array([word for word in lines if word.isascii() and word.isalpha() and len(word) > 1], dtype=object)


@cache
def _names() -> Strings:
    chance = random.Random("names")
    syllables = [chance.choices(speed_articles.SYLLABLES, k=2 + (one > _SHORT)) for one in range(_NAMES)]
    found = dict.fromkeys(f"{''.join(parts).capitalize()}{chance.choice(_ENDS)}" for parts in syllables)
    return np.array(list(found), dtype=object)


@cache
def _topic(number: int) -> tuple[Strings, Strings]:
    """The words and the names that the articles of a topic share."""
    rng = np.random.default_rng([1, number])
    words = rng.choice(_words()[300:], _WORDS_OF_TOPIC, replace=False)
    return words, rng.choice(_names(), _NAMES_OF_TOPIC, replace=False)


@cache
def outlets() -> list[str]:
    """The outlets, the one that prints most first."""
    chance, kinds = random.Random("outlets"), ("Courier", "Herald", "Times", "Wire", "Post")
    found = dict.fromkeys(f"The {place(chance)} {chance.choice(kinds)}" for _ in range(2 * _OUTLETS))
    return list(found)[:_OUTLETS]


@cache
def authors() -> list[str]:
    chance = random.Random("authors")
    return [f"{place(chance)[:5].title()} {place(chance)}" for _ in range(_AUTHORS)]
