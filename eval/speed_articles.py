"""Made-up news of news length, to measure speed on: the same words for the same number, in files of four kinds.

Nothing in it is true or quoted; it stands for an archive in its length, its paragraphs and its variety of words.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from html import escape
from pathlib import Path


def _listed(words: str, between: str = ",") -> list[str]:
    return words.split(between)


_IN_A_FILE = 25  # records of one .jsonl
_FIRST, _LAST = 400, 700  # words of an article, about
SYLLABLES = _listed(
    "bren cal dor el far gol hal ist jor kel lun mar nor ost pel quin ros sel tor ul ven wes yar zan", " "
)
_ENDINGS = _listed("ford holt by mouth stead burg ton field haven moor", " ")
_NAMES = _listed(
    "Ada Boris Carla Dmitri Elena Farid Greta Hassan Ines Jonas Katya Lamar Mina Noor Otto Petra Rosa Samir", " "
)
_ROLES = _listed(
    "mayor,harbour master,spokeswoman for the ministry,hospital director,union secretary,judge,engineer,shopkeeper,"
    "teacher,police chief,farmer,opposition deputy,bus driver,meteorologist,aid worker,museum curator"
)
_THINGS = _listed(
    "bridge,reservoir,railway line,hospital wing,power station,wheat harvest,ceasefire,budget,curfew,ferry service,"
    "school roof,border crossing,water main,fishing quota,airport runway,grain store,court ruling,pension reform,"
    "flood barrier,vaccination campaign,refugee camp,tram depot,archive,copper mine,election count,highway"
)
_VERBS = _listed(
    "closed,reopened,inspected,delayed,paid for,criticised,defended,abandoned,surveyed,rebuilt,evacuated,cancelled,"
    "approved,questioned,secured,expanded"
)
_CAUSES = _listed(
    "heavy rain,a week of talks,a leaked report,the winter storm,falling tax income,a strike of the night shift,"
    "shelling in the eastern districts,a failed inspection,the record drought,pressure from neighbouring provinces"
)
_QUOTES = _listed(
    "We were told nothing until the morning,Nobody should have to wait this long,The figures speak for themselves,"
    "It will be finished before the first snow,There is no money left for repairs,People here have heard that before,"
    "This is the least that we can do,Both sides know what has to happen next"
)
_FORMS = (
    "The {role} of {place}, {name}, {verb} the {thing} on {day} after {cause}.",
    "“{quote},” {name} told reporters in {place}, where the {thing} has been {verb} twice since {year}.",
    "About {number} residents of {place} signed a letter about the {thing}, {hundred} more than in {year}.",
    "Officials said that the {thing} near {place} would cost {number} crowns and take until {day} to be {verb}.",
    "According to {name}, a {role}, the {thing} and the {other} were both {verb} because of {cause}.",
    "In {year} the same {thing} had been {verb} for {hundred} days, which {name} called a mistake.",
    "The decision follows {cause}, and the {other} in {place} may be {verb} as well.",
    "No one was hurt when the {thing} was {verb}, but {hundred} households in {place} lost power until {day}.",
    "{name}, who has been {role} in {place} for {few} years, did not answer questions about the {other}.",
    "Independent experts doubt it: {few} of {hundred} samples from the {thing} pointed to {cause}.",
)
_DAYS = _listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday", " ")
_PAGE = (
    '<!doctype html><html lang="en"><head><title>{title}</title><meta property="article:published_time" '
    'content="{published}"></head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article>'
    "<h1>{title}</h1>{body}</article><footer>All rights reserved</footer></body></html>"
)


def write(folder: Path, articles: int) -> int:
    """Write that many articles as .md, .txt, .html and .jsonl files into the folder; returns how many words they have.

    A fifth are Markdown, a fifth text, a fifth pages, the rest records of exports.
    """
    records: list[dict[str, str]] = []
    words = 0
    for number in range(articles):
        fields = article(number)
        words += len(fields["text"].split())
        kind = number % 5
        if kind < 3:
            suffix, shown = ((".md", _markdown), (".txt", _plain), (".html", _page))[kind]
            (folder / f"{number:06}{suffix}").write_text(shown(fields), encoding="utf-8")
        else:
            records.append(fields)
    for start in range(0, len(records), _IN_A_FILE):
        lines = [json.dumps(one, ensure_ascii=False) for one in records[start : start + _IN_A_FILE]]
        (folder / f"export-{start:06}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return words


def article(number: int) -> dict[str, str]:
    """The fields of one article; text in paragraphs of two to five sentences, most of the lengths that news has."""
    chance = random.Random(number)
    wanted, paragraphs, words = chance.randint(_FIRST, _LAST), list[str](), 0
    while words < wanted:
        paragraph = " ".join(_sentence(chance) for _ in range(chance.randint(2, 5)))
        paragraphs.append(paragraph)
        words += len(paragraph.split())
    return {
        "title": f"{place(chance)}: {chance.choice(_THINGS)} {chance.choice(_VERBS)} after {chance.choice(_CAUSES)}",
        "outlet": f"The {place(chance)} Courier",
        "published": f"{chance.randint(1990, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "text": "\n\n".join(paragraphs),
    }


def questions(number: int) -> Iterator[str]:
    """As many different questions as asked for, about what the first articles hold."""
    for one in range(number):
        chance = random.Random(f"question {one}")
        thing, verb, town = chance.choice(_THINGS), chance.choice(_VERBS), place(chance)
        asked = ("Who {verb} the {thing} in {place}?", "Why was the {thing} {verb}?", "When was the {thing} {verb}?")
        yield chance.choice(asked).format(thing=thing, verb=verb, place=town)


def _sentence(chance: random.Random) -> str:
    return chance.choice(_FORMS).format(
        role=chance.choice(_ROLES),
        place=place(chance),
        name=f"{chance.choice(_NAMES)} {place(chance)}",
        verb=chance.choice(_VERBS),
        thing=chance.choice(_THINGS),
        other=chance.choice(_THINGS),
        day=chance.choice(_DAYS),
        cause=chance.choice(_CAUSES),
        quote=chance.choice(_QUOTES),
        year=chance.randint(1960, 2024),
        number=f"{chance.randint(2, 900)},{chance.randint(0, 999):03}",
        hundred=chance.randint(20, 900),
        few=chance.randint(2, 19),
    )


def place(chance: random.Random) -> str:
    """The name of a place that is not on any map."""
    return (chance.choice(SYLLABLES) + chance.choice(_ENDINGS)).capitalize()


def _markdown(fields: dict[str, str]) -> str:
    facts = "".join(f"{name}: {json.dumps(fields[name])}\n" for name in ("title", "outlet", "published"))
    return f"---\n{facts}---\n\n{fields['text']}\n"


def _plain(fields: dict[str, str]) -> str:
    return f"{fields['title']}\n\n{fields['text']}\n"


def _page(fields: dict[str, str]) -> str:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in fields["text"].split("\n\n"))
    return _PAGE.format(title=escape(fields["title"]), published=fields["published"], body=body)
