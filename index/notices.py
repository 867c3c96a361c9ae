"""What a text says of itself: that it was corrected, that it goes on for subscribers only, what kind of piece it is."""

from __future__ import annotations

import re

from index.dates import dates_in

_CORRECTION = re.compile(
    r"^\W*(?:corrections?|corrected|editor[’']s note|clarification|korrektur|berichtigung|correction|rectificatif|"
    r"corrección|fe de errores|rettelse)\s*(?:\([^)\n]{0,40}\))?\s*[:—–-]|"
    r"\bthis (?:article|story|piece|report) (?:has been|was) (?:\w+ )?(?:corrected|amended)\b|"
    r"\b(?:an earlier|a previous) version of this (?:article|story|piece|report)\b|"
    r"\bdieser (?:artikel|beitrag|text) wurde (?:\w+ )*(?:korrigiert|berichtigt)\b|"
    r"\bcet article a été (?:corrigé|rectifié)\b|\beste artículo (?:ha sido|fue) corregido\b|"
    r"^\W*corrected (?:on|at)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PAYWALL = re.compile(
    r"\b(?:subscribe|sign in|log in|register|become a (?:member|subscriber))\b[^.\n]{0,60}"
    r"\b(?:to (?:continue|keep|read|unlock|access)|for full access)|"
    r"\bthis (?:article|story|content) is (?:reserved )?for (?:\w+ )?(?:subscribers|members)|"
    r"\bcontinue reading (?:with|by|for)\b|\bweiterlesen mit\b|\bnur für abonnent|\bréservé aux abonnés|"
    r"\bsolo para suscriptores",
    re.IGNORECASE,
)
_END = 300  # characters at the end of a text, where a paywall speaks
_SHORT = 1_200  # characters; a longer text is the article, whatever its page says of subscribers
_KINDS = {
    "opinion": ("opinion", "opinions", "opinionnewsarticle", "editorial", "editorials", "column", "comment", "op-ed",
                "commentary", "meinung", "kommentar", "opinión", "tribune", "leitartikel"),
    "live": ("live", "liveblog", "liveblogposting", "live blog", "liveticker", "ticker"),
    "correction": ("correction", "corrections", "clarification", "korrektur"),
    "press release": ("press release", "pressrelease", "press-release", "news release", "pressemitteilung",
                      "communiqué"),
    "report": ("report", "news", "newsarticle", "reportagenewsarticle", "reportage"),
}  # fmt: skip
_NAMED = {name: kind for kind, names in _KINDS.items() for name in names}


def corrected(text: str) -> str | None:
    """The ISO day of the last correction that the text tells of; "" where it gives none, None without a correction."""
    told = [text[found.start() :][:400].split("\n\n")[0] for found in _CORRECTION.finditer(text)]
    days = [day for words in told for day in dates_in(words)]
    return max(days, default="") if told else None


def ends_at_a_paywall(text: str) -> bool:
    """Whether the text stops where only subscribers read on."""
    return bool(_PAYWALL.search(text[-_END:]))


def is_stub(text: str, free: object) -> bool:
    """Whether a text is the beginning of an article, of a page that says whether it is `free`."""
    return ends_at_a_paywall(text) or (str(free).casefold() == "false" and len(text) < _SHORT)


def kind(*said: str | None) -> str | None:
    """The kind of piece that one of the words is a name of, the more special first."""
    found = {_NAMED.get((words or "").strip().casefold()) for words in said}
    return next((one for one in _KINDS if one in found), None)
