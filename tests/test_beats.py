"""Waiting without being held up: values as they come, beats between them, errors raised, the source ended."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from ui.beats import beating

LONG = 30.0  # seconds


def test_everything_comes_in_its_order_and_then_it_ends() -> None:
    assert [one for one in beating(n for n in range(5)) if one is not None] == [0, 1, 2, 3, 4]


def test_while_nothing_comes_there_are_beats() -> None:
    go = threading.Event()

    def late() -> Generator[str]:
        assert go.wait(LONG)
        yield "late"

    coming = beating(late(), every=0.01)
    assert [next(coming), next(coming)] == [None, None]
    go.set()
    assert [one for one in coming if one] == ["late"]


def test_what_is_raised_there_is_raised_here_after_what_came_before() -> None:
    def breaking() -> Generator[int]:
        yield 1
        raise ValueError("broken")

    coming = beating(breaking(), every=LONG)
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)


def test_who_leaves_is_let_go_at_once_and_the_source_ends_at_its_next_value() -> None:
    go, ended = threading.Event(), threading.Event()

    def endless() -> Generator[int]:
        try:
            yield 1
            assert go.wait(LONG)
            while True:
                yield 2
        finally:
            ended.set()

    coming = beating(endless(), every=0.01)
    assert next(coming) == 1
    assert next(coming) is None
    coming.close()
    assert not ended.is_set()
    go.set()
    assert ended.wait(LONG)
