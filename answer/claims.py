"""What a claim states that words either have or do not: numbers, days, names, quotes, negations, opposites.

These decide where likeness in meaning cannot: "four people" and "five people" mean almost the same to an encoder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from answer.amounts import in_figures
from answer.days import in_words, printed, told
from answer.heading import day_in_words
from answer.orders import without_orders
from answer.roles import role_at
from index.lexical import terms
from index.schema import Article
from index.spelling import sound

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:st|nd|rd|th)?\b")
_NAME = re.compile(r"(?<![\w’'-])[^\W\d_a-z][\w’'-]*")
_NOT = re.compile(
    r"\b(?:not|no|none|nobody|nothing|never|neither|nor|without|cannot|failed|refused|denied|denies|unable|unhurt|"
    r"stopped|declined|rejected|lacks?|lacked|instead of|rather than|no longer)\b|n['’]t\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused?|therefore|so that|in order to|in response|in revenge|thanks to|"
    r"led to|leading to|since then|which is why|after which|to punish|to avoid|to protect|out of|for fear)\b",
    re.IGNORECASE,
)
_OPPOSITES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        ("rise rose risen increase increased grew up higher more above over gained",
         "fall fell fallen decrease decreased shrank down lower fewer less below under lost dropped"),
        ("open opened reopened resumed restarted", "close closed shut suspended stopped"),
        ("before earlier", "after later"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
        ("inside within", "outside beyond"),
        ("arrive arrived entered reached joined", "leave left fled withdrew departed quit"),
        ("begin began begun started", "end ended finished"),
        ("accept accepted agreed approved welcomed", "reject rejected refused opposed condemned criticised"),
        ("win won", "lose lost failed"),
        ("day daytime morning", "night evening"),
        ("old older", "new newer young younger"),
        ("kept held", "lost gave"),
        ("alive survived", "dead died killed"),
        ("upper top", "lower bottom"),
        ("left", "right"),
        ("longer longest", "shorter shortest"),
        ("cheaper", "dearer"),
        ("safe unhurt", "hurt injured wounded killed"),
        ("confirmed verified proved", "denied unconfirmed unverified disproved"),
        ("broke broken", "held"),
        ("public", "private"),
    )
)  # fmt: skip
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_CALENDAR = re.compile(rf"\b(?:{_MONTHS}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
_DATE = re.compile(rf"\b(?:\d\d?(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})|(?:{_MONTHS}) \d\d?)\b(?:,? \d{{4}}\b)?")
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>()\"'’”]+", re.IGNORECASE)
_SMALL = 3  # a claim may count up to that: "the two brothers", "both"
_HOURS = {"hours": 1, "hour": 1, "days": 24, "day": 24, "weeks": 168, "week": 168}


def lacking(claim: str, words: str, article: Article, near: str) -> tuple[str, ...]:
    """What of a claim's hard facts neither the words nor what is known of their article have.

    That is numbers, days, weekdays, months, words of names, quotes and links; and numbers that are of others in the
    words closest to the claim, `near`: of the killed, not the wounded.
    """
    around, undated = f"{words}\n{heading_words(article)}", _DATE.sub(" ", claim)
    missing = sorted(numbers(undated) - numbers(around), key=float)
    return (
        *(one for one in missing if float(one) > _SMALL),
        *_other_roles(claim, near),
        *_missing_days(claim, words, article),
        *(name for name in names(claim) if not _has_name(name, around)),
        *(one for one in _quotes(claim) if _bare(one) not in _bare(words)),
        *(one for one in _LINK.findall(claim) if one not in words),
    )


def heading_words(article: Article) -> str:
    """What is known of an article: its title, outlet, author and the day it was printed on."""
    return "\n".join(
        filter(None, (without_orders(article.title), article.outlet, article.author, day_in_words(article.dated)))
    )


@lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[str]:
    """The numbers of a text in figures; a length of time in hours, days and weeks as each of them."""
    figures = in_figures(text.replace("-", " "))
    found = set()
    for one in _NUMBER.finditer(figures):
        number = float(re.sub(r"(?:st|nd|rd|th)$", "", one.group()))
        found.add(f"{number:g}")
        unit = re.match(r" (hours?|days?|weeks?)\b", figures[one.end() :])
        hours = number * _HOURS[unit[1]] if unit else 0.0
        found |= {f"{hours / length:g}" for length in (1, 24, 168) if hours and hours % length == 0}
    return frozenset(found)


def is_figure(word: str) -> bool:
    """Whether a word is a number in figures, a weekday or a month."""
    return word[:1].isdigit() or bool(_CALENDAR.fullmatch(word))


def names(text: str) -> list[str]:
    """The words of a text with a capital, but for days and for the first word of a sentence."""
    found = []
    for one in _NAME.finditer(text):
        opens = not text[: one.start()].strip() or re.search(r"[.!?:“\"]\s*[“\"‘(]?\Z", text[: one.start()])
        word = re.sub(r"['’]s?\Z", "", one.group())
        if not opens and len(word) > 1 and not _CALENDAR.fullmatch(word):
            found.append(word)
    return list(dict.fromkeys(found))


def _has_name(name: str, words: str) -> bool:
    known = set(terms(words))
    stems = terms(name)
    if all(stem in known for stem in stems):
        return True
    if name.isupper() and len(name) > 1:
        return name in "".join(re.findall(r"(?<!\w)[A-Z]", words))
    sounds = {sound(word) for word in known if len(word) >= 4}
    return bool(stems) and all(len(stem) >= 5 and sound(stem) in sounds for stem in stems)


def _missing_days(claim: str, words: str, article: Article) -> tuple[str, ...]:
    """Days that the article does not tell; weekdays and months of the claim that it neither tells nor resolves to."""
    known = told(words, article) | printed(article)
    days = told(claim, article)
    lost = [in_words(day) for day in sorted(days - known)]
    meant = {name for day in days | known for name in (f"{day:%A}", f"{day:%B}", str(day.year))}
    there = {one.group().capitalize() for one in _CALENDAR.finditer(f"{words}\n{heading_words(article)}")}
    said = [one.group().capitalize() for one in _CALENDAR.finditer(claim)]
    return (*lost, *(one for one in said if one not in there | meant))


def _other_roles(claim: str, near: str) -> tuple[str, ...]:
    """The claim's numbers that are in the nearest words of others than in the claim."""
    asked, there = _roles(claim), _roles(near)
    return tuple(sorted(number for number, roles in asked.items() if there.get(number) and not roles & there[number]))


def _roles(text: str) -> dict[str, set[str]]:
    figures = in_figures(text)
    found: dict[str, set[str]] = {}
    for one in _NUMBER.finditer(figures):
        if role := role_at(figures, one.start(), one.end()):
            found.setdefault(one.group(), set()).add(role)
    return found


def _quotes(claim: str) -> list[str]:
    """What a claim quotes word for word, of three words or more."""
    return [one for one in re.findall(r"[“\"„«]([^”\"“»]+)[”\"“»]", claim) if len(one.split()) >= 3]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def is_negated(text: str) -> bool:
    """Whether a text has a word that denies something."""
    return bool(_NOT.search(text))


def causes(claim: str, words: str) -> int:
    """How many words of the claim that name a cause the words do not have."""
    return _extra(_CAUSE, claim, words)


def _extra(sought: re.Pattern[str], claim: str, words: str) -> int:
    there = {one.group().casefold() for one in sought.finditer(words)}
    return sum(1 for one in sought.finditer(claim) if one.group().casefold() not in there)


def opposes(claim: Sequence[str], words: Collection[str]) -> bool:
    """Whether the claim has a word whose opposite, and not itself, is among the words."""
    said, there = set(claim), set(words)
    return any(
        said & one and not there & one and there & other and not said & other
        for pair in _OPPOSITES
        for one, other in (pair, pair[::-1])
    )
