"""Rankings that become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.rank import Ranked, blended, interleaved


@st.composite
def rankings(draw: st.DrawFn) -> Ranked:
    ids = draw(st.lists(st.sampled_from("abcdefgh"), unique=True))
    scores = draw(st.lists(st.floats(-5, 40), min_size=len(ids), max_size=len(ids)))
    return list(zip(ids, sorted(scores, reverse=True), strict=True))


def test_a_blend_keeps_how_far_the_first_stands_above_the_rest() -> None:
    words, meaning = [("a", 20.0), ("b", 11.0), ("c", 10.0)], [("c", 0.9), ("b", 0.5), ("a", 0.1)]
    assert blended([(words, 0.7), (meaning, 0.3)]) == [
        ("a", pytest.approx(0.7)),
        ("c", pytest.approx(0.3)),
        ("b", pytest.approx(0.7 * 0.1 + 0.3 * 0.5)),
    ]


def test_of_two_that_are_about_as_good_none_is_worth_nothing() -> None:
    assert dict(blended([([("a", 10.0), ("b", 9.5)], 1.0)]))["b"] == pytest.approx(0.9)


def test_a_bonus_lifts_what_was_found_and_finds_nothing() -> None:
    assert [id for id, _ in blended([([("a", 2.0), ("b", 1.0)], 1.0)], {"b": 1.5, "z": 9.0})] == ["b", "a"]


def test_equal_scores_are_ordered_by_id() -> None:
    assert [id for id, _ in blended([([("z", 1.0), ("y", 1.0)], 1.0)])] == ["y", "z"]


@given(st.lists(rankings()))
def test_interleaving_keeps_each_id_once_and_each_rankings_first_before_any_second(found: list[Ranked]) -> None:
    ids = [id for id, _ in interleaved(found)]
    assert sorted(ids) == sorted({id for ranked in found for id, _ in ranked})
    firsts = {ranked[0][0] for ranked in found if ranked}
    assert set(ids[: len(firsts)]) == firsts


@given(rankings(), st.floats(0.1, 1))
def test_a_blend_of_one_ranking_is_in_its_order(ranked: Ranked, weight: float) -> None:
    scores = dict(ranked)
    order = [scores[id] for id, _ in blended([(ranked, weight)])]
    assert all(
        one >= other or one == pytest.approx(other, abs=1e-6) for one, other in zip(order, order[1:], strict=False)
    )
