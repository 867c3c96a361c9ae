"""The words of questions and chunks: names whole, neighbours, initials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import Builder
from index.lexical import Term, terms, whole
from index.retrieve import Retriever
from index.words import asked, fields, names_in
from tests.conftest import article


def test_a_name_counts_as_it_is_written_and_a_word_by_its_stem() -> None:
    question = "Which villages did Hamas shell?"
    found = asked(question, names_in(question))
    assert found[Term("names", "hamas")] > found[Term("text", "hama")]
    assert Term("names", "villages") not in found and Term("text", "villag") in found


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who closed the port of Tolvane?", {"tolvane"}),
        ("What did WHO and the U.N. say?", {"who", "un"}),
        ("WHO CLOSED THE PORT OF TOLVANE?", set()),
        ("Who Closed the Port of Tolvane Yesterday?", set()),
        ("Who is Ana Ruiz?", {"ana", "ruiz"}),
        ("what did the mayor of tolvane say?", set()),
    ],
)
def test_a_name_is_a_word_with_a_capital_where_not_every_word_has_one(question: str, names: set[str]) -> None:
    assert {name for name in names_in(question) if len(name) > 1} == names


@pytest.mark.parametrize(
    ("asked_for", "written"),
    [
        ("SOHR", "Syrian Observatory for Human Rights"),
        ("Syrian Observatory for Human Rights", "SOHR"),
        ("OSCE", "Organization for Security and Co-operation in Europe"),
        ("ICRC", "On Monday the International Committee of the Red Cross"),
        ("UN", "U.N."),
        ("U.N.", "UN"),
        ("MSF", "Médecins Sans Frontières"),
        ("NTO", "National Tolvane Observatory Director Rami Adel"),
    ],
)
def test_initials_and_the_name_that_they_stand_for_find_each_other(
    builder: Builder, retriever: Retriever, asked_for: str, written: str
) -> None:
    told = article(f"{written} counted twelve wounded in Marrack.")
    others = [article(f"The council of village {n} counted twelve wounded in Marrack.") for n in range(12)]
    builder.add_articles([*others, told])
    assert retriever.search(f"How many wounded in Marrack did {asked_for} count?")[0].chunk.article.id == told.id


def test_a_name_is_not_found_as_the_stem_of_another(builder: Builder, retriever: Retriever) -> None:
    town = article("Hama was quiet. Hama has norias. Hama lies on the Orontes.")
    group = article("The statement of Hamas came at noon.")
    builder.add_articles([town, group])
    assert retriever.search("What came from Hamas?")[0].chunk.article.id == group.id
    assert retriever.search("Where does Hama lie?")[0].chunk.article.id == town.id


def test_names_are_found_in_texts_and_questions_without_capitals(builder: Builder, retriever: Retriever) -> None:
    small = article("the mayor of tolvane closed the harbour at dawn.")
    others = [article(f"The mayor of place {n} closed the harbour at dawn.") for n in range(12)]
    builder.add_articles([*others, small])
    for question in ("Who closed the harbour of Tolvane?", "who closed the harbour of tolvane?"):
        assert retriever.search(question)[0].chunk.article.id == small.id


def test_a_phrase_counts_more_than_its_words_apart(builder: Builder, retriever: Retriever) -> None:
    apart = article("The white paper was read in the house by the harbour master.")
    phrase = article("The paper was read in the white house by the harbour master.")
    builder.add_articles([apart, phrase])
    found = retriever.search("who read the paper in the white house", ranking="whole")
    assert found[0].chunk.article.id == phrase.id


@given(st.text(max_size=200))
def test_any_text_has_fields_and_any_question_weights_above_nothing(text: str) -> None:
    assert set(fields(text)) == {"text", "names", "pairs", "initials"}
    assert all(weight > 0 for weight in asked(text, names_in(text)).values())
    assert len(terms(text)) == len(whole(text))
