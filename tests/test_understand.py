"""What a question says besides its topic: outlets, days of printing, parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.asked_days import asked_days
from index.understand import TIME, understand

OUTLETS = ["The Harbour Courier", "Fortune", "Globe | Business Desk", "The Age", "L'Écho", "St. Brae Post"]


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("Who closed the port, according to The Harbour Courier?", ("The Harbour Courier",)),
        ("Who closed the port, as Harbour Courier reported?", ("The Harbour Courier",)),
        ("What did the article in Globe say of the port?", ("Globe | Business Desk",)),
        ("Who did L'Écho say closed the port?", ("L'Écho",)),
        ("Who closed the port, St. Brae Post reports?", ("St. Brae Post",)),
        # A name that is a word as well, the outlet as what is asked about, and other outlets' longer names.
        ("Who lost a fortune in the port, according to the report?", ()),
        ("Who bought Fortune?", ()),
        ("Which Fortune Tower tenant published the report?", ()),
        ("What is the age of the mayor in the article?", ()),
        ("Who wrote the report on Age and Ageing?", ()),
        ("Who closed the port?", ()),
    ],
)
def test_an_outlet_counts_where_it_is_asked_as_a_source(question: str, outlets: tuple[str, ...]) -> None:
    assert understand(question, OUTLETS).outlets == outlets


def test_what_each_outlet_is_asked_of_is_a_part_of_its_own() -> None:
    found = understand(
        "Did The Harbour Courier report that dockers in Tolvane ended their long strike, while Fortune wrote that "
        "grain prices in Marrack fell by half?",
        OUTLETS,
    )
    of = {part.outlets: part.words for part in found.parts if not part.facet}
    assert "dockers in Tolvane" in of[("The Harbour Courier",)] and "grain" not in of[("The Harbour Courier",)]
    assert "grain prices in Marrack" in of[("Fortune",)] and "dockers" not in of[("Fortune",)]


def test_outlets_that_are_listed_are_each_asked_the_whole() -> None:
    question = "Which firm sold the Tolvane docks to its rival, as reported by Fortune and The Age?"
    parts = [part for part in understand(question, OUTLETS).parts if not part.facet]
    assert [part.outlets for part in parts] == [("Fortune",), ("The Age",)]
    assert all("Tolvane docks" in part.words for part in parts)


def test_a_short_piece_is_asked_with_the_whole_questions_words() -> None:
    found = understand("Fortune reported it. Who bought the Tolvane docks and why?", OUTLETS)
    assert "Tolvane docks" in found.parts[0].words


def test_a_day_beside_an_outlet_is_that_of_printing_and_one_in_the_topic_is_not() -> None:
    printed = understand("What did Fortune report on 6 May 2023 about the long strike in Tolvane?", OUTLETS)
    assert printed.parts[0].days == ((20230506, 20230506),)
    assert "2023" not in printed.about
    told = understand("What closed the port of Tolvane on 6 May 2023?", OUTLETS)
    assert told.parts[0].days == () and "6 May 2023" in told.about


def test_things_joined_in_one_question_are_facets_and_a_simple_question_is_one_part() -> None:
    found = understand(
        "Who is the banker who sold the Tolvane docks to a rival, and who later wrote three novels about Marrack?", []
    )
    facets = [part.words for part in found.parts if part.facet]
    assert len(facets) == 2
    assert "docks" in facets[0] and "novels" in facets[1]
    for simple in ("Who closed the port?", "What are the rules for cats and dogs?", "When did Ann and Bo meet?"):
        assert [part.words for part in understand(simple, []).parts] == [simple]


def test_an_article_that_is_pasted_as_a_question_has_a_few_parts() -> None:
    told = ", ".join(f"Fortune wrote that dockers of port number {n} ended their long strike" for n in range(400))
    assert len(understand(told, OUTLETS).parts) == 12


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("Who controls the port of Tolvane now?", True),
        ("Is the port still closed?", True),
        ("What is the latest on the strike?", True),
        ("Who closed the port?", False),
        ("Who controlled the port in 2019?", False),
    ],
)
def test_the_present_is_asked_of_where_the_words_say_so(question: str, now: bool) -> None:
    assert understand(question, OUTLETS).now is now


def test_what_was_understood_is_told_in_words_and_a_plain_question_as_it_is() -> None:
    told = str(understand("What did Fortune report on 6 May 2023 of the strike in Tolvane?", OUTLETS))
    assert told == "What did report on of the strike in Tolvane? · in Fortune · printed 2023-05-06"
    assert str(understand("Who runs the port now?", [])) == "Who runs the port now? · the newest first"
    assert str(understand("Who closed  the port?", OUTLETS)) == "Who closed the port?"


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_any_question_of_any_collection_has_parts_and_names_only_its_outlets(question: str, outlets: list[str]) -> None:
    found = understand(question, outlets)
    assert found.parts
    assert set(found.outlets) <= set(outlets)


def test_years_months_and_days_in_words_are_found() -> None:
    found = asked_days("In 2018, May 2023, 12 January 2020, March 3rd, 2021 or 31 February 2020?")
    assert [(str(one.first), str(one.last)) for one in found] == [
        ("2018-01-01", "2018-12-31"),
        ("2023-05-01", "2023-05-31"),
        ("2020-01-12", "2020-01-12"),
        ("2021-03-03", "2021-03-03"),
    ]


@pytest.mark.parametrize(
    ("question", "authors"),
    [
        ("What did Jo Li's column say of the strike?", ("Jo Li",)),
        ("What does the article by Jo Li say of the strike?", ("Jo Li",)),
        ("Who closed the port, as Jo Li reported?", ("Jo Li",)),
        ("How do J. K. Moss's report and the story by Jo Li differ?", ("J. K. Moss", "Jo Li")),
        # People are also what articles are about.
        ("What did Jo Li say of the strike?", ()),
        ("Who was hit by Jo Li?", ()),
        ("What did Lira's column say?", ()),
    ],
)
def test_an_author_counts_where_somebody_is_said_to_have_written(question: str, authors: tuple[str, ...]) -> None:
    found = understand(question, OUTLETS, {"Jo Li", "J. K. Moss", "Lira"})
    assert found.authors == authors
    assert all(author not in found.about for author in authors)


def test_each_thing_that_was_read_into_a_question_can_be_taken_back() -> None:
    question = "What did Fortune report in its story by Jo Li on 6 May 2023 of the strike in Tolvane?"
    found = understand(question, OUTLETS, {"Jo Li"})
    assert {one.kind for one in found.readings} == {"outlet", "author", "time"}
    for reading in found.readings:
        less = understand(question, OUTLETS, {"Jo Li"}, ignoring=frozenset({reading.key}))
        assert {one.key for one in less.readings} == {one.key for one in found.readings} - {reading.key}
    every = frozenset(one.key for one in found.readings)
    assert understand(question, OUTLETS, {"Jo Li"}, ignoring=every).about == question


def test_the_present_and_a_time_of_the_topic_can_be_taken_back() -> None:
    for question in ("Who runs the port now?", "Who closed the port in 2019?"):
        (reading,) = understand(question, OUTLETS).readings
        assert reading.key == TIME and reading.words
        assert understand(question, OUTLETS, ignoring=frozenset({TIME})).readings == ()
