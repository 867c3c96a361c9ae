"""Numbers in words and in figures, as answers are compared by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.amounts import amount, in_figures, same_words


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("four", 4),
        ("4", 4),
        ("some four thousand people", 4000),
        ("4,000", 4000),
        ("at least 7", 7),
        ("Twenty-five", 25),
        ("1.3 million euros", 1_300_000),
        ("two dozen", 24),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("no one", 0),
        ("no fewer than five", 5),
        ("３", 3),
        ("half a million pounds", 500_000),
        ("around a thousand", 1000),
        ("one and a half million jars", 1_500_000),
    ],
)
def test_the_first_number_of_a_text_is_read_in_words_or_figures(words: str, number: float) -> None:
    assert amount(words) == number


@pytest.mark.parametrize("words", ["the mayor", "Noor", "", "canine", "on Saturday"])
def test_a_text_without_a_number_has_none(words: str) -> None:
    assert amount(words) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("four", "4"),
        ("about 4,000", "4000"),
        ("the Syrian authorities", "Syrian authorities"),
        ("on Saturday", "Saturday"),
        ("“safe withdrawal”", "a safe withdrawal"),
    ],
)
def test_answers_that_say_the_same_are_the_same(one: str, other: str) -> None:
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(("one", "other"), [("4", "40"), ("3.7", "37"), ("Port Sellis", "Sellis"), ("a", "the")])
def test_answers_that_differ_stay_apart(one: str, other: str) -> None:
    assert same_words(one) != same_words(other)


@given(st.text(max_size=80))
def test_odd_text_is_no_error_and_stays_what_it_is_when_read_again(text: str) -> None:
    told = in_figures(text)
    assert isinstance(same_words(text), str)
    assert amount(text) is None or amount(text) >= 0  # type: ignore[operator]
    assert isinstance(in_figures(told), str)
