"""What the reader is told of a passage's article."""

from __future__ import annotations

import pytest

from answer.heading import day_in_words, heading


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2024-11-30T18:40:00+03:00", "30 November 2024"),
        ("2024-03-04", "4 March 2024"),
        ("2024-11", "November 2024"),
        ("2024", "2024"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_day_is_told_as_a_question_would_name_it(published: str | None, words: str) -> None:
    assert day_in_words(published) == words


def test_a_heading_is_headline_and_day_and_never_longer_than_a_headline_may_be() -> None:
    assert heading("Rebels reach Aleppo", "2024-11-30") == "Rebels reach Aleppo, 30 November 2024"
    assert heading("Rebels reach Aleppo", None) == "Rebels reach Aleppo"
    assert heading("", "2024") == "2024" and heading("", None) == ""
    assert heading("word " * 500, None).count("word") == 20
