"""The time that a question speaks of: conditions, preferences, and words such as "last week"."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.asked_days import asked_days
from index.asked_time import asked_time
from index.build import Builder
from index.dates import OPEN_END, OPEN_START
from index.retrieve import Retriever
from index.schema import Filters
from index.understand import understand
from tests.conftest import article

WEDNESDAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("question", "only"),
    [
        ("As of 2018, who controlled Tolvane?", (OPEN_START, 20181231)),
        ("Who controlled Tolvane as of the end of May 2023?", (OPEN_START, 20230531)),
        ("What do articles published before 12 January 2020 say of the port?", (OPEN_START, 20200111)),
        ("What do reports on the port that were published until May 2023 say?", (OPEN_START, 20230531)),
        ("Is there coverage since May 2023 of the strike?", (20230501, OPEN_END)),
        ("What did stories after 2019 say of the strike?", (20200101, OPEN_END)),
        # What happened then may be told later.
        ("Who held Tolvane before the ceasefire of 12 January 2020?", None),
        ("Which novel about Tolvane was published after 2015?", None),
        ("Who closed the port in May 2023?", None),
        ("As of now, who controls Tolvane?", None),
        # Two of them belong to different things.
        ("How do reports before 2019 and reports after 2021 tell of it?", None),
    ],
)
def test_only_what_is_said_of_articles_is_a_condition(question: str, only: tuple[int, int] | None) -> None:
    assert asked_time(question, asked_days(question), WEDNESDAY).only == only


@pytest.mark.parametrize(
    ("question", "rather"),
    [
        ("Who held Tolvane before the ceasefire of 12 January 2020?", (OPEN_START, 20200112)),
        ("Who has held Tolvane since the battle of May 2023?", (20230501, OPEN_END)),
        ("What closed the port on 30 May 2023?", (20230530, 20230602)),
        ("What closed the port in May 2023?", (20230501, 20230606)),
        ("What closed the port yesterday?", (20240514, 20240515)),
        ("What closed the port this week?", (20240513, 20240515)),
        ("What closed the port last week?", (20240506, 20240512)),
        ("What closed the port last month?", (20240401, 20240430)),
        ("What closed the port last year?", (20230101, 20231231)),
        ("What closed the port in the past two weeks?", (20240501, 20240515)),
        ("What closed the port over the last 10 days?", (20240505, 20240515)),
    ],
)
def test_articles_of_the_time_that_is_asked_of_come_first(question: str, rather: tuple[int, int]) -> None:
    found = asked_time(question, asked_days(question), WEDNESDAY)
    assert (found.only, found.rather) == (None, (rather,))


@given(st.text(max_size=80), st.sampled_from(["as of 2018", "last week", "reports since May 2023", "in 1999", ""]))
def test_any_question_has_a_time_whose_words_are_its_own(text: str, told: str) -> None:
    question = f"{text} {told} {text}"
    found = asked_time(question, asked_days(question), WEDNESDAY)
    assert all(0 <= start < end <= len(question) for start, end in found.said)
    assert all(first <= last for first, last in found.rather)


def test_a_condition_is_told_and_not_searched_for() -> None:
    found = understand("As of 2018, who controlled the port of Tolvane?", [], today=WEDNESDAY)
    assert "2018" not in found.about
    assert str(found) == ", who controlled the port of Tolvane? · only articles until 2018-12-31"


@pytest.fixture
def told(builder: Builder, retriever: Retriever) -> dict[str, str]:
    """The ids of four reports on one thing, by when they were printed."""
    days = {"2017": "2017-06-01", "2019": "2019-06-01", "last week": "2024-05-08", "undated": None}
    found = {name: article(f"The {name} militia controls the port.", published=day) for name, day in days.items()}
    builder.add_articles(list(found.values()))
    return {one.id: name for name, one in found.items()}


def searched(retriever: Retriever, told: dict[str, str], question: str, filters: Filters | None = None) -> list[str]:
    return [told[hit.chunk.article.id] for hit in retriever.search(question, filters=filters)]


def test_a_condition_in_the_question_keeps_out_what_was_printed_later(
    told: dict[str, str], retriever: Retriever
) -> None:
    question = "As of 2018, who controls the port?"
    assert searched(retriever, told, question) == ["2017"]
    assert "only articles until 2018-12-31 · without 1 undated article" in str(retriever.understood(question))
    assert set(searched(retriever, told, question, Filters(since="2018"))) == set()


def test_articles_of_the_time_come_first_and_no_other_is_lost(told: dict[str, str], retriever: Retriever) -> None:
    found = searched(retriever, told, "Who controlled the port in June 2019?")
    assert found[0] == "2019" and set(found) == set(told.values())


def test_asked_as_of_a_day_nothing_later_is_found_and_words_of_time_are_of_that_day(
    told: dict[str, str], retriever: Retriever
) -> None:
    then = Filters(as_of="2019")
    assert set(searched(retriever, told, "Who controls the port?", then)) == {"2017", "2019"}
    assert searched(retriever, told, "Who controls the port now?", then)[0] == "2019"
    assert searched(retriever, told, "Who took the port last week?", Filters(as_of="2024-05-15"))[0] == "last week"
    assert "without 1 undated article" in str(retriever.understood("Who controls the port?", then))
    assert "without" not in str(retriever.understood("Who controls the port?", Filters(outlet="Courier")))
