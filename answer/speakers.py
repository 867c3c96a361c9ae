"""Who says what a sentence says, told by its verbs of reporting. Pure.

A sentence is cut into the clauses that may have speakers of their own ("…, while the army said …"). Words are of
whoever speaks in their clause; where nobody does, of whoever leads into it ("The mayor said A and B.") or closes after
it ("A and B, the mayor said.").
"""

from __future__ import annotations

import re

from answer.reporting import DENY, SAY

Place = tuple[int, int]

# How one who speaks is named at the start of a clause, where a capital letter alone would not tell.
_HEAD = (
    r"(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|[Ss]ome|[Ss]everal|[Tt]wo|[Tt]hree|[Ff]our|[Mm]any|[Bb]oth|"
    r"[Oo]ne|[Aa]nother|[Oo]ther) |"
    r"[Rr]esidents|[Ww]itnesses|[Oo]fficials|[Pp]olice|[Aa]ctivists|[Rr]escuers|[Ee]xperts|[Oo]rganisers|[Dd]octors|"
    r"[Pp]rosecutors|[Oo]rganizers|[Ii]nvestigators|[Ss]cientists|"
    r"(?:[a-z][a-z'’-]* ){1,4}(?=[A-Z])|[^\W\d_a-z])"
)
_NO_NAME = (
    rf"(?!(?:{SAY}|{DENY}|"
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
    re.compile(
        r"^(?:[Ww]hile|[Ww]hereas|[Aa]lthough|[Tt]hough|but|and) "
        rf"(?P<who>[^,.;:“”\"\n]+?){_ASIDE} {_ADVERBS}(?:{SAY}|{DENY})"
    ),
    # "…, according to military sources."
    re.compile(
        r"\b(?:[Aa]ccording to|[Ii]n the (?:view|opinion|words) of) "
        r"(?P<who>[^,.;“”\"\n]+?)(?:, (?P<aside>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+))?"
        r"(?=[,;\n]|\.(?:\s|$)|$| (?:and|but|which|who|whose|that|published|released|issued|seen)\b)"
    ),
    # "…; feed makers said it would cost them 80 million."
    re.compile(rf"^(?P<who>(?:[a-z][\w'’-]* ){{0,2}}[a-z][\w'’-]*s)(?P<aside>) {_ADVERBS}{SAY}"),
    # "Gordon Pell, the managing director, said that …"
    re.compile(rf"{_OPENING}(?P<who>{_HEAD}[^,.;:!?“”\"\n]*?){_ASIDE}\s+{_ADVERBS}(?:{SAY}|{DENY})"),
    # "“…,” said Inês Carvalhal, general secretary of the union."
    re.compile(rf"[,”\"’']\s*{SAY} (?P<who>{_HEAD}[^.,;“”\"\n]*?){_CLOSING}"),
    # "…, rescue workers said."
    re.compile(rf"[,”\"]\s*{_NO_NAME}(?P<who>[^,.;:“”\"\n]{{3,90}}?){_ASIDE} {_ADVERBS}{SAY}{_CLOSING}"),
)
_A_CLAUSE = re.compile(r"\b(?:had|has|was|were|is|are|would|will|could|that|whose|which)\b")
_PRONOUN = re.compile(
    r"(?:he|she|they|it|i|we|you|who|this|that|there|according|on|in|at|by|after|before|during|last|late|early|over|"
    r"for|from|with|while|although|though|when|under|near|outside|despite|since|amid|speaking|asked|my|our)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:(?:unconfirmed|unverified|some|initial|early|media|reports?|rumou?rs?) ?)+$", re.IGNORECASE)
_PRONOUN_SAYS = re.compile(rf"\b(?:he|she|they|it) {_ADVERBS}{SAY}|\b{SAY} (?:he|she|they)\b", re.IGNORECASE)
# The subject of a sentence, for whom a pronoun in the next one stands: "Dr. Nadira Wahl, who heads …, appealed …".
_SUBJECT = re.compile(
    rf"^(?:(?:Over|In|At|On|After|Before|During|For|From|With|Near|Outside|Since|Speaking|Asked)\b[^,.]*, )?"
    rf"(?P<who>{_HEAD}[^.,;:!?“”\"\n]*?)"
    r"(?=,| (?:is|are|was|were|has|have|had|will|would|\w+ed|"
    r"met|led|won|lost|took|went|came|left|spent|gave|made|held|told|began|saw|found|ran|fell|drove|wrote|spoke|stood|"
    r"said|got|put|set|flew|grew|knew|kept|sold|bought|brought|built|heads|leads|runs|lives|works)\b)"
)
# Where a clause begins that may have a speaker of its own.
_CLAUSE = re.compile(
    r"^(?:While|Whereas|Although|Though)\b[^,;]*, |;\s+|,? (?=(?:while|whereas)\s(?!\w+ing\b))|, (?=but\s)"
    rf"|, (?=(?:who|whose|which|where)\b(?![^,]*, {_ADVERBS}(?:{SAY}|{DENY})))"
    rf"|, (?=and (?:[A-Z]|(?:the|its|their|his|her|an?|one|union|police)\b)[^,;]{{2,60}}? (?:{SAY}|{DENY}))"
)
_RELATIVE = re.compile(r"(?:who|whose|which|where)\b")
_OWN = re.compile(rf"(?i:{_RELATIVE.pattern}|(?:but|and|while|whereas|although|though)\b)")
_LEADS_NOT = re.compile(rf"{_RELATIVE.pattern}|(?:While|Whereas|Although|Though)\b")
# What the report itself tells of whoever speaks: "…, whose pit employs 530 people, said", "Speaking in a shed, …".
_OF_ITS_OWN = re.compile(
    r", (?:who|whose|which|where|when|founded|born|aged|known|based|built|opened|set up|\w+ed (?:in|by|at))\b"
    r"[^,;]*(?:,|$)"
    r"|^(?:Speaking|Standing|Asked|Answering|Addressing|Writing|Talking|Appearing|Sitting|Visiting)\b[^,;]*,"
)
_TITLE = re.compile(r"\b(Dr|Mrs?|Ms|Prof|St|Gen|Col|Lt|Capt|Sgt|Gov|Sen|Rep|Rev)\.")  # its dot ends no sentence
_QUOTE_MARK = re.compile(r'[“”"]')
_LONGEST_NAME = 90


def speaker_of(sentence: str, place: Place | None = None) -> str:
    """Whom a sentence names as the one that the words at `place` are from; without a place, all of it."""
    sentence = _TITLE.sub(r"\1 ", sentence)
    clauses = _clauses(sentence)
    named = [_named_in(sentence[low:high]) for low, high in clauses]
    if place is None:
        return next(filter(None, named), "")
    if any(found.start() <= place[0] and place[1] <= found.end() for found in _OF_ITS_OWN.finditer(sentence)):
        return ""
    at = next((i for i, (_, high) in enumerate(clauses) if place[0] < high), len(clauses) - 1)
    if named[at] or (_RELATIVE.match(sentence, clauses[at][0]) and ", " not in sentence[clauses[at][0] : place[0]]):
        return named[at]
    # What a relative clause or another side says is its own; any other speaker leads into what follows, or closes.
    led = [i for i in reversed(range(at)) if not _LEADS_NOT.match(sentence, clauses[i][0])]
    closed = [i for i in range(at + 1, len(clauses)) if not _OWN.match(sentence, clauses[i][0])]
    return next((named[i] for i in (*led, *closed) if named[i]), "")


def goes_on(sentence: str, place: Place | None = None) -> bool:
    """Whether somebody whom an earlier sentence names speaks: "“We left,” she said", or words within a quotation."""
    quoted = sentence[:1] in '“"' and not (place and len(_QUOTE_MARK.findall(sentence[: place[0]])) % 2 == 0)
    return quoted or bool(_PRONOUN_SAYS.search(sentence))


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


def subject_of(sentence: str) -> str:
    """Whom a sentence is about, for whom a pronoun in the next one stands."""
    found = _SUBJECT.match(_TITLE.sub(r"\1 ", sentence))
    return " ".join(found["who"].split()) if found and not _PRONOUN.fullmatch(found["who"]) else ""
