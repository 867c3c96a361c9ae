"""What a sentence denies, and what it, or the one after it, puts in doubt. Pure."""

from __future__ import annotations

import re

from answer.reporting import DENY, SAY
from answer.speakers import Place

_CONFIRMED = r"(?:verified|confirmed|corroborated|checked|substantiated|established)"
_DOUBT = re.compile(
    rf"\b(?:(?:(?:could|can) ?not|couldn['’]t|(?:has|have|had) (?:yet to|not)|not|nor|never) (?:yet )?(?:be(?:en)? )?"
    rf"(?:\w+ly )?(?:be(?:en)? )?{_CONFIRMED}|"
    r"(?:yet|unable|not able|impossible|hard|difficult|no way) to "
    r"(?:be )?(?:\w+ly )?(?:verif|confirm|corroborat|check)\w*|"
    r"no (?:independent|official|outside) (?:confirmation|verification)|"
    r"alleges?|unverified|unverifiable|unconfirmed|unsubstantiated|reportedly|allegedly|supposedly|apparently|alleged|"
    r"purported(?:ly)?|"
    r"rumou?r(?:s|ed)?|suspected|(?:is|are|was|were) (?:said|believed|thought|rumoured|understood|feared) to|"
    r"(?:it (?:is|was|remains|remained) |still )(?:not (?:yet )?(?:clear|known)|unclear|unknown)|unclear|"
    r"without (?:\w+ing )?(?:any )?(?:evidence|proof)|not be reached (?:to confirm|for comment)|"
    r"(?:no|nothing)\b[^.;]{0,40} (?:has|have|had|was|were) (?:so far |yet )?(?:been )?(?:found|seen|shown|able to)|"
    r"(?:look(?:ing|ed)|inquir\w+|investigat\w+) (?:into )?the (?:matter|claims?|allegations?|charges?|complaints?))\b",
    re.IGNORECASE,
)
_ABOUT_IT = (
    r"(?:it|this|that|so|him|her|them|responsibility|involvement|any|"
    r"(?:the|this|that|his|her|their|its|these|those) (?:\w+ )?"
    r"(?:claim|report|charge|accusation|allegation|account|figure|version|number|estimate|statement|story|toll|way|method|result|outcome|finding)s?)\b"
)
_NEXT_DENIES = re.compile(
    rf"^[^.]*\b(?:{DENY}|contradict(?:s|ed)|question(?:s|ed)|challenged) {_ABOUT_IT}|"
    r"^\s*(?:[A-Z]\w+|The \w+)(?: \w+){0,2} blamed (?:the )?\w+\.",
    re.IGNORECASE,
)
_OTHER_COUNT = re.compile(
    r"^[^.]*\b(?:gave|gives|puts?|speaks? of|spoke of|reported) (?:the |a |an |another |its |their |his |her )?"
    r"(?:(?:much |far )?(?:lower|higher|different|other|own|smaller) )?(?:figure|toll|number|count)s? (?:of|at)\b"
)
_NOBODY_CONFIRMS = re.compile(
    r"^(?:Neither|None|Nobody|No \w+|\w+ could not be reached)\b[^.]*\b(?:confirm|verif|corroborat|comment)",
    re.IGNORECASE,
)
_NEXT_DOUBTS = re.compile(
    r"\s*(?:The|This|That|These|Those|His|Her|Their|Its|It|Neither|None|No|There) (?P<rest>.*)", re.DOTALL
)
_UNABLE = re.compile(r"\b(?:not|un)[ ]?able to (?:\w+ly )?(?:verify|confirm|check|corroborate)\b")
_NOT = r"(?:no|none|nothing|nobody|never|not|neither)\b"
_OTHER_SIDE_DENIES = re.compile(
    rf"(?:\b(?:while|but|although|though|whereas)|;) (?!{DENY})"
    rf"(?:[^.;]*?\b(?:{DENY}|contradict(?:s|ed)|blame[sd]|disagree[sd]?|"
    rf"found no (?:trace|evidence|sign)|called (?:it|that|this)|(?:{SAY}) (?:that )?(?:[^.;]{{2,30}} )?{_NOT})|{_NOT})",
    re.IGNORECASE,
)
_OTHER_SIDE_COUNTS = re.compile(
    r"(?:\b(?:while|but|although|though|whereas)|;) [^.;]*?\b(?:counted|estimated?s?|puts?|gave|spoke of)\b[^.;]*\d"
)
_ONE_OF_TWO_COUNTS = re.compile(r"\bputs? the (?:figure|number|toll|count|total) (?:at|closer)\b")
_NEXT_SAYS_NOT = re.compile(
    r"^[^.]{3,80}? (?:say|says|said|insisted|testified|told [^.,;]{2,40}) (?:that )?"
    r"(?:no (?!word|news|comment)|none|nothing|nobody|neither|there (?:was|were|had been) no|"
    r"(?:it|he|she|they|(?:its|his|her|their|the) [^.,;]{2,30}) (?:had|did|was|were) (?:not|never))\b"
)
_END = (
    rf"(?=;|,? but\b|, (?:and )?[^,;]{{2,60}}? {SAY}|,? and (?:said|blamed|accused|called|insisted|added)\b|"
    r",? (?:saying|adding|insisting|arguing|stating|calling|blaming)\b|, (?:claiming|alleging)\b|[.!?](?:\s|$)|$)"
)
_TALK = r"(?:reports?|claims?|rumou?rs?|allegations?|suggestions?|accusations?|speculation|the idea|stories)"
_WAS = r"(?:had|has|have|did|do|does|was|were|is|are|would|will|could)"
_FALSE = (
    r"(?:fantasy|lies?|nonsense|absurd|false|fabrications?|untrue|baseless|rubbish|inventions?|ridiculous|wrong|"
    r"slander|propaganda)"
)
_DENIED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{DENY}(?P<what>[^;]*?){_END}",
        rf"\b{_TALK} (?:that|of) (?P<what>[^;]*?),? (?:were|was|are|is|as|had been|have been) [\"“]?(?:\w+ )?"
        r"(?:denied|rejected|dismissed|refuted|false|untrue|baseless|unfounded|wrong|nonsense|fabricated|invented)\b",
        r"\bno (?:evidence|signs?|indications?|proof|truth|basis|suggestion) (?:that|of|for|in|to) "
        rf"(?P<what>[^;]*?){_END}",
        rf"\b(?:not (?:the case|true)|n['’]t true|untrue|false|wrong) (?:that|to say that) (?P<what>[^;]*?){_END}",
        rf"\bcall(?:s|ed) (?:(?:it|them|as) )?[\"“]?(?:an? |pure |utter |complete )*{_FALSE}[\"”,]* "
        rf"(?:(?:the|an?|any) \w+ )?(?:that|to say that) (?P<what>[^;]*?){_END}",
        rf"\b{SAY}(?: on \w+day)?(?: that)? (?:he|she|it|they|(?:the|its|his|her|their|no) [^,.;]{{2,30}}?) {_WAS} "
        rf"(?:never|not) (?P<what>[^;]*?){_END}",
        rf"[\"“](?:[^\"”]*\b)?(?:I|we) (?:{_WAS} )?(?:never|not|{_WAS}n['’]t) (?P<what>[^\"”;]*)",
        rf", [^,]{{3,60}} {SAY}, {_WAS} (?:never|not) (?P<what>[^;]*?){_END}",
        rf"\bruled out (?P<what>[^;]*?){_END}",
    )
)
_COUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|dozens?|hundreds?|thousands?|"
    r"millions?|half|third|quarter|nobody|none)\b",
    re.IGNORECASE,
)
_TALK_BEFORE = 20  # characters in which "rumours of" stands before what is denied


def is_denied(sentence: str, place: Place | None = None) -> bool:
    """Whether somebody denies the words at `place` of a sentence, by default any of it."""
    denials = _denials(sentence)
    return any(low <= place[0] and place[1] <= high for low, high in denials) if place else bool(denials)


def _denials(sentence: str) -> list[Place]:
    return [found.span("what") for pattern in _DENIED for found in pattern.finditer(sentence)]


def is_in_doubt(sentence: str, place: Place | None = None) -> bool:
    """Whether a sentence says that it is not sure, or goes on with another side that says something else.

    A doubt that is denied is none of the rest: "… dismissed rumours of a merger but said the route would close".
    """
    denials = _denials(sentence)
    doubted = any(
        not any(low - _TALK_BEFORE <= found.start() < high for low, high in denials)
        for found in _DOUBT.finditer(sentence)
    )
    return doubted or (place is not None and _is_disputed(sentence, *place))


def puts_in_doubt(after: str) -> bool:
    """Whether the next sentence denies or doubts what this one says."""
    about_this = _NEXT_DOUBTS.match(after)
    patterns = (_UNABLE, _NEXT_DENIES, _OTHER_COUNT, _NOBODY_CONFIRMS, _NEXT_SAYS_NOT)
    doubted = any(pattern.search(after) for pattern in patterns)
    return bool(doubted or (about_this and _DOUBT.search(about_this["rest"])))


def _is_disputed(sentence: str, start: int, end: int) -> bool:
    """Whether the sentence goes on with another side's denial, or counts where another side counted too."""
    counts = bool(_COUNT.search(sentence[start:end]))
    return (
        any(end <= found.start() for found in _OTHER_SIDE_DENIES.finditer(sentence))
        or (counts and any(end <= found.start() for found in _OTHER_SIDE_COUNTS.finditer(sentence)))
        or (counts and bool(_ONE_OF_TWO_COUNTS.search(sentence)))
    )
