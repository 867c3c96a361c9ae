"""Earlier turns and a question → the question as it stands alone: by a language model if there is one, else by rules.

What comes of it is searched anew. Neither earlier passages nor earlier answers are there to answer from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import prompts
from answer.followup import Turn, standalone
from answer.llm import LanguageModel
from answer.schema import Answer
from index.schema import flat

Earlier = Turn | Answer | str
_MOST_TURNS = 6  # that a model is shown, the last ones
_LONGEST = 300  # characters of a rewritten question, beyond the question's own, and of an answer that is shown


def standing_alone(question: str, history: Sequence[Earlier], model: LanguageModel | None = None) -> str:
    """The question as it is understood after these turns; the same where it stands alone.

    Rules decide whether it stands alone. When it does not, the model rewrites it, and the rules do when there is none
    or when what it gives is no question. Raises LlmError when the model fails.
    """
    turns = [turn_of(one) for one in history]
    by_rules = standalone(question, turns)
    if model is None or by_rules == question:
        return by_rules
    shown = "\n".join(f"{n}. {flat(one.question)}\n   {_said(one)}" for n, one in enumerate(turns[-_MOST_TURNS:], 1))
    reply = model.reply(prompts.render("rewrite"), prompts.render("turns", turns=shown, question=flat(question)))
    written = flat(re.sub(r"^(?:last |rewritten )?question:\s*", "", reply.strip().strip('"“”'), flags=re.IGNORECASE))
    is_one = written and "\n" not in reply.strip() and len(written) <= len(question) + _LONGEST
    return written if is_one else by_rules


def turn_of(earlier: Earlier) -> Turn:
    """An earlier answer, or question, as the rules read it; a declined one says nothing."""
    if isinstance(earlier, Turn):
        return earlier
    if isinstance(earlier, str):
        return Turn(question=earlier)
    said = "" if earlier.abstained else earlier.short or " ".join(one.text for one in earlier.sentences)
    passage = flat(earlier.citations[0].quote) if earlier.citations else ""
    return Turn(question=earlier.asked or earlier.question, answer=said, passage=passage)


def _said(turn: Turn) -> str:
    return f"Answer: {flat(turn.answer)[:_LONGEST]}" if turn.answer else "No answer was found."
