"""What is known of a candidate: the date and the role that a question asks about, and its words."""

from __future__ import annotations

from datetime import date

import pytest

from answer.asked_dates import may_be_of, ranges
from answer.candidates import whole
from answer.question_words import named, rare, share
from answer.roles import role_at, roles_in, unit_of
from answer.span_model import Span
from tests.conftest import article


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many died on 2 December 2024?", [(date(2024, 12, 2), date(2024, 12, 2))]),
        ("Who won on December 2, 2024?", [(date(2024, 12, 2), date(2024, 12, 2))]),
        ("What happened in February 2020?", [(date(2020, 2, 1), date(2020, 2, 29))]),
        ("Who flooded in 2021 and in 2024?", [(date(y, 1, 1), date(y, 12, 31)) for y in (2021, 2024)]),
        ("Who was known to have died by 3 March 2024?", []),
        ("How often since 2019?", []),
        ("What happened on 31 February 2020?", []),
        ("Who closed the airport?", []),
    ],
)
def test_the_dates_that_a_question_names(question: str, asked: list[tuple[date, date]]) -> None:
    assert ranges(question) == asked


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Who died on 1 December 2024?", "Seven people died on Sunday.", 1.0),
        ("Who died on 2 December 2024?", "Seven people died on Sunday.", 0.0),
        ("Who died in November 2024?", "Seven people died on 30 November.", 1.0),
        ("Who died in 2016?", "Seven people died.", 0.5),
        ("Who died in 2025?", "Seven people died.", 0.0),
        ("Who died in 2016?", "Seven people died in 2016.", 1.0),
        ("Who died?", "Seven people died on Sunday.", 1.0),
    ],
)
def test_a_sentence_may_be_of_the_date_that_is_asked_about_or_not(question: str, sentence: str, told: float) -> None:
    one = article(sentence, published="2024-12-02")
    assert may_be_of(ranges(question), sentence, sentence, one) == told


def test_an_article_without_a_date_may_be_of_any() -> None:
    assert may_be_of(ranges("Who died in 2016?"), "Seven died.", "Seven died.", article("Seven died.")) == 1.0


@pytest.mark.parametrize(
    ("text", "marked", "found"),
    [
        ("It cost $1,150.50 today.", "50", "$1,150.50"),
        ("By noon 1,150 people had left.", "150", "1,150"),
        ("It was at 22:50 on Friday.", "22", "22:50"),
        ("Prices rose 4.2% in May.", "2", "4.2%"),
        ("Then the mayor resigned.", "mayor", "the mayor"),
        ("It was in 2020.", "2020", "2020"),
        ("On routes 5, 6 and 7.", "6", "6"),
    ],
)
def test_a_number_is_never_cut(text: str, marked: str, found: str) -> None:
    start = text.rindex(marked)
    span = whole(text, 0, Span(start, start + len(marked), 1.0))
    assert text[span.start : span.end] == found


def test_the_role_of_a_number_is_that_of_its_clause() -> None:
    text = "Four people were killed and twelve wounded, while 300 fled."
    roles = [role_at(text, text.index(word), text.index(word) + len(word)) for word in ("Four", "twelve", "300")]
    assert roles == ["killed", "wounded", "displaced"]
    assert roles_in("How many were injured?") == {"wounded"}
    assert (unit_of("four", "civilians were killed"), unit_of("9 million euros"), unit_of("4")) == (
        "people",
        "euros",
        "",
    )


def test_rare_words_of_a_question_weigh_more_and_function_words_nothing() -> None:
    words = rare("Who closed the Aleppo airport?", [{"airport", "close"}, {"airport"}, {"airport", "aleppo"}])
    assert words["aleppo"] == words["close"] > words["airport"]
    assert share(words, {"airport", "aleppo", "close"}) == 1.0
    assert named("Who closed Aleppo airport in 2024?") == {"aleppo", "2024"}
