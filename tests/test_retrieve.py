"""Searching: parts, outlets, filters, and words in many scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import lexical, search
from index.build import Builder
from index.collection import Extent
from index.errors import QuestionError, StoreDamaged
from index.lexical import LexicalIndex, Term, terms
from index.retrieve import Retriever
from index.schema import Filters
from index.settings import Settings
from index.store import Store
from tests.conftest import article

ARTICLES = [
    article(
        "The strike at the port ended.",
        outlet="Courier",
        author="Ana Ruiz, Jo Li",
        published="2023-05-19",
        collection="ports",
    ),
    article(
        "A strike at the port began.", outlet="Harbour Wire", author="Jo Li", published="2023-05-12T08:00:00+02:00"
    ),
    article("The strike is in its fifth month.", outlet="courier", published="2023-10", published_from="guess"),
    article("A strike nobody dated.", outlet="Gazette", collection="Ports"),
    article("Another strike at the port, in October.", outlet="Tide", published="2023-10", published_from="url"),
]


@pytest.fixture
def filled(builder: Builder, retriever: Retriever) -> Retriever:
    builder.add_articles(ARTICLES)
    return retriever


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {0, 1, 2, 3, 4}),
        (Filters(outlet="COURIER"), {0, 2}),
        (Filters(outlet="Cour"), set()),
        (Filters(author="jo li"), {0, 1}),
        (Filters(collection="ports"), {0, 3}),
        (Filters(since="2023-05-13"), {0, 4}),
        (Filters(until="2023-05"), {0, 1}),
        (Filters(since="2023-05-12", until="2023-05-12"), {1}),
        (Filters(since="2023"), {0, 1, 4}),
        (Filters(since="2023-10-02"), set()),
        (Filters(outlet="Courier", since="2023-06"), set()),
        (Filters(as_of="2023-05-12"), {1}),
        (Filters(as_of="2023-09", since="2023-05-13"), {0}),
    ],
)
def test_a_filter_keeps_the_articles_that_match_and_no_other(
    filled: Retriever, filters: Filters, expected: set[int]
) -> None:
    found = {hit.chunk.article.id for hit in filled.search("strike at the port", filters=filters)}
    assert found == {ARTICLES[n].id for n in expected}


@pytest.mark.parametrize(
    "filters", [Filters(since="May 2023"), Filters(since="2024", until="2023"), Filters(until="20")]
)
def test_a_filter_date_that_is_none_is_refused(filled: Retriever, filters: Filters) -> None:
    with pytest.raises(QuestionError):
        filled.search("strike", filters=filters)


@pytest.mark.parametrize(("question", "k"), [("", 10), ("  \n", 10), ("strike", 0)])
def test_a_question_that_cannot_be_asked_is_refused(retriever: Retriever, question: str, k: int) -> None:
    with pytest.raises(QuestionError):
        retriever.search(question, k=k)


def test_k_bounds_the_hits_and_the_best_come_first(filled: Retriever) -> None:
    hits = filled.search("A strike at the port began.", k=2)
    assert [hit.chunk.article.id for hit in hits][:1] == [ARTICLES[1].id]
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


@pytest.mark.parametrize(
    "question", ['"quoted" AND (text:* OR', "NOT -port +strike", "title:port~2^3", "😀", "-", "port\x00strike"]
)
def test_a_question_is_words_and_never_query_syntax(filled: Retriever, question: str) -> None:
    filled.search(question)


def test_an_outlet_that_is_asked_comes_first_and_the_others_are_not_lost(filled: Retriever) -> None:
    found = [hit.chunk.article.id for hit in filled.search("What did Harbour Wire report of the strike at the port?")]
    assert found[0] == ARTICLES[1].id
    assert set(found) == {one.id for one in ARTICLES}


def test_an_author_who_is_asked_comes_first_and_the_others_are_not_lost(filled: Retriever) -> None:
    found = filled.search("What does the report by Ana Ruiz say of the strike at the port?")
    assert found[0].chunk.article.author == "Ana Ruiz, Jo Li"
    assert len(found) == 5


def test_of_an_outlets_articles_those_printed_on_the_day_that_is_asked_come_first(
    builder: Builder, retriever: Retriever
) -> None:
    days = [f"2023-05-{day}" for day in range(10, 20)]
    told = [
        article(f"The strike at the port, told {n}.", outlet="Gazette", published=day) for n, day in enumerate(days)
    ]
    builder.add_articles(told)
    for n in (2, 7):
        hits = retriever.search(f"What did Gazette report on {10 + n} May 2023 of the strike at the port?")
        assert hits[0].chunk.article.id == told[n].id


def test_a_filter_holds_for_every_part_of_a_question(filled: Retriever) -> None:
    asked = "What did Harbour Wire report of the strike at the port, and what did Courier report of the strike?"
    found = {hit.chunk.article.id for hit in filled.search(asked, filters=Filters(until="2023-05-12"))}
    assert found == {ARTICLES[1].id}


def test_the_words_of_many_articles_are_searched_as_those_of_few(
    builder: Builder, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [
        article(
            f"The strike at the port, day {n}.{' A port, a strike.' * (n % 5)}", outlet=("Courier", "Herald")[n % 2]
        )
        for n in range(200)
    ]
    # Those that no short ranking of all reaches.
    builder.add_articles([*told, *(article(f"Nothing of day {n} was a strike.", outlet="Late") for n in range(60))])
    asked = [
        ("Who ended the strike at the port?", Filters(outlet="Herald")),
        ("What did Courier report of the strike at the port?", None),
        ("Who ended the strike at the port?", Filters(outlet="Late")),
        ("Who saw a kettle?", Filters(outlet="Late")),
    ]
    few = [retriever.search(question, filters=filters, k=20) for question, filters in asked]
    monkeypatch.setattr(search, "_MOST_LISTED", 0)
    many = [retriever.search(question, filters=filters, k=20) for question, filters in asked]
    for one, other in zip(few, many, strict=True):
        assert [hit.chunk.id for hit in one] == [hit.chunk.id for hit in other]


def test_each_of_the_things_that_a_question_joins_is_found(builder: Builder, retriever: Retriever) -> None:
    crowd = [article(f"The dockers of Tolvane ended strike number {n} at noon.") for n in range(12)]
    lone = article("A banker wrote novels about Marrack, its lighthouse and its gulls.")
    builder.add_articles([*crowd, lone])
    asked = "Which dockers of Tolvane ended their strike at noon, and who wrote novels about the lighthouse of Marrack?"
    assert lone.id in {hit.chunk.article.id for hit in retriever.search(asked, k=3)}


def test_the_newest_come_first_where_the_present_is_asked_of_and_undated_ones_stay(
    builder: Builder, retriever: Retriever
) -> None:
    told = [
        article(f"The militia of the {name} controls the port.", published=day)
        for name, day in (("north", "2019-02-01"), ("south", "2021-02-01"), ("east", "2023-02-01"), ("west", None))
    ]
    builder.add_articles(told)
    asked = [hit.chunk.article.id for hit in retriever.search("Who controls the port now?")]
    assert asked[0] == told[2].id
    assert set(asked) == {one.id for one in told}
    then = {n: retriever.search("Who controls the port?")[n].chunk.article.id for n in range(4)}
    assert set(then.values()) == set(asked)


def test_a_name_is_found_under_another_spelling_and_a_word_under_a_typing_error(
    builder: Builder, retriever: Retriever
) -> None:
    builder.add_articles(
        [article("Rebels left Khanasir at dawn."), article("Wheat was sown."), article("The mayor of Tolvane.")]
    )
    for asked, found in (("Who left Khansir?", "Khanasir"), ("Who is the mayer of Tolvan?", "Tolvane")):
        assert found in retriever.search(asked)[0].chunk.text


def test_a_literal_question_is_searched_as_one_text(filled: Retriever) -> None:
    asked = "What did Harbour Wire report of the strike in its fifth month?"
    assert filled.search(asked)[0].chunk.article.outlet == "Harbour Wire"
    assert filled.search(asked, ranking="whole")[0].chunk.article.id == ARTICLES[2].id


def test_an_unknown_ranking_is_refused_with_those_there_are(filled: Retriever) -> None:
    with pytest.raises(QuestionError, match="dense, bm25, whole, parts"):
        filled.search("strike", ranking="best")


def test_words_are_compared_without_case_accents_and_english_endings() -> None:
    assert terms("Şule's ORDERS, ordered") == terms("sule s order order")
    assert terms("الجيش انسحب") == ["الجيش", "انسحب"]


def test_a_store_whose_published_folder_is_gone_says_what_mends_it(filled: Retriever, settings: Settings) -> None:
    filled.close()
    store = Store(settings.store)
    assert all(store.drop(number) for number in store.numbers())
    with pytest.raises(StoreDamaged, match="rebuild"):
        filled.search("strike")


def test_words_of_most_chunks_are_read_past_where_there_are_very_many_and_rarer_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = LexicalIndex(tmp_path, create=True)
    words.write(delete=[], add=[(f"{number}", "a", {"text": f"the ferry {number}"}) for number in range(20)])
    words.write(delete=[], add=[("other", "b", {"text": "the kettle"})])
    rare, common = {Term("text", "kettl"): 1.0, Term("text", "the"): 1.0}, {Term("text", "the"): 1.0}
    assert len(words.best(rare, 50)) == 21
    monkeypatch.setattr(lexical, "_LONG", 0)
    assert [id for id, _ in words.best(rare, 50)] == ["other"]
    assert len(words.best(common, 50)) == 21
    assert len(words.best(common | {Term("text", "unknown"): 1.0}, 50)) == 21


def test_what_the_filters_leave_to_be_searched_is_counted_with_its_days(filled: Retriever) -> None:
    assert filled.extent() == Extent(5, "2023-05-12", "2023-10-31")
    assert filled.extent(Filters(outlet="Harbour Wire")) == Extent(1, "2023-05-12", "2023-05-12")
    assert filled.extent(Filters(outlet="Gazette")) == Extent(1)
    assert filled.extent(Filters(outlet="Nobody")) == Extent(0)
