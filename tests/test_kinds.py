"""What kind of answer a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who closed the airport?", Kind.WHO),
        ("by whom was the bridge mined", Kind.WHO),
        ("Which minister signed the order?", Kind.WHO),
        ("Where was the summit held?", Kind.WHERE),
        ("Which village was struck by two shells?", Kind.WHERE),
        ("When did the strike begin?", Kind.WHEN),
        ("What year did the bridge open?", Kind.WHEN),
        ("On what day was the mayor arrested?", Kind.WHEN),
        ("How many people were hurt?", Kind.NUMBER),
        ("how much did the repair cost", Kind.NUMBER),
        ("How far is the dam from the town?", Kind.NUMBER),
        ("What was the death toll?", Kind.NUMBER),
        ("What did the thieves take?", Kind.WHAT),
        ("which newspaper published the letter", Kind.WHAT),
        ("Name the union that called the strike.", Kind.WHAT),
    ],
)
def test_a_question_for_a_few_words_is_told_by_its_question_word(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind
    assert kind.short


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Why did the mayor resign?", Kind.WHY),
        ("What led to the collapse of the talks?", Kind.WHY),
        ("How did the prisoners get out?", Kind.HOW),
        ("Was the dam damaged?", Kind.WHETHER),
        ("In the end, did the council approve the sale?", Kind.WHETHER),
        ("Didn't the army deny it?", Kind.WHETHER),
        ("Did Pell say when the ferry would sail?", Kind.WHETHER),
        ("What happened in Keldry?", Kind.ACCOUNT),
        ("Summarise the dispute over the water.", Kind.ACCOUNT),
        ("What is the latest on the strike?", Kind.ACCOUNT),
        ("Aleppo airport", Kind.ACCOUNT),
    ],
)
def test_a_question_for_an_account_wants_whole_sentences(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind
    assert not kind.short


def test_the_first_question_word_decides_where_there_are_several() -> None:
    assert kind_of("When did the man who closed the gate leave?") is Kind.WHEN
    assert kind_of("Who said why the gate was closed?") is Kind.WHO


@given(st.text(max_size=200))
def test_any_words_are_of_some_kind(question: str) -> None:
    assert isinstance(kind_of(question), Kind)
