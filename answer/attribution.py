"""Who says what a sentence says, and whether it is denied or in doubt, told by the words of reporting. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAY = (
    r"(?:said|says|told|tells|announced|announces|stated|states|claimed|claims|alleged|alleges|argued|argues|insisted|"
    r"insists|admitted|admits|acknowledged|confirmed|confirms|reported|reports|warned|warns|added|adds|explained|"
    r"explains|described|describes|estimated|estimates|maintained|maintains|wrote|writes|testified|conceded|declared|"
    r"declares|accused|accuses|called|calls|blamed|blames|recalled|asserted|noted|counted|suggested|believes|believed|"
    r"thinks|hopes)\b"
)
_DENY = (
    r"(?:denied|denies|deny|denying|rejected|rejects|rejecting|dismissed|dismisses|dismissing|refuted|refutes|disputed|"
    r"disputes)\b"
)
_DOUBT = re.compile(
    r"\b(?:(?:could not be|not been) (?:independently )?(?:verified|confirmed)|unverified|unconfirmed|reportedly|"
    r"allegedly|alleged|purported(?:ly)?|rumou?rs?|suspected|apparently|it was not clear|unclear)\b",
    re.IGNORECASE,
)
DENIAL = re.compile(rf"\b{_DENY}", re.IGNORECASE)
# How one who speaks is named at the start of a clause, where a capital letter alone would not tell.
_HEAD = (
    r"(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|[Ss]ome|[Ss]everal|[Tt]wo|[Tt]hree|[Bb]oth|[Oo]ne) |"
    r"[Rr]esidents|[Ww]itnesses|[Oo]fficials|[Pp]olice|[Aa]ctivists|[Rr]escuers|[Ee]xperts|"
    r"(?:[a-z-]+ ){1,2}(?=[A-Z])|[^\W\d_a-z])"
)
_NO_NAME = rf"(?!(?:{_SAY}|{_DENY}|(?:and|but|which|who|as|with|after|when|while|where|in|on|at)\b))"
_ADVERBS = r"(?:(?:has|have|had|also|later|then|again|repeatedly) )*"
_OPENING = r"(?:^|[,;”\"]\s*|\b(?:[Bb]ut|[Aa]nd|[Ww]hile|[Aa]s)\s+)"
_CLOSING = r"(?=[.,;]|$| (?:on|in|at|after|late|early|during)\b)"
_SPEAKERS = (
    # "…, according to military sources."
    re.compile(r"\b[Aa]ccording to (?P<who>[^,.;“”\"\n]+?)(?=[,;\n]|\.(?:\s|$)|$| (?:and|but|which|who)\b)"),
    # "“…,” said Inês Carvalhal, general secretary of the union."
    re.compile(rf"[,”\"]\s*{_SAY} (?P<who>{_HEAD}[^.,;“”\"\n]*?){_CLOSING}"),
    # "…, rescue workers said."
    re.compile(rf", {_NO_NAME}(?P<who>[^,.;:“”\"\n]{{3,70}}?) {_SAY}{_CLOSING}"),
    # "Gordon Pell, the managing director, said that …"
    re.compile(
        rf"{_OPENING}(?P<who>{_HEAD}[^,.;:!?“”\"\n]*?)(?:, [^,.;:“”\"\n]{{2,70}},)?\s+{_ADVERBS}(?:{_SAY}|{_DENY})"
    ),
)
_PRONOUN = re.compile(r"(?:he|she|they|it|i|we)\b", re.IGNORECASE)
_PRONOUN_SAYS = re.compile(
    rf"\b(?:he|she|they|it) (?:(?:also|then|later) )?{_SAY}|\b{_SAY} (?:he|she|they)\b", re.IGNORECASE
)
_DENIED = re.compile(
    rf"\b{_DENY}(?P<what>[^;]*?)(?=;|,? but\b|,? and (?:said|blamed|accused|called)\b|[.!?](?:\s|$)|$)", re.IGNORECASE
)
_GOES_ON = re.compile(r"\s*(?:The|This|That|These|Those|His|Her|Their|Its|It|Neither) .*?\b(?:could not be|not been)\b")
_DENIES_IT = re.compile(
    rf"^[^.]*\b{_DENY} (?:it|this|that|so|responsibility|involvement|any|"
    r"the (?:claim|report|charge|accusation|allegation|account)s?)\b",
    re.IGNORECASE,
)
_LONGEST_NAME = 90


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


def of_sentence(
    sentence: str, place: tuple[int, int] | None = None, *, before: str = "", after: str = ""
) -> Attribution:
    """The attribution of the words at `place` of a sentence, by default all of it; `before` and `after` its neighbours.

    Words within what somebody denies are denied. A doubt or a denial in the next sentence ("This could not be
    verified.", "The army denied it.") puts them in doubt; whom a pronoun stands for is looked up in the one before.
    """
    start, end = place or (0, 0)
    denials = [found.span("what") for found in _DENIED.finditer(sentence)]
    denied = any(low <= start and end <= high for low, high in denials) if place else bool(denials)
    speaker = speaker_of(sentence)
    told_before = not speaker and bool(_PRONOUN_SAYS.search(sentence)) and bool(speaker_of(before))
    doubted = bool(_DOUBT.search(sentence))
    told_after = bool(_GOES_ON.match(after) or _DENIES_IT.search(after))
    return Attribution(
        speaker=speaker_of(before) if told_before else speaker,
        denied=denied,
        doubted=doubted or told_after,
        told_before=told_before,
        told_after=told_after,
    )


def speaker_of(sentence: str) -> str:
    """Whom a sentence names as the one that it is from."""
    for pattern in _SPEAKERS:
        if found := pattern.search(sentence):
            who = " ".join(found["who"].split()).strip(" ,")
            if len(who) <= _LONGEST_NAME and not _PRONOUN.fullmatch(who):
                return who
    return ""
