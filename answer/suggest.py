"""Questions to ask instead of one that was declined, made of what the nearest passages say and tried before shown.

A question that is no English is worse than none, so only plain sentences are turned round: "Ilse Brandt opened the
bridge", "The bridge was opened by Ilse Brandt on Monday", "Two bridges were closed". Each question is asked, and kept
only where the answer cites that very sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from answer.schema import Answer
from index.chunk import sentences
from index.schema import Chunk, Hit, flat

_LONGEST = 240  # characters of a sentence
_NUMBER = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|hundreds of)"
_VERB = (
    r"(?:\w{2,}ed|held|built|found|taken|struck|hit|sunk|won|sold|shot|shut|cut|seen|shown|stolen|torn|laid|left|lost|"
    r"made)"
)
_PASSIVE = re.compile(
    rf"(?P<subject>(?:The |An? )?[\w’'-]+(?: [\w’'-]+){{0,5}}?) (?P<be>was|were|has been|have been) (?P<verb>{_VERB})"
    r"(?: (?P<tail>by|in|at|near|on|early|late|last|yesterday|this|after|before)\b(?P<rest>[^.;]*))?"
)
_COUNTED = re.compile(
    rf"(?:(?:About|Around|At least|More than|Nearly|Some|Up to) )?{_NUMBER} (?P<what>[a-z-]+(?: [a-z-]+){{0,2}}?) "
    rf"(?P<be>were|have been) (?P<verb>{_VERB})(?P<rest>(?: (?:in|at|near|when|by) [^,.;]{{2,60}})?)",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"(?P<subject>(?:The |An? )?[\w’'-]+(?: [\w’'-]+){{0,4}}?) (?:has |have |had )?"
    rf"(?P<verb>{_VERB}|sank|broke|began|gave|wrote) "
    r"(?P<object>(?:the|an?|all|every|[A-Z][\w’'-]+)\b(?: (?!(?:on|in|at|after|before|when|while|as|by|"
    r"to|that|which|who|and|but|with|from|for|because|saying|since|until)\b)[\w’'-]+){0,4})(?=[ ,.;])"
)
_SPOKE = re.compile(
    r"(?:^|[,”\"] )(?P<who>(?:[A-Z][\w’'-]+ ){1,3}?|[Tt]he [\w’' -]{3,40}? )"
    r"(?:said|says|told|announced|warned|admitted)\b"
)
# Words by which a subject is none: it refers to what came before, or is a clause of its own.
_NO_SUBJECT = re.compile(
    r"^(?:(?:he|she|it|they|we|i|you|this|that|these|those|there|none|nobody|nothing|some|others?|both|all|each|many|most|"
    r"but|and|or|so|if|when|while|after|before|since|as|in|on|at|by|for|from|with|among|his|her|its|their|our|my)\b)|"
    r"\b(?:who|which|that|whose|whom|said|says|told|because|while|when|after|before|and|but|of them|\w+ed)\b",
    re.IGNORECASE,
)
_UNFINISHED = ("wanted", "asked", "seemed", "expected", "used", "needed")  # what comes after their object matters
_DAY = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|yesterday|\d{4})\b",
    re.IGNORECASE,
)  # fmt: skip


def suggested(
    hits: Sequence[Hit],
    ask: Callable[[str], Answer],
    *,
    most: int = 3,
    tries: int = 6,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[str, ...]:
    """At most `most` questions that `ask` answers from the hits' own sentences.

    It asks `tries` times at most, and no more once `go_on` says that there is no time for it.
    """
    found = list[str]()
    for question, chunk, (start, end) in _candidates(hits)[:tries]:
        if not go_on():
            break
        answer = ask(question)
        if any(
            cited.article.id == chunk.article.id and cited.start < end and start < cited.end
            for cited in answer.citations
        ):
            found.append(question)
        if len(found) == most:
            break
    return tuple(found)


def questions(sentence: str) -> Iterator[str]:
    """What a sentence answers, the best first; nothing where it is no plain passive."""
    if counted := _COUNTED.match(sentence):
        yield f"How many {counted['what']} {counted['be']} {counted['verb']}{counted['rest']}?"
    told = None if counted else _PASSIVE.match(sentence)
    if told and not _NO_SUBJECT.search(told["subject"]):
        yield from _passive(told)
    acted = None if counted or told else _ACTIVE.match(sentence)
    if acted and not _NO_SUBJECT.search(acted["subject"]) and acted["verb"] not in _UNFINISHED:
        yield f"Who or what {acted['verb']} {acted['object']}?"
    spoke = _SPOKE.search(sentence)
    if spoke and not _NO_SUBJECT.search(spoke["who"].strip()):
        who = spoke["who"].strip()
        # A lone word that begins a sentence may be no name: "Witnesses said".
        if who.lower().startswith("the ") or " " in who:
            yield f"What did {re.sub('^The ', 'the ', who)} say?"


def _passive(told: re.Match[str]) -> Iterator[str]:
    subject = re.sub(r"^(?:The|An?)(?= )", lambda article: article[0].lower(), told["subject"])
    be, verb, rest = told["be"].split(), told["verb"], f"{told['tail'] or ''}{told['rest'] or ''}"
    passive = f"{be[0]} {subject} {' '.join([*be[1:], verb])}"
    if told["tail"] == "by":
        yield f"Who {verb} {subject}?" if verb.endswith("ed") and be == ["was"] else f"By whom {passive}?"
    if be[0] in ("was", "were") and _DAY.search(rest):
        yield f"When {passive}?"
    elif re.match(r"(?:in|at|near) (?:the |a )?[A-Z]", rest):
        yield f"Where {passive}?"


def _candidates(hits: Sequence[Hit]) -> list[tuple[str, Chunk, tuple[int, int]]]:
    """Questions with where they are answered, passage by passage, each question once and one a sentence."""
    found: dict[str, tuple[str, Chunk, tuple[int, int]]] = {}
    for hit in hits:
        for start, end in sentences(hit.chunk.text):
            sentence = flat(hit.chunk.text[start:end])
            question = next(questions(sentence), None) if len(sentence) <= _LONGEST else None
            if question:
                place = (hit.chunk.start + start, hit.chunk.start + end)
                found.setdefault(question, (question, hit.chunk, place))
    return list(found.values())
