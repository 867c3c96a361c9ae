"""Neighbouring hits are read as one passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answer.joining import joined
from index.schema import Chunk, Hit
from tests.conftest import article

STORY = article("One two.\n\nThree four. Five six.\n\nSeven eight.")
SPANS = [(0, 8), (10, 21), (22, 31), (33, 45)]


def hits(*places: int) -> list[Hit]:
    return [
        Hit(chunk=Chunk(article=STORY, start=SPANS[place][0], end=SPANS[place][1]), score=1 / rank)
        for rank, place in enumerate(places, start=1)
    ]


def test_neighbours_are_one_in_the_place_of_the_best_and_others_stay() -> None:
    other = Hit(chunk=Chunk(article=article("One two. Three."), start=0, end=8), score=0.9)
    first, second, fourth = hits(1, 2, 0)[0], hits(1, 2, 0)[1], hits(3)[0]
    found = joined([first, other, second])
    assert [(hit.chunk.text, hit.score) for hit in found] == [("Three four. Five six.", 1.0), ("One two.", 0.9)]
    assert [hit.chunk for hit in joined([first, fourth])] == [first.chunk, fourth.chunk]


def test_a_hit_between_two_joins_both() -> None:
    (found,) = joined(hits(0, 2, 1))
    assert found.chunk.text == "One two.\n\nThree four. Five six."


def test_what_is_joined_is_also_in_the_copies_that_have_both() -> None:
    both, one = article("Both.", id="both"), article("One.", id="one")
    first, second = hits(0, 1)
    (found,) = joined(
        [
            Hit(chunk=first.chunk, score=1.0, also_in=(both, one), story="s"),
            Hit(chunk=second.chunk, score=0.5, also_in=(both,), story="s"),
        ]
    )
    assert (found.also_in, found.story) == ((both,), "s")


@given(st.permutations(range(4)), st.integers(1, 4))
def test_whatever_is_found_nothing_is_lost_or_read_twice(order: list[int], count: int) -> None:
    found = joined(hits(*order[:count]))
    covered = sorted((hit.chunk.start, hit.chunk.end) for hit in found)
    assert all(before[1] < after[0] for before, after in zip(covered, covered[1:], strict=False))
    for start, end in (SPANS[place] for place in order[:count]):
        assert any(first <= start and end <= last for first, last in covered)
    assert found[0].score == 1.0
