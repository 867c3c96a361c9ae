"""What `stream` yields, in this order: Understood, Hits, then Text, Cited and Checked as an answer comes, and Done.

Understood   the question as it is searched for
Hits         what was found
Text         the sentence under way, as far as it has come: not yet checked
Cited        a new citation, before the sentence that rests on it
Checked      a whole sentence, held against the articles; it takes the place of the text before it
Withdrawn    the language model failed: what was told so far is taken back, and the reader answers
Done         the answer; always the last one
"""

from __future__ import annotations

from dataclasses import dataclass

from answer.schema import Answer, Citation, Sentence
from index.schema import Hit
from index.understand import Reading


@dataclass(frozen=True, slots=True)
class Understood:
    """`question` stands alone, whatever was asked before; `searched` says what it is searched for.

    `readings` are what was read into it besides its topic, each of which can be taken back.
    """

    question: str
    searched: str
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, best first."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The sentence under way."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with its number."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence with the numbers of its citations, or marked as unsupported."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Why the language model failed, in a sentence for the user."""

    note: str


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer."""

    answer: Answer


Event = Understood | Hits | Text | Cited | Checked | Withdrawn | Done
