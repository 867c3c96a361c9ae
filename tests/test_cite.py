"""Citations: numbered in order of use, exact by construction, refused when they break a promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.cite import Pick, cite
from answer.schema import Answer, Citation, Sentence
from index.schema import flat
from tests.conftest import article

TEXTS = st.text(min_size=1, max_size=80)


@given(st.lists(st.tuples(TEXTS, st.integers(0, 79), st.integers(1, 80)), max_size=6))
def test_every_citation_quotes_its_article_to_the_letter(parts: list[tuple[str, int, int]]) -> None:
    picks = []
    for text, start, length in parts:
        first = start % len(text)
        picks.append(Pick(article=article(text), start=first, end=min(len(text), first + length), confidence=0.5))
    sentences, citations = cite(picks)
    assert all(one.article.text[one.start : one.end] == one.quote for one in citations)
    assert [one.number for one in citations] == list(range(1, len(citations) + 1))
    assert [number for sentence in sentences for number in sentence.numbers] == [one.number for one in citations]


def test_the_same_words_in_two_articles_are_one_sentence_with_two_citations() -> None:
    one, two = article("The bridge  fell.", id="a"), article("Again:\nThe bridge fell.", id="b")
    sentences, citations = cite(
        [
            Pick(article=one, start=0, end=17, confidence=0.9),
            Pick(article=two, start=7, end=23, confidence=0.8),
            Pick(article=two, start=7, end=23, confidence=0.8),
        ]
    )
    assert sentences == (Sentence(text="The bridge fell.", numbers=(1, 2)),)
    assert [one.quote for one in citations] == ["The bridge  fell.", "The bridge fell."]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 0), (2, 1), (0, 99)])
def test_a_span_outside_of_its_article_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Citation(number=1, article=article("Short."), start=start, end=end)


def test_brackets_in_a_quote_are_words_and_not_citations() -> None:
    one = article("The fund grew to 5 million [2020] before it closed.")
    sentences, citations = cite([Pick(article=one, start=0, end=len(one.text), confidence=1.0)])
    answer = Answer(question="?", sentences=sentences, citations=citations)
    assert answer.text == "The fund grew to 5 million [2020] before it closed. [1]"
    assert len(answer.citations) == 1


def _citation(number: int) -> Citation:
    return Citation(number=number, article=article("The bridge fell."), start=0, end=3)


@pytest.mark.parametrize(
    ("sentences", "numbers", "abstained"),
    [
        ((Sentence(text="A.", numbers=(2,)), Sentence(text="B.", numbers=(1,))), (1, 2), False),
        ((Sentence(text="A.", numbers=(1, 3)),), (1, 3), False),
        ((Sentence(text="A.", numbers=(1,)),), (1, 2), False),
        ((Sentence(text="A.", numbers=(1,), supported=False),), (1,), False),
        ((Sentence(text="A.", numbers=()),), (), False),
        ((Sentence(text="A.", numbers=(1,)),), (1,), True),
        ((Sentence(text="A.", supported=False),), (), False),
    ],
    ids=["out of order", "skipped", "unused", "unsupported", "bare", "abstained", "neither"],
)
def test_an_answer_that_breaks_a_promise_cannot_be_made(
    sentences: tuple[Sentence, ...], numbers: tuple[int, ...], abstained: bool
) -> None:
    with pytest.raises(ValueError, match="breaks a promise"):
        Answer(question="?", sentences=sentences, citations=tuple(map(_citation, numbers)), abstained=abstained)


def test_showing_a_quote_on_one_line_leaves_its_words() -> None:
    assert flat(" The\r\n bridge\tfell. ") == "The bridge fell."


def test_a_citation_marks_the_words_that_answer_within_its_quote() -> None:
    one = article("The mayor closed the bridge, police said.")
    pick = Pick(article=one, start=0, end=len(one.text), confidence=0.9, exact=(0, 9), speaker="police")
    (sentence,), (citation,) = cite([pick])
    assert pick.answer == "The mayor"
    assert citation.exact == (0, 9) and citation.quote == one.text
    assert sentence.speaker == "police"
    with pytest.raises(ValueError, match="outside"):
        Citation(number=1, article=one, start=0, end=5, exact=(0, 9))
