"""Which day the words of an article mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.days import in_words, meant
from index.schema import Article
from tests.conftest import article

PRINTED = article("Words.", published="2024-11-30T21:10:00+03:00", published_from="meta")  # a Saturday


def day(words: str, sentence: str = "", told: Article = PRINTED) -> date | None:
    return meant(words, sentence or words, told)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Saturday", date(2024, 11, 30)),
        ("on Friday", date(2024, 11, 29)),
        ("late on Tuesday evening", date(2024, 11, 26)),
        ("today", date(2024, 11, 30)),
        ("yesterday", date(2024, 11, 29)),
        ("last night", date(2024, 11, 29)),
        ("3 May", date(2024, 5, 3)),
        ("the 3rd of May", date(2024, 5, 3)),
        ("November 12", date(2024, 11, 12)),
    ],
)
def test_a_day_is_the_last_one_so_named_up_to_the_day_of_publication(words: str, meaning: date) -> None:
    assert day(words) == meaning


@pytest.mark.parametrize(
    "words",
    [
        "next Sunday",
        "last Monday",
        "every Friday",
        "Fridays",
        "Monday or Tuesday",
        "9 September 2018",
        "2 December",
        "noon",
    ],
)
def test_nothing_is_resolved_that_is_not_plain_or_needs_no_resolving(words: str) -> None:
    assert day(words) is None


def test_a_day_to_come_is_not_taken_for_the_last_one() -> None:
    assert day("Monday", "The council will meet on Monday.") is None
    assert day("Monday", "The council met on Monday.") == date(2024, 11, 25)


def test_a_guessed_or_missing_or_vague_date_resolves_nothing() -> None:
    assert day("Saturday", told=article("W.", published="2024-11-30", published_from="guess")) is None
    assert day("Saturday", told=article("W.", published="2024-11", published_from="meta")) is None
    assert day("Saturday", told=article("W.")) is None


def test_a_day_is_shown_in_words() -> None:
    assert in_words(date(2024, 11, 30)) == "30 November 2024"


@given(st.dates(date(1900, 1, 8), date(2100, 1, 1)), st.sampled_from(["Monday", "Sunday", "Thursday"]))
def test_a_weekday_is_within_the_week_before_publication(printed: date, weekday: str) -> None:
    found = day(weekday, told=article("W.", published=printed.isoformat(), published_from="field"))
    assert found is not None and 0 <= (printed - found).days < 7
    assert found.strftime("%A") == weekday
