"""Words of the last turn put in the place of what a follow-up question leaves open, where that is safe.

A pronoun gets the answer before it where that is of its kind, or the one name that the question before it asked about;
"and in Idlib?" and "And when?" become the question before them with that part changed.
"""

from __future__ import annotations

import re

from answer.dangling import Dangling, Stands
from answer.kinds import Kind, kind_of
from answer.topics import words

_MOST_WORDS = 7  # of an answer that can stand in a question
_FITS = {
    Stands.PERSON: (Kind.WHO,),
    Stands.SEVERAL: (Kind.WHO,),
    Stands.THING: (Kind.WHAT, Kind.WHERE),
    Stands.PLACE: (Kind.WHERE,),
    Stands.NAMED: (Kind.WHAT, Kind.WHERE, Kind.WHO),
}
_ABOUT = re.compile(r"\s*\(about [^()]*\)$")
_ADDED = re.compile(r"\s*\([^()]*\)")
_ARTICLE = re.compile(r"(?:The|An?)\b")
_DAY = re.compile(r"\d{1,2}\b(?!\s*$)|day\b")
_SINCE = re.compile(r"(?:since|after|by|until|till|before)\b", re.IGNORECASE)
_PREPOSITION = r"(?:in|at|near|from|to|on|of|by|for|with|against|under)"
_LED = re.compile(rf"{_PREPOSITION}\s+", re.IGNORECASE)
_NAME = r"[^\W\d_a-z][\w’'-]*(?:\s+[^\W\d_a-z][\w’'-]*)*"
_NAMES = re.compile(
    rf"(?<!^)(?<![.?!]\s)\b(?P<after>{_PREPOSITION}\s+|the\s+)?(?!I\b)(?P<name>{_NAME}(?:\s+[a-z][\w-]+(?=\W*$))?)"
)
_INVERTED = re.compile(r"\b(?:do|does|did|can|could|will|would|shall|should|may|might|must)\b", re.IGNORECASE)
_PLACE = re.compile(rf"\b(?P<place>(?:in|at|near)\s+{_NAME})")
_DESCRIBED = re.compile(r"who (?:is|was) (?P<person>(?:the|an?) .+?)\s*\?*$", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:which|what)\s+(?P<noun>\w+)", re.IGNORECASE)
_PART = re.compile(
    rf"(?:[Aa]nd|(?:[Aa]nd )?(?:[Ww]hat|[Hh]ow) about)\s+(?P<preposition>{_PREPOSITION}\s+)?"
    rf"(?P<part>{_NAME}|the\s+[a-z][\w-]+)\s*\?*$"
)
_BARE = re.compile(r"(?:(?:and|but|so)\s+)?(?P<word>when|where|why)\s*\?*$", re.IGNORECASE)
_ADVERB = re.compile(r"(?:since when|when|where|why)\b", re.IGNORECASE)
_BE_OR_DO = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)"
_SUBJECT = re.compile(rf"(?:who|(?:which|what)\s+[a-z]\w*)\s+(?!{_BE_OR_DO}\b)(?P<did>\w.*)", re.IGNORECASE)


def in_place(question: str, gap: Dangling, before: str, answer: str) -> str:
    """The question with what a word stands for in its place; itself where that is not sure."""
    before, answer = _ABOUT.sub("", before), _bare(answer)
    start, end = gap.start, gap.end
    if gap.stands is Stands.NAMED:
        noun = re.match(r"\s+(\w+)", question[end:])
        asked = _WHICH.search(before)
        if not (noun and asked and answer and noun[1].casefold() == asked["noun"].casefold()):
            return question
        end += noun.end()
    words_for = _words_for(gap, before, answer)
    if gap.stands is Stands.TIME:
        words_for = _then(question[start:end], answer) if kind_of(before) is Kind.WHEN else ""
    if not words_for:
        return question
    owner = "’" if words_for.endswith("s") else "’s"
    return f"{question[:start]}{words_for}{owner if gap.owns else ''}{question[end:]}"


def instead(question: str, before: str, answer: str) -> str:
    """The question before with the part changed that this one names, or asked for what this one asks; or empty."""
    before, answer = _ABOUT.sub("", before), _bare(answer)
    if part := _PART.match(question):
        return _swapped(before, part["preposition"] or "", part["part"])
    if not (bare := _BARE.match(question)):
        return ""
    word = bare["word"].capitalize()
    if begun := _ADVERB.match(before):
        return f"{word}{before[begun.end() :]}" if begun.group().casefold() != word.casefold() else ""
    subject = _SUBJECT.match(before)
    return f"{word} was it that {answer} {subject['did']}" if subject and answer else ""


def _words_for(gap: Dangling, before: str, answer: str) -> str:
    fits = kind_of(before) in _FITS.get(gap.stands, ())
    if gap.stands is Stands.PLACE:
        if answer and fits:
            return answer if _LED.match(answer) else f"in {answer}"
        places = _PLACE.findall(before)
        return places[0] if len(places) == 1 else ""
    if answer and fits:
        return answer
    if gap.stands is Stands.PERSON and not answer and (described := _DESCRIBED.match(before)):
        return described["person"]
    return _named(gap, before)


def _named(gap: Dangling, before: str) -> str:
    """The one name of the question before, where it can be what a word stands for.

    A name alone may be a person's; with a noun after it ("Aleppo airport") it is not. "Did Pell resign" ends in a verb.
    """
    found = [one for one in _NAMES.finditer(before) if words(one["name"])]
    if len(found) != 1 or found[0]["after"]:
        return ""
    name = found[0]["name"]
    is_thing = name.split()[-1][0].islower()
    if is_thing and _INVERTED.search(before):
        is_thing, name = False, name.rpartition(" ")[0]
    fits = gap.stands is (Stands.THING if is_thing else Stands.PERSON) or (gap.stands is Stands.THING and gap.owns)
    return name if fits else ""


def _then(said: str, answer: str) -> str:
    """When something was: "after 7 May" for "after then", "on Saturday" or "in 2019" for "then"."""
    if since := _SINCE.match(said):
        return f"{since.group()} {_LED.sub('', answer)}" if answer else ""
    if _LED.match(answer) or not answer:
        return answer
    return f"{'on' if _DAY.search(answer) else 'in'} {answer}"


def _swapped(before: str, preposition: str, part: str) -> str:
    """The question before with another name, or another thing with "the", after the same preposition."""
    kind = r"the\s+[a-z][\w-]+" if part.startswith("the ") else _NAME
    places = list(re.finditer(rf"(?<!^)\b{preposition}(?P<old>{kind})", before))
    if len(places) != 1:
        return ""
    start, end = places[0].span("old")
    return f"{before[:start]}{part}{before[end:]}"


def _bare(answer: str) -> str:
    """An answer that can stand in a question, without the day added to it in brackets; empty where it cannot."""
    answer = _ARTICLE.sub(lambda one: one.group().lower(), _ADDED.sub("", answer).strip(" .,;:“”\"'"))
    return answer if len(answer.split()) <= _MOST_WORDS and "\n" not in answer and re.search(r"\w{2}", answer) else ""
