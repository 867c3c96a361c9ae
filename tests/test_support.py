"""Claims held against passages: what is there in other words is supported, and no fact may be made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer import entailment
from answer.claims import lacking, names, numbers, opposes
from answer.support import Checker
from index import embed
from index.chunk import sentences
from index.schema import Article, Chunk, Hit

TEXT = (
    "Thieves broke into the Abbey Museum early on Sunday and took a gilt mask, which is insured for 1.3 million euros. "
    "The police said they were looking for three people.\n\n"
    "“We will get it back,” said the director, Inês Carvalhal of the museum’s board. "
    "Four visitors were killed and six wounded in a fire there in May 2004, after seventeen hours of rain."
)
MUSEUM = Article(
    id="museum", title="Mask stolen in Valdoire", text=TEXT, outlet="The Gazette", published="2022-08-22",
    published_from="field",
)  # fmt: skip
HIT = Hit(chunk=Chunk(article=MUSEUM, start=0, end=len(TEXT)), score=1.0)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(embed.load, entailment.load)


def missing(claim: str) -> tuple[str, ...]:
    return lacking(claim, TEXT, MUSEUM, TEXT)


@pytest.mark.parametrize(
    "claim",
    [
        "Thieves broke into the Abbey Museum and took a gilt mask.",
        "The mask, which thieves took from the Abbey Museum, is insured for 1.3 million euros.",
        "The police are looking for 3 people.",
        "The Gazette reported that thieves had broken into the museum early on Sunday, 21 August 2022.",
        "According to the director, Ines Carvalhal, “We will get it back”.",
    ],
)
def test_what_the_passage_says_is_supported_in_other_words(claim: str, checker: Checker) -> None:
    (support,) = checker.check(claim, [HIT])
    assert support.missing == () and support.is_enough


@pytest.mark.parametrize(
    ("claim", "lacks"),
    [
        ("The mask is insured for 13 million euros.", "1.3e+07"),
        ("They took 27 masks.", "27"),
        ("The thieves broke in on Tuesday.", "16 August 2022"),
        ("The thieves broke in on Sunday, 14 August 2022.", "14 August 2022"),
        ("The thieves broke in last October.", "October"),
        ("The director of the board is Marta Oake.", "Oake"),
        ("It was taken from the museum in Corvane.", "Corvane"),
        ("The director said “we may never get it back”.", "we may never get it back"),
        ("Six visitors were killed in the fire.", "6"),
        ("The museum shows the mask at https://museum.example/mask today.", "https://museum.example/mask"),
    ],
)
def test_a_fact_that_is_made_up_is_named_and_nothing_is_cited_for_it(claim: str, lacks: str, checker: Checker) -> None:
    assert lacks in missing(claim)
    assert not any(support.is_enough for support in checker.check(claim, [HIT]))


@pytest.mark.parametrize(
    "claim",
    [
        "After 17 hours of rain there was a fire.",
        "1,300,000 euros is what the mask is insured for.",
        "On 21 August 2022 a mask was stolen.",
        "Carvalhal’s museum lost a mask.",
        "Two of them got away.",  # a small number may be counted by who writes
    ],
)
def test_a_fact_that_is_told_otherwise_is_not_missed(claim: str) -> None:
    assert missing(claim) == ()


@pytest.mark.parametrize(
    "claim", ["The mayor of Paris resigned over a scandal.", "It rained for days in the south of Spain."]
)
def test_what_no_passage_is_about_is_not_supported(claim: str, checker: Checker) -> None:
    assert not any(support.is_enough for support in checker.check(claim, [HIT]))


def test_a_sentence_of_the_passage_is_supported_by_itself(checker: Checker) -> None:
    for start, end in sentences(TEXT):
        (support,) = checker.check(TEXT[start:end], [HIT])
        assert support.is_enough and support.start <= start and end <= support.end


def test_the_passage_that_supports_a_claim_best_comes_first(checker: Checker) -> None:
    other = replace(MUSEUM, id="other", text="The ferry was late because of fog.", title="Fog")
    hits = [Hit(chunk=Chunk(article=other, start=0, end=len(other.text)), score=1.0), HIT]
    assert [one.hit for one in checker.check("Thieves took a gilt mask.", hits)] == hits[::-1]


def test_a_claim_without_words_has_no_support(checker: Checker) -> None:
    assert checker.check("…", [HIT]) == [] and checker.check("", [HIT]) == []


@settings(max_examples=25)
@given(claim=st.text(max_size=80), text=st.text(min_size=1, max_size=120))
def test_whatever_is_claimed_of_whatever_passage_the_span_is_inside(claim: str, text: str) -> None:
    one = Article(id="any", title="", text=text)
    for support in Checker(embed.load, entailment.load).check(
        claim, [Hit(chunk=Chunk(article=one, start=0, end=len(text)), score=1.0)]
    ):
        assert 0 <= support.start <= support.end <= len(text)
        assert 0.0 <= support.score <= 1.0


def test_numbers_are_the_same_in_words_and_figures_and_lengths_of_time_in_any_unit() -> None:
    assert numbers("four") == numbers("4") == {"4"}
    assert numbers("1,150") == {"1150"}
    assert numbers("72 hours") & numbers("three days") >= {"3", "72"}


def test_names_are_words_with_a_capital_that_open_no_sentence_and_are_no_day() -> None:
    assert names("Police said Marta Oake left on Friday. The Deckhands' Union stayed.") == [
        "Marta", "Oake", "Deckhands", "Union",
    ]  # fmt: skip


def test_an_opposite_is_seen_unless_the_word_itself_is_there_too() -> None:
    assert opposes(["prices", "rose"], ["prices", "fell"])
    assert not opposes(["prices", "rose"], ["prices", "fell", "rose"])
