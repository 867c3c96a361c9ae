"""Who says what a sentence says, and whether it is denied or in doubt: `speakers` and `doubts` put together. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from answer.doubts import is_denied, is_in_doubt, puts_in_doubt
from answer.speakers import Place, goes_on, speaker_of, subject_of


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
    denied = is_denied(sentence, place)
    speaker = speaker_of(sentence, place)
    meant = (speaker_of(before) or subject_of(before)) if not speaker and goes_on(sentence, place) else ""
    told_after = puts_in_doubt(after)
    return Attribution(
        speaker=speaker or meant,
        denied=denied,
        doubted=not denied and (told_after or is_in_doubt(sentence, place)),
        told_before=bool(meant),
        told_after=told_after,
    )
