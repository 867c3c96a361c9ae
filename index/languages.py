"""Which language a text is in. py3langid is imported here only.

The reader and the encoder that come with Dateline know English alone; articles in other languages are found by their
words (`index.lexical.words_of`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

ENGLISH = "en"
_READ = 2_000  # characters
_LEAST_LETTERS = 40  # of a text; a shorter one is a name or two, which tell nothing
_SURE = 0.9
_CODE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")
# ISO 639-1 codes of what is also called otherwise.
_ALSO = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ara": "ar",
    "zho": "zh",
    "nb": "no",
}


def language_of(text: str, declared: str | None = None) -> str | None:
    """The ISO 639 code of a text's language: what its words show, else what it `declared`; None where neither tells.

    Pages often declare the language of their template, so words that are sure count first.
    """
    return _detected(text[:_READ]) or _code(declared)


def is_foreign(language: str | None) -> bool:
    """Whether it is another language than English; one that is not known is taken for English."""
    return language not in (None, ENGLISH)


def _code(declared: str | None) -> str | None:
    found = _CODE.match((declared or "").strip())
    code = found[0].lower() if found else None
    return _ALSO.get(code or "", code)


def _detected(text: str) -> str | None:
    letters = re.findall(r"[^\W\d_]", text)
    latin = sum(letter < "\u0250" for letter in letters)
    if not letters or (len(letters) < _LEAST_LETTERS and latin > len(letters) / 2):
        return None
    language, sure = _identifier().classify(text)
    # Another script leaves few languages to choose from, and a short text of it is told with less confidence.
    return _ALSO.get(language, language) if sure >= _SURE or latin < len(letters) / 2 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
