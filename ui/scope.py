"""What a question is asked of, and how: the filters set, the readings taken back; and chips that take them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from index.schema import Filters, flat
from index.understand import Reading
from ui.words import esc

FILTERS = tuple(one.name for one in fields(Filters))
EARLIER = "earlier questions"  # taken back like a reading: the question as it stands, whatever was asked before it
_LITERAL = "literal"
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Scope:
    """How a question is asked. `ignoring` has keys of readings that were taken back, and EARLIER."""

    filters: Filters = field(default_factory=Filters)
    literal: bool = False
    ignoring: frozenset[str] = frozenset()

    @classmethod
    def of(cls, boxes: Sequence[Any], ignoring: Collection[str] = ()) -> Scope:
        """What the page's boxes say: the values of FILTERS in their order, and whether it is taken literally."""
        *values, literal = boxes
        return cls.named(dict(zip(FILTERS, values, strict=True)), literal=bool(literal), ignoring=ignoring)

    @classmethod
    def named(cls, values: Mapping[str, Any], *, literal: bool = False, ignoring: Collection[str] = ()) -> Scope:
        """The scope of filters by their names; an empty one, or one that is no text, is not set."""
        given = {name: value.strip() for name in FILTERS if isinstance(value := values.get(name), str)}
        return cls(Filters(**{name: value or None for name, value in given.items()}), literal, frozenset(ignoring))

    @property
    def set_filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {name: value for name, value in asdict(self.filters).items() if value}

    @property
    def boxes(self) -> list[Any]:
        """What the page's boxes must hold to say this."""
        return [*(getattr(self.filters, name) or "" for name in FILTERS), self.literal]


ANYWHERE = Scope()


def without(boxes: Sequence[Any], name: str) -> list[Any]:
    """The boxes with the filter of this name emptied."""
    names = (*FILTERS, _LITERAL)
    return [type(value)() if name == one else value for one, value in zip(names, boxes, strict=True)]


def label(name: str) -> str:
    """A filter's name for people."""
    return "Words alone" if name == _LITERAL else name.replace("_", " ").capitalize()


def chips_html(scope: Scope, readings: Sequence[Reading] = (), asked: str = "") -> str:
    """A button for each filter that is set and each thing read into the last question, which takes it back.

    `asked` is the question as it was rewritten, where it was.
    """
    chips = [_chip_html(f"filter:{name}", label(name), value) for name, value in scope.set_filters.items()]
    chips += [_chip_html(f"filter:{_LITERAL}", label(_LITERAL), "")] if scope.literal else []
    chips += [_chip_html(f"reading:{one.key}", f"Understood, {one.kind}", one.words) for one in readings]
    chips += [_chip_html(f"reading:{EARLIER}", "Understood as", asked)] if asked else []
    return f"<ul class='chips' aria-label='Filters and readings'>{''.join(chips)}</ul>" if chips else ""


def _chip_html(key: str, name: str, value: str) -> str:
    told = flat(value)
    shown = esc(told if len(told) <= _LONGEST else f"{told[:_LONGEST]} …")
    words = f"<b>{esc(name)}</b> <bdi>{shown}</bdi>" if shown else f"<b>{esc(name)}</b>"
    return (
        f"<li><button class='chip' data-drop='{esc(key)}' aria-label='Remove: {esc(name)} {shown}'>{words}"
        "<span aria-hidden='true'> ×</span></button></li>"
    )
