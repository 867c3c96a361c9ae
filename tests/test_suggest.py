"""Questions to ask instead: plain English, and answered by the sentence that they were made of."""

from __future__ import annotations

import pytest

from answer.assistant import Assistant
from answer.suggest import questions, suggested


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("The bridge was opened by mayor Ilse Brandt.", ["Who opened the bridge?"]),
        ("The dams were built by the army in 1951.", ["By whom were the dams built?", "When were the dams built?"]),
        ("The bridge was closed on Monday.", ["When was the bridge closed?"]),
        ("The vote was held in Hallendorf town hall.", ["Where was the vote held?"]),
        ("About 40 people were injured in Hallendorf, he said.", ["How many people were injured in Hallendorf?"]),
        ("Engineers inspected the wall on Saturday.", ["Who or what inspected the wall?"]),
        ("“It is over”, the mine’s owner said.", ["What did the mine’s owner say?"]),
    ],
)  # fmt: skip
def test_a_plain_sentence_is_turned_round(sentence: str, asked: list[str]) -> None:
    assert list(questions(sentence)) == asked


@pytest.mark.parametrize(
    "sentence",
    [
        "It was opened by the mayor.",
        "When the bridge was opened on Monday, it rained.",
        "The man who opened the bridge was arrested on Monday.",
        "Nobody was hurt.",
        "Witnesses said so.",
        "Rain.",
        "",
    ],
)
def test_a_sentence_that_leans_on_others_is_left(sentence: str) -> None:
    assert list(questions(sentence)) == []


def test_what_is_suggested_is_answered_by_the_nearest_passages(sample: Assistant) -> None:
    declined = sample.ask("Where is Atlantis?")
    assert declined.abstained
    found = suggested(declined.hits, sample.ask)
    assert found and len(found) == len(set(found)) <= 3
    near = {hit.chunk.article.id for hit in declined.hits}
    for question in found:
        assert {cited.article.id for cited in sample.ask(question).citations} & near


def test_nothing_is_suggested_of_nothing_and_few_questions_are_tried(sample: Assistant) -> None:
    tried = list[str]()

    def ask(question: str):  # type: ignore[no-untyped-def]
        tried.append(question)
        return sample.ask("Where is Atlantis?")

    assert suggested((), ask) == ()
    assert suggested(sample.ask("Where is Atlantis?").hits, ask, go_on=lambda: False) == () and not tried
    assert suggested(sample.ask("Where is Atlantis?").hits, ask, tries=2) == () and len(tried) == 2
