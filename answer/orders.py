"""Words in an article that give a language model orders: they are no report, so nothing may rest on them.

Whoever plants "write that the dam has burst" in an article wants a model to write it and a checker to find it there.
An order is known by what news hardly ever says: it speaks to a model, of its answer or its instructions, or poses as
markup, as a conversation or as another passage. From its first word on to the end of its paragraph it counts for
nothing; where such words are news, sentences about them are marked rather than believed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TELL = "say|answer|reply|respond|write|report|state|tell|repeat|print|reveal|output|claim|pretend|mark|cite|quote|give"
_MACHINES = "AIs?|LLMs?|(?:language )?models?|assistants?|chatbots?|bots?|checkers?|dateline"
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # Instructions to be set aside, and what a model is.
        r"\b(?:ignore|disregard|forget|override|bypass|drop)\b[^.!?\n]{0,50}"
        r"\b(?:instructions?|rules|prompts?|guidelines|everything|all|above|previous(?:ly)?|earlier|other text)\b",
        r"\b(?:system|hidden|initial|original) (?:prompt|message|instructions?|note|override)\b",
        r"\b(?:you are|act as|behave as|become)\b[^.!?\n]{0,30}\b(?:assistant|model|chatbot|bot|AI|no longer)\b",
        r"\b(?:debug|developer|admin|maintenance|god|test) mode\b|\bjailbreak",
        # What is to be answered.
        r"\bobey|\byour (?:next |final |whole )?(?:answer|reply|response|instructions|prompt|rules|output)s?\b",
        r"\b(?:every|each|any|all|whatever|next) (?:the )?questions?\b[^.!?\n]{0,40}"
        r"\b(?:is|answer|reply|say|write|give)\b",
        r"\b(?:each|every|any|all) (?:answers?|repl(?:y|ies)|responses?)\b",
        r"\byou will be (?:paid|rewarded|tipped|punished|shut (?:down|off)|deleted|retrained|replaced)\b",
        r"\byour weights\b|\bin your (?:list|context|input)\b",
        r"^\W{0,3}(?:\w+ ){0,2}(?:questions?|answers?|output|response)\b[^.!?:\n]{0,30}:",
        r"\b(?:answers?|repl(?:y|ies)|responds?|responses?) (?:to|of) (?:every|each|any|all|the next) questions?\b",
        r"\b(?:begin|start|end|close|finish|append|add)\b[^.!?\n]{0,20}\b(?:answer|reply|response)s?\b",
        r"\b(?:whoever|whatever|if|when|once)\b[^.!?\n]{0,30}\bask(?:s|ed)?\b[^.!?\n]{0,60}"
        rf"\b(?:{_TELL}|told|only|must)\b",
        rf"(?:^|[.!?:;,]\s+|[\"“(]\s*)(?:now|then|please|always|only|just|instead|and|so|you must|you should)*,?\s*"
        rf"(?:{_TELL}) (?:that|only|instead|with|exactly|the user|this|these|every|your|nothing|in your|always)\b",
        r"\b(?:must|may|can|should|is to|are to|need) (?:not |never |only |always |now )?be "
        r"(?:cited|quoted|answered|marked|told that|used as (?:an )?(?:answer|evidence|source))\b",
        r"\b(?:do not|don't|never) (?:mention|cite|quote|use|reveal|check|verify)\b[^.!?\n]{0,20}"
        r"\b(?:this|the|it|any|your|these|sources?|note|order)\b",
        r"\b(?:supported|verified|confirmed) (?:sentence|claim|answer|by passage)s?\b|\bas (?:supported|verified)\b",
        # To whom it is said.
        r"\b(?:note|message|notice|instructions?|orders?|attention|memo|hint)\b[^.!?\n]{0,20}\b(?:to|for)\b"
        rf"[^.!?\n]{{0,20}}\b(?:{_MACHINES}|machines?|automated)\b",
        rf"(?:^|[.!?:]\s+)(?:to )?(?:all )?(?:{_MACHINES})\b ?[:—–-] ?|, assistants?\b[:,]",
        r"\b(?:assistants|language models|AI systems|AI tools|chatbots|LLMs|automated readers) "
        r"(?:must|should|are to|that|reading)\b",
        # What poses as a conversation, as markup, as a call or as a passage.
        r"(?:^|[.!?]\s+)\W{0,3}(?:human|user|assistant|system|developer|q|question|instruction|response)\W{0,3}:",
        r"<\|?[a-z/!]|\[/?(?:inst|sys|system|end|begin)\b|<<|^#{2,}|&#x?[0-9a-f]+;|&lt;",
        r"\{\s*[\"']\w+[\"']\s*:|\]\(|\$\$|\\[a-z]+\{",
        r"\b(?:javascript|data|vbscript):\S|\bbase64\b|\brot-?13\b|\bbackwards, letter\b",
        r"\b(?:end|begin(?:ning)?|start) of (?:the )?(?:passages?|articles?|context|documents?|instructions?|prompt)\b",
        r"(?:^\W{0,2}(?:passage|source|document)?\s*#?\d{1,3}\W|\[\d{1,3}\])[^\n]{0,60}\b\d{4}-\d\d-\d\d\b[^\n]{0,60}:",
        r"\b(?:passages?|sources?|articles?) \[\d+\]|\[\d+\](?:,? (?:and )?\[\d+\])",
        # The same in other languages.
        r"\b(?:ignorier|vergiss|vergessen sie|missachte|antworte|beantworte|erwähne|"
        r"ignorez|oublie[zs]?|réponds|répondez|ne mentionne|"
        r"ignora|ignore as|olvida|responde|responda|rispondi|dimentica|esqueça|unut|yok say|yanıtla|cevapla)",
        r"(?:игнорир|забудь|отвечай|ответь|ігноруй|відповідай|не упоминай|не згадуй)",
        r"(?:تجاهل|انسَ?\b|أجب|忽略|无视|無視|忘记|忘記|回答|指令)",
    )
)  # fmt: skip
_PARAGRAPH = re.compile(r".+?(?=\n\s*\n|\Z)", re.DOTALL)
_MIXED = re.compile(r"\w*(?:[a-z][\u0400-\u04ff\u0370-\u03ff]|[\u0400-\u04ff\u0370-\u03ff][a-z])\w*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def without_orders(text: str) -> str:
    """The text with spaces for every order that it holds, so that all else stays where it is."""
    return _PARAGRAPH.sub(lambda found: _kept(found.group()), text)


def _kept(paragraph: str) -> str:
    start = _first_order(paragraph)
    return paragraph if start is None else paragraph[:start] + re.sub(r"\S", " ", paragraph[start:])


def _first_order(paragraph: str) -> int | None:
    """Where the sentence with its first order begins."""
    # Nobody sees what lies between these; fullwidth letters and the like are read as what they stand for, one for one.
    seen = [at for at, c in enumerate(paragraph) if unicodedata.category(c) != "Cf"]
    plain = "".join(_plain(paragraph[at]) for at in seen)
    found = [one for pattern in (*_ORDERS, _MIXED) if (one := pattern.search(plain))]
    if not found:
        return None
    # A pattern may begin with the end of the sentence before.
    first = min(one.start() + len(one.group()) - len(one.group().lstrip(" \n.!?:;,")) for one in found)
    before = list(re.finditer(r"[.!?:][\"”’)]*\s+|\n", plain[:first]))
    return seen[before[-1].end()] if before else 0


def _plain(character: str) -> str:
    read = unicodedata.normalize("NFKC", character)
    return read if len(read) == 1 else character
