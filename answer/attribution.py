"""Who says what a sentence says, and whether it is denied or in doubt, told by the words of reporting. Pure.

A sentence is cut into the clauses that may have speakers of their own ("…, while the army said …"). The words that
answer are of whoever speaks in their clause; where nobody does, of whoever leads into it ("The mayor said A and B.") or
closes after it ("A and B, the mayor said.").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAY = (
    r"(?:say|believe|argue|insist|warn|allege|suspect|said|says|told|tells|announced|announces|stated|states|claimed|claims|alleged|alleges|argued|argues|insisted|"
    r"insists|admitted|admits|acknowledged|confirmed|confirms|reported|reports|warned|warns|added|adds|explained|"
    r"explains|described|describes|estimated|estimates|maintained|maintains|wrote|writes|testified|conceded|declared|"
    r"declares|accused|accuses|called|calls|blamed|blames|recalled|asserted|noted|counted|suggested|believes|believed|"
    r"thinks|hopes|vowed|promised|pledged|predicted|concluded|complained|"
    r"revealed|disclosed|cautioned|reckons|showed|shows|ruled|demanded|urged|point(?:s|ed)? to|"
    r"(?:spoke|speaks?|tells?|told) of|(?:attributed?|attributes)(?= [^.;]* to\b)|(?:put|puts)(?= [^.;]* at\b))\b"
)
_DENY = (
    r"(?:denied|denies|deny|denying|rejected|rejects|rejecting|dismissed|dismisses|dismissing|refuted|refutes|disputed|"
    r"disputes|brushe[sd] aside|shrug(?:s|ged) off|scoff(?:s|ed) at|wave[sd] (?:away|aside)|laugh(?:s|ed) off)\b"
)
DENIAL = re.compile(rf"\b{_DENY}", re.IGNORECASE)

_CONFIRMED = r"(?:verified|confirmed|corroborated|checked|substantiated|established)"
_DOUBT = re.compile(
    rf"\b(?:(?:(?:could|can) ?not|couldn['’]t|(?:has|have|had) (?:yet to|not)|not|nor|never) (?:yet )?(?:be(?:en)? )?"
    rf"(?:\w+ly )?(?:be(?:en)? )?{_CONFIRMED}|(?:yet|unable|impossible|hard|difficult|no way) to (?:be )?(?:\w+ly )?"
    r"(?:verif|confirm|corroborat|check)\w*|no (?:independent|official|outside) (?:confirmation|verification)|"
    r"unverified|unverifiable|unconfirmed|unsubstantiated|reportedly|allegedly|supposedly|apparently|alleged|purported(?:ly)?|"
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
    rf"^[^.]*\b(?:{_DENY}|contradict(?:s|ed)|question(?:s|ed)|challenged) {_ABOUT_IT}|"
    r"^\s*(?:[A-Z]\w+|The \w+)(?: \w+){0,2} blamed (?:the )?\w+\.",
    re.IGNORECASE,
)
_OTHER_COUNT = re.compile(
    r"^[^.]*\b(?:gave|gives|puts?|speaks? of|spoke of|reported) (?:the \w+ at |a |an |another |its |their |his |her )?"
    r"(?:(?:much |far )?(?:lower|higher|different|other|own|smaller) )?(?:figure|toll|number|count)s? (?:of|at)\b"
)
_NOBODY_CONFIRMS = re.compile(
    r"^(?:Neither|None|Nobody|No \w+|\w+ could not be reached)\b[^.]*\b(?:confirm|verif|corroborat|comment)",
    re.IGNORECASE,
)
_NEXT_DOUBTS = re.compile(
    r"\s*(?:The|This|That|These|Those|His|Her|Their|Its|It|Neither|None|No|There) (?P<rest>.*)", re.DOTALL
)
_OTHER_SIDE_DENIES = re.compile(
    rf"(?:\b(?:while|but|although|though|whereas)|;) [^.;]*?\b(?:{_DENY}|contradict(?:s|ed)|blame[sd]|disagree[sd]?|"
    r"found no (?:trace|evidence|sign)|called (?:it|that|this))",
    re.IGNORECASE,
)

# How one who speaks is named at the start of a clause, where a capital letter alone would not tell.
_HEAD = (
    r"(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|[Ss]ome|[Ss]everal|[Tt]wo|[Tt]hree|[Ff]our|[Mm]any|[Bb]oth|"
    r"[Oo]ne|[Aa]nother|[Oo]ther) |"
    r"[Rr]esidents|[Ww]itnesses|[Oo]fficials|[Pp]olice|[Aa]ctivists|[Rr]escuers|[Ee]xperts|[Oo]rganisers|[Dd]octors|"
    r"[Pp]rosecutors|[Oo]rganizers|[Ii]nvestigators|[Ss]cientists|"
    r"(?:[a-z][a-z'’-]* ){1,4}(?=[A-Z])|[^\W\d_a-z])"
)
_NO_NAME = (
    rf"(?!(?:{_SAY}|{_DENY}|"
    r"(?:and|but|which|who|whose|as|with|after|when|while|where|in|on|at|that|because|if)\b))"
)
_ADVERBS = r"(?:(?:has|have|had|also|later|then|again|repeatedly|earlier|\w+ly|on \w+day|in a statement),? )*"
_OPENING = r"(?:^|[,;”\"’']\s*|\b(?:[Bb]ut|[Aa]nd|[Ww]hile|[Aa]s|[Ww]hereas)\s+)"
_CLOSING = (
    r"(?=[.,;:]|$| (?:on|in|at|after|late|early|during|when|before|as|following|from|by|over|through|outside|"
    r"yesterday|today|to|reporters|about|of)\b)"
)
_ASIDE = r"(?:(?:, \d{1,3})?, (?P<aside>[^,.;:“”\"\n]{2,90}),|, \d{1,3},)?"
_SPEAKERS = (
    # "…, while aid workers in the valley said …"
    re.compile(rf"^(?:while|whereas|but) (?P<who>[^,.;:“”\"\n]+?){_ASIDE} {_ADVERBS}(?:{_SAY}|{_DENY})"),
    # "…, according to military sources."
    re.compile(
        r"\b[Aa]ccording to (?P<who>[^,.;“”\"\n]+?)(?:, (?P<aside>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+))?"
        r"(?=[,;\n]|\.(?:\s|$)|$| (?:and|but|which|who|whose|that|published|released|issued|seen)\b)"
    ),
    # "…; feed makers said it would cost them 80 million."
    re.compile(rf"^(?P<who>(?:[a-z][\w'’-]* ){{0,2}}[a-z][\w'’-]*s)(?P<aside>) {_ADVERBS}{_SAY}"),
    # "Gordon Pell, the managing director, said that …"
    re.compile(rf"{_OPENING}(?P<who>{_HEAD}[^,.;:!?“”\"\n]*?){_ASIDE}\s+{_ADVERBS}(?:{_SAY}|{_DENY})"),
    # "“…,” said Inês Carvalhal, general secretary of the union."
    re.compile(rf"[,”\"’']\s*{_SAY} (?P<who>{_HEAD}[^.,;“”\"\n]*?){_CLOSING}"),
    # "…, rescue workers said."
    re.compile(rf"[,”\"]\s*{_NO_NAME}(?P<who>[^,.;:“”\"\n]{{3,90}}?){_ASIDE} {_ADVERBS}{_SAY}{_CLOSING}"),
)
_A_CLAUSE = re.compile(r"\b(?:had|has|was|were|is|are|would|will|could|that|whose|which)\b")
_PRONOUN = re.compile(
    r"(?:he|she|they|it|i|we|you|who|this|that|there|according|on|in|at|by|after|before|during|last|late|early)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:(?:unconfirmed|unverified|some|initial|early|media|reports?|rumou?rs?) ?)+$", re.IGNORECASE)
_PRONOUN_SAYS = re.compile(rf"\b(?:he|she|they|it) {_ADVERBS}{_SAY}|\b{_SAY} (?:he|she|they)\b", re.IGNORECASE)
# The subject of a sentence, for whom a pronoun in the next one stands: "Dr. Nadira Wahl, who heads …, appealed …".
_SUBJECT = re.compile(
    rf"^(?P<who>{_HEAD}[^.,;:!?“”\"\n]*?)"
    r"(?=,| (?:is|are|was|were|has|have|had|will|would|\w+ed|"
    r"met|led|won|lost|took|went|came|left|spent|gave|made|held|told|began|saw|found|ran|fell|drove|wrote|spoke|stood|"
    r"said|got|put|set|flew|grew|knew|kept|sold|bought|brought|built|heads|leads|runs|lives|works)\b)"
)
# Where a clause begins that may have a speaker of its own.
_CLAUSE = re.compile(
    r";\s+|,? (?=(?:while|whereas)\s(?!\w+ing\b))|, (?=but\s)"
    rf"|, (?=(?:who|whose|which|where)\b(?![^,]*, {_ADVERBS}(?:{_SAY}|{_DENY})))"
)
_RELATIVE = re.compile(r"(?:who|whose|which|where)\b")
_OWN = re.compile(rf"{_RELATIVE.pattern}|(?:but|while|whereas)\b")
_END = (
    r"(?=;|,? but\b|,? and (?:said|blamed|accused|called|insisted|added)\b|,? (?:saying|adding|insisting|arguing|"
    r"stating|calling|blaming)\b|, (?:claiming|alleging)\b|[.!?](?:\s|$)|$)"
)
_TALK = r"(?:reports?|claims?|rumou?rs?|allegations?|suggestions?|accusations?|speculation|the idea|stories)"
_FALSE = (
    r"(?:fantasy|lies?|nonsense|absurd|false|fabrications?|untrue|baseless|rubbish|inventions?|ridiculous|wrong|"
    r"slander|propaganda)"
)
_DENIED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_DENY}(?P<what>[^;]*?){_END}",
        rf"\b{_TALK} (?:that|of) (?P<what>[^;]*?),? (?:were|was|are|is|as|had been|have been) [\"“]?(?:\w+ )?"
        r"(?:denied|rejected|dismissed|refuted|false|untrue|baseless|unfounded|wrong|nonsense|fabricated|invented)\b",
        r"\bno (?:evidence|signs?|indications?|proof|truth|basis|suggestion) (?:that|of|for|in|to) "
        rf"(?P<what>[^;]*?){_END}",
        rf"\b(?:not (?:the case|true)|n['’]t true|untrue|false|wrong) (?:that|to say that) (?P<what>[^;]*?){_END}",
        rf"\bcall(?:s|ed) (?:(?:it|them|as) )?[\"“]?(?:an? |pure |utter |complete )*{_FALSE}[\"”,]* "
        rf"(?:(?:the|an?|any) \w+ )?(?:that|to say that) (?P<what>[^;]*?){_END}",
        rf"\b{_SAY}(?: on \w+day)?(?: that)? (?:he|she|it|they) (?:had|has|have|did|was|were|is|are|would|will) "
        rf"(?:never|not) (?P<what>[^;]*?){_END}",
        rf"\bruled out (?P<what>[^;]*?){_END}",
    )
)
_TITLE = re.compile(r"\b(Dr|Mrs?|Ms|Prof|St|Gen|Col|Lt|Capt|Sgt|Gov|Sen|Rep|Rev)\.")  # its dot ends no sentence
_QUOTE_MARK = re.compile(r'[“”"]')
_LONGEST_NAME = 90
_TALK_BEFORE = 20  # characters in which "rumours of" stands before what is denied

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom a sentence is attributed to, empty where to nobody by name, and whether it is denied or in doubt.

    `told_before` and `told_after` say whether that took the sentence before or after to tell.
    """

    speaker: str = ""
    denied: bool = False
    doubted: bool = False
    told_before: bool = False
    told_after: bool = False


def of_sentence(sentence: str, place: Place | None = None, *, before: str = "", after: str = "") -> Attribution:
    """The attribution of the words at `place` of a sentence, by default all of it; `before` and `after` its neighbours.

    Words within what somebody denies are denied. A doubt or a denial in the next sentence ("This could not be
    verified.", "The army denied it.") puts them in doubt; whom a pronoun stands for is looked up in the one before.
    """
    start, end = place or (0, 0)
    denials = [found.span("what") for pattern in _DENIED for found in pattern.finditer(sentence)]
    denied = any(low <= start and end <= high for low, high in denials) if place else bool(denials)
    speaker = speaker_of(sentence, place)
    quoted = sentence[:1] in '“"' and not (place and len(_QUOTE_MARK.findall(sentence[:start])) % 2 == 0)
    goes_on = quoted or _PRONOUN_SAYS.search(sentence)
    meant = "" if speaker or not goes_on else speaker_of(before) or _subject_of(before)
    # "… dismissed rumours of a merger but said the route would close": a doubt that is denied is none of the rest.
    doubted = any(
        not any(low - _TALK_BEFORE <= found.start() < high for low, high in denials)
        for found in _DOUBT.finditer(sentence)
    )
    disputed = bool(place) and any(end <= found.start() for found in _OTHER_SIDE_DENIES.finditer(sentence))
    told_after = _puts_in_doubt(after)
    return Attribution(
        speaker=speaker or meant,
        denied=denied,
        doubted=not denied and (doubted or disputed or told_after),
        told_before=bool(meant),
        told_after=told_after,
    )


def speaker_of(sentence: str, place: Place | None = None) -> str:
    """Whom a sentence names as the one that the words at `place` are from; without a place, all of it."""
    sentence = _TITLE.sub(r"\1 ", sentence)
    clauses = _clauses(sentence)
    named = [_named_in(sentence[low:high]) for low, high in clauses]
    if place is None:
        return next(filter(None, named), "")
    at = next((i for i, (_, high) in enumerate(clauses) if place[0] < high), len(clauses) - 1)
    if named[at] or (_RELATIVE.match(sentence, clauses[at][0]) and ", " not in sentence[clauses[at][0] : place[0]]):
        return named[at]
    # What a relative clause or another side says is its own; any other speaker leads into what follows, or closes.
    led = [i for i in reversed(range(at)) if not _RELATIVE.match(sentence, clauses[i][0])]
    closed = [i for i in range(at + 1, len(clauses)) if not _OWN.match(sentence, clauses[i][0])]
    return next((named[i] for i in (*led, *closed) if named[i]), "")


def _clauses(sentence: str) -> list[Place]:
    cuts = [0, *(found.end() for found in _CLAUSE.finditer(sentence)), len(sentence)]
    return list(zip(cuts, cuts[1:], strict=False))


def _named_in(clause: str) -> str:
    for pattern in _SPEAKERS:
        for found in pattern.finditer(clause):
            who = " ".join(found["who"].split()).strip(" ,")
            aside = " ".join((found.groupdict().get("aside") or "").split())
            if (
                not any(map(str.isalpha, who))
                or len(who) > _LONGEST_NAME
                or any(no.match(who) for no in (_PRONOUN, _NOBODY))
                or _A_CLAUSE.search(who)
            ):
                continue
            # "The governor, Pavlo Hrynko, said": the name is the aside.
            return f"{who}, {aside}" if aside.removeprefix("the ")[:1].isupper() else who
    return ""


def _subject_of(sentence: str) -> str:
    found = _SUBJECT.match(_TITLE.sub(r"\1 ", sentence))
    return " ".join(found["who"].split()) if found and not _PRONOUN.fullmatch(found["who"]) else ""


def _puts_in_doubt(after: str) -> bool:
    """Whether the next sentence denies or doubts what this one says."""
    about_this = _NEXT_DOUBTS.match(after)
    doubted = _NEXT_DENIES.search(after) or _OTHER_COUNT.search(after) or _NOBODY_CONFIRMS.search(after)
    return bool(doubted or (about_this and _DOUBT.search(about_this["rest"])))
