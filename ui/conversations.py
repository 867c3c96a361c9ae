"""The conversations that a browser keeps: the server is handed them with each event, and stores none.

What a browser hands in is not believed: what is not sound is left out, and the rest stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from index.errors import QuestionError
from index.schema import flat
from ui.kept import KeptAnswer
from ui.words import esc

_LONGEST_NAME = 80
_LARGEST = 1_500_000  # characters of all conversations; a browser has room for about 5,000,000, encrypted
_MOST_ANSWERS = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """One of them; its answers are as `KeptAnswer.as_dict` gives them."""

    id: str
    name: str
    answers: tuple[Mapping[str, Any], ...] = ()

    @property
    def kept(self) -> list[KeptAnswer]:
        """The answers that are sound."""
        found = list[KeptAnswer]()
        for one in self.answers[-_MOST_ANSWERS:]:
            with suppress(QuestionError):
                found.append(KeptAnswer.from_dict(one))
        return found


@dataclass(frozen=True, slots=True)
class Conversations:
    """All of them, the one used last first; `open` is the id of the one on show, "" for a new one."""

    open: str = ""
    all: tuple[Conversation, ...] = ()

    @classmethod
    def of(cls, state: object) -> Conversations:
        """What a browser kept."""
        given = state if isinstance(state, Mapping) else {}
        listed = given.get("all")
        found = [_sound(one) for one in (listed if isinstance(listed, list) else [])]
        return cls(str(given.get("open") or ""), tuple(one for one in found if one))._with_known_open()

    @property
    def state(self) -> dict[str, Any]:
        """As plain values; the oldest are dropped when a browser has no more room."""
        left, kept = _LARGEST, list[dict[str, Any]]()
        for one in self.all:
            values = {"id": one.id, "name": one.name, "answers": list(one.answers)}
            left -= len(json.dumps(values))
            if left < 0 and kept:
                break
            kept.append(values)
        return {"open": self.open, "all": kept}

    @property
    def current(self) -> Conversation | None:
        return next((one for one in self.all if one.id == self.open), None)

    def saying(self, answers: Sequence[KeptAnswer]) -> Conversations:
        """With these answers in the open conversation, which comes first; a new one is named by its first question."""
        now = self.current
        if not answers:
            return self
        known = now or Conversation(uuid4().hex[:12], _name(answers[0].question))
        said = replace(known, answers=tuple(one.as_dict() for one in answers))
        return Conversations(said.id, (said, *(one for one in self.all if one.id != said.id)))

    def opening(self, id: str) -> Conversations:
        """With another one open; "" starts a new one."""
        return replace(self, open=id)._with_known_open()

    def renamed(self, name: str) -> Conversations:
        """With another name for the open one; a blank name changes nothing."""
        return self._changed(lambda one: replace(one, name=_name(name) or one.name))

    def without_open(self) -> Conversations:
        """Without the open one; a new one is open then."""
        return Conversations("", tuple(one for one in self.all if one.id != self.open))

    def _changed(self, change: Any) -> Conversations:
        return replace(self, all=tuple(change(one) if one.id == self.open else one for one in self.all))

    def _with_known_open(self) -> Conversations:
        return self if self.current else replace(self, open="")


def conversations_html(conversations: Conversations) -> str:
    """A button for each conversation."""
    items = "".join(_item_html(one, one.id == conversations.open) for one in conversations.all)
    return f"<ul class='conversations' aria-label='Conversations'>{items}</ul>" if items else ""


def _item_html(one: Conversation, is_open: bool) -> str:
    current = " aria-current='true'" if is_open else ""
    return f"<li><button data-conversation='{esc(one.id)}'{current}><bdi>{esc(one.name)}</bdi></button></li>"


def _sound(given: object) -> Conversation | None:
    if not isinstance(given, Mapping) or not isinstance(given.get("answers"), list):
        return None
    id, name, answers = str(given.get("id") or ""), _name(str(given.get("name") or "")), given["answers"]
    return Conversation(id, name or "Untitled", tuple(_mappings(answers))) if id else None


def _mappings(given: Iterable[object]) -> Iterable[Mapping[str, Any]]:
    return (one for one in given if isinstance(one, Mapping))


def _name(words: str) -> str:
    told = flat(words)
    return told if len(told) <= _LONGEST_NAME else f"{told[:_LONGEST_NAME].rsplit(' ', 1)[0]} …"
