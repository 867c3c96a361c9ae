"""Follow-up questions written so that they stand alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.followup import Turn, standalone

AIRPORT = Turn(
    question="Who closed Tolvane airport?",
    answer="The harbour authority",
    passage="The harbour authority closed Tolvane airport on Saturday. The airport lies beside the dunes.",
)
COMPANY = Turn(
    question="Which company runs the Corvane ferries?",
    answer="Brae Line",
    passage="Brae Line, which runs the Corvane ferries, has 640 crew members. The ferries sail twice a day.",
)
VILLAGE = Turn(question="Which village was hit by the flood?", answer="Lower Hask", passage="A flood hit Lower Hask.")


@pytest.mark.parametrize(
    ("question", "turn", "wanted"),
    [
        ("How many of its crew stopped work?", COMPANY, "How many of Brae Line’s crew stopped work?"),
        ("When did it reopen?", AIRPORT, "When did Tolvane airport reopen?"),
        ("Why did they close it?", AIRPORT, "Why did the harbour authority close it?"),
        ("how many people were hurt there", VILLAGE, "how many people were hurt in Lower Hask"),
        ("Who lives in that village?", VILLAGE, "Who lives in Lower Hask?"),
        ("who refused him", Turn(question="Who asked for a truce?", answer="Ilan Moss"), "who refused Ilan Moss"),
        (
            "What happened on that day?",
            Turn(question="When was the truce signed?", answer="7 May 2018"),
            "What happened on 7 May 2018?",
        ),
        (
            "What has happened since then?",
            Turn(question="When was the truce signed?", answer="in 2018"),
            "What has happened since 2018?",
        ),
        ("Where was he born?", Turn(question="When did Pell resign?", answer="in 2019"), "Where was Pell born?"),
    ],
)
def test_a_word_that_surely_stands_for_something_gives_way_to_it(question: str, turn: Turn, wanted: str) -> None:
    assert standalone(question, [turn]).startswith(wanted)


@pytest.mark.parametrize(
    ("question", "before", "answer", "wanted"),
    [
        ("and in Marrack?", "How many people died in Tolvane?", "four", "How many people died in Marrack?"),
        ("And in Marrack?", "How many people died in Tolvane?", "four", "How many people died in Marrack?"),
        ("What about Marrack?", "Who governs Tolvane?", "Ilan Moss", "Who governs Marrack?"),
        ("what about the ferry?", "When does the train leave?", "at six", "When does the ferry leave?"),
        ("And when?", "Who closed the port?", "The council", "When was it that the council closed the port?"),
        ("why?", "Where was the truce signed?", "in Tolvane", "Why was the truce signed?"),
    ],
)
def test_a_piece_of_a_question_becomes_the_question_before_with_that_piece_changed(
    question: str, before: str, answer: str, wanted: str
) -> None:
    assert standalone(question, [Turn(question=before, answer=answer)]) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "And why did they do that?",
        "how many?",
        "What did the driver you quote say?",
        "Were both hurt by it?",
        "How so?",
    ],
)
def test_where_nothing_is_sure_the_topic_is_added_to_what_was_asked(question: str) -> None:
    turn = Turn(
        question="What happened on the Corvane road?",
        answer="A lorry left the Corvane road",
        passage="A lorry left the Corvane road in fog. The lorry was found by a driver.",
    )
    found = standalone(question, [turn])
    assert found.startswith(f"{question} (about ")
    assert "Corvane" in found and found.endswith(")")


def test_a_question_without_a_name_that_asks_of_what_was_told_gets_its_topic() -> None:
    assert "Brae Line" in standalone("How many crew members?", [COMPANY])
    assert standalone("How deep is the ocean?", [COMPANY]) == "How deep is the ocean?"


@pytest.mark.parametrize(
    "question",
    [
        "Who closed Marrack airport?",
        "Where did Watt develop his engine?",
        "When Pell was mayor, where did he live?",
        "Is it possible to swim in the Hask?",
        "How long does it take to sail to Marrack?",
        "How many people are there in Marrack?",
        "Were there strikes in Marrack?",
        "Who said that the harbour was safe in Marrack?",
        "Who are those who fled Marrack?",
        "I like Marrack. Why is it so quiet?",
        "What is a sluice?",
        "And who closed Marrack airport?",
        "Marrack airport",
    ],
)
def test_a_question_that_stands_alone_is_unchanged(question: str) -> None:
    assert standalone(question, [AIRPORT]) == question


def test_a_rewritten_question_stands_alone() -> None:
    first = standalone("When did it reopen?", [AIRPORT])
    assert standalone(first, [AIRPORT]) == first != "When did it reopen?"


def test_the_topic_stays_over_turns_that_do_not_repeat_it() -> None:
    turns = [COMPANY]
    for question, answer in (("Since when has it existed?", "1907"), ("Who founded it?", "Jo Corran")):
        turns.append(Turn(question=standalone(question, turns), answer=answer))
    assert "Brae Line" in standalone("How many of its ships sank?", turns)


@pytest.mark.parametrize(
    ("question", "before", "wanted"),
    [
        (
            "when was she appointed",
            "Who is the director of the Abbey Museum?",
            "when was the director of the Abbey Museum appointed",
        ),
        ("and how many had to leave?", "Which town lies below the Hallin Dam?", "Hallin Dam"),
    ],
)
def test_after_a_declined_turn_the_words_of_its_question_are_taken(question: str, before: str, wanted: str) -> None:
    assert wanted in standalone(question, [Turn(question=before)])


def test_a_declined_turn_between_leaves_the_first_topic_in_reach() -> None:
    declined = Turn(question=standalone("What did that cost?", [AIRPORT]))
    assert "Tolvane" in standalone("Who paid for it?", [AIRPORT, declined])


def test_long_passages_are_read_fast_and_only_a_few_topics_are_added() -> None:
    passage = " ".join(
        f"The {word} of Tolvane was closed by Warden {word.title()}." for word in ("quay", "mill") * 4_000
    )
    turns = [Turn(question=AIRPORT.question, answer=AIRPORT.answer, passage=passage)] * 50
    standalone("How so?", turns)  # reads the word lists
    started = time.perf_counter()
    found = standalone("And what was it like?", turns)
    assert time.perf_counter() - started < 0.1
    assert "Tolvane" in found and len(found) < 150


def test_an_article_that_is_pasted_as_a_question_is_unchanged_at_once() -> None:
    article = "It was closed, they said, and he agreed that it would stay so. " * 2_000
    started = time.perf_counter()
    assert standalone(article, [AIRPORT]) == article
    assert time.perf_counter() - started < 0.1


def test_an_answer_of_whole_sentences_is_never_put_into_a_question() -> None:
    long = "The authority, which had met all night, closed it, and the mayor, who had been told of it, left."
    found = standalone("Why did they?", [Turn(question="Who closed Tolvane airport?", answer=long)])
    assert long.rstrip(".") not in found and found.startswith("Why did they? (about ")


@pytest.mark.parametrize("question", ["Et à Marrack ?", "Und in Marrack?", "¿Y cuándo?", "他是谁？", "لماذا؟"])
def test_a_question_in_another_language_is_unchanged(question: str) -> None:
    assert standalone(question, [AIRPORT]) == question


@given(st.text(max_size=200))
def test_without_turns_any_question_is_itself(question: str) -> None:
    assert standalone(question, []) == question


_ANY = st.text(max_size=120) | st.sampled_from(
    ["Who closed it?", "and in Marrack?", "Why?", "When was she there then?", "Which of those ones?", "the", "The A"]
)


@given(_ANY, st.lists(st.builds(Turn, question=_ANY, answer=_ANY, passage=_ANY), max_size=4))
def test_any_question_after_any_turns_has_words_where_it_had_any(question: str, turns: list[Turn]) -> None:
    found = standalone(question, turns)
    assert bool(found.strip()) is bool(question.strip())
