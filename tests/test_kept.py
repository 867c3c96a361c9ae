"""Answers kept in links and browsers: their citations are found again, and nothing from outside is believed."""

from __future__ import annotations

import base64
import json
import zlib
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.assistant import Assistant
from answer.schema import Answer, Citation, Sentence
from index.errors import QuestionError
from index.schema import Article, Filters
from tests.conftest import article
from ui.kept import KeptAnswer, KeptCitation, State, packed, unpacked
from ui.scope import ANYWHERE, Scope

TEXT = "The bridge fell. Nobody was hurt. The mayor said so. Later it rained. Nobody was hurt. The end."
FELL = article(TEXT, id="bridge", title="Bridge falls")


def cited(text: str, quote: str, nth: int = 0, of: Article = FELL) -> KeptCitation:
    at = [n for n in range(len(text)) if text.startswith(quote, n)][nth]
    return KeptCitation.of(
        Citation(number=1, article=replace(of, text=text, version=""), start=at, end=at + len(quote))
    )


def answer_of(*quotes: str) -> Answer:
    found = [TEXT.index(quote) for quote in quotes]
    return Answer(
        question="Was anybody hurt?",
        sentences=tuple(Sentence(text=quote, numbers=(n,)) for n, quote in enumerate(quotes, 1)),
        citations=tuple(
            Citation(number=n, article=FELL, start=at, end=at + len(quote))
            for n, (at, quote) in enumerate(zip(found, quotes, strict=True), 1)
        ),
    )


def test_a_citation_of_an_unchanged_article_is_as_it_was_though_its_words_stand_there_twice() -> None:
    for nth in (0, 1):
        kept = cited(TEXT, "Nobody was hurt.", nth)
        state, again = kept.found(replace(FELL, path="moved elsewhere"))
        assert state is State.SAME and again
        assert (again.quote, again.start > 40) == ("Nobody was hurt.", bool(nth))


def test_a_citation_of_an_edited_article_is_found_where_its_words_have_moved_and_said_to_have_changed() -> None:
    kept = cited(TEXT, "Nobody was hurt.", 1)
    edited = replace(FELL, text=f"Update: it was closed. {TEXT}", version="")
    state, again = kept.found(edited)
    assert state is State.CHANGED and again
    assert edited.text[: again.start].endswith("Later it rained. ")


def test_a_citation_whose_words_or_article_are_gone_says_so_and_quotes_nothing() -> None:
    kept = cited(TEXT, "Nobody was hurt.")
    assert kept.found(replace(FELL, text="The bridge fell. Two were hurt.", version="")) == (State.CHANGED, None)
    assert kept.found(None) == (State.REMOVED, None)


def test_words_that_an_article_never_had_are_not_quoted_whatever_a_link_says() -> None:
    forged = replace(cited(TEXT, "Nobody was hurt."), quote="The mayor fled.")
    assert forged.found(FELL) == (State.CHANGED, None)


@given(st.text(min_size=1, max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_a_quote_is_found_at_its_very_place_in_any_text(quote: str, before: str, after: str) -> None:
    one = Article(id="any", title="", text=before + quote + after)
    kept = KeptCitation.of(Citation(number=1, article=one, start=len(before), end=len(before) + len(quote)))
    state, again = kept.found(one)
    assert state is State.SAME and again and again.quote == quote
    if one.text.count(quote) == 1:
        assert again.start == len(before)


def test_a_link_has_the_question_the_filters_and_the_citations_and_none_of_the_sentences(sample: Assistant) -> None:
    answer = sample.ask("Who closed Aleppo airport?")
    kept = KeptAnswer.of(answer, "2024-12-01T10:00+00:00", Scope(Filters(outlet="The Levant Ledger"), True))
    link = packed(kept)
    assert link.replace("-", "").replace("_", "").isalnum() and len(link) < 2_000
    again = unpacked(link)
    assert (again.question, again.where, again.literal) == (kept.question, {"outlet": "The Levant Ledger"}, True)
    assert again.citations == kept.citations and again.sentences == () and again.asked_at == kept.asked_at
    found = again.found(sample.retriever.article)
    assert [(state, citation) for _, state, citation in found] == [
        (State.SAME, replace(one, exact=None, also_in=())) for one in answer.citations
    ]


def test_a_browser_keeps_the_sentences_and_what_a_follow_up_needs() -> None:
    kept = KeptAnswer.of(answer_of("Nobody was hurt.", "The bridge fell."), "2024-12-01", ANYWHERE)
    again = KeptAnswer.from_dict(json.loads(json.dumps(kept.as_dict())))
    assert again == kept
    assert again.turn.answer == "Nobody was hurt. The bridge fell." and again.turn.passage == "Nobody was hurt."


def bomb() -> str:
    return base64.urlsafe_b64encode(zlib.compress(b'{"question":"' + b"a" * 50_000_000 + b'"}')).decode()


def link_of(given: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(given).encode())).decode()


@pytest.mark.parametrize(
    "link",
    [
        "", "x", "%%%", "a" * 20_000, bomb(), link_of([]), link_of("words"), link_of({}), link_of({"question": 3}),
        link_of({"question": "Q?", "asked_at": "now", "citations": [{"number": 7}]}),
        link_of({"question": "Q?", "asked_at": "now", "citations": [cited(TEXT, "fell").__class__.__name__]}),
        link_of({"question": "Q?", "asked_at": "", "where": {"outlet": ["x"]}}),
        link_of({"question": " ", "asked_at": ""}), link_of({"question": "Q?", "asked_at": "", "evil": 1}),
    ],
)  # fmt: skip
def test_a_damaged_or_forged_link_is_one_clear_error(link: str) -> None:
    with pytest.raises(QuestionError, match="ask the question again"):
        unpacked(link)


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reading_of_a_link(text: str) -> None:
    with suppress(QuestionError):
        assert unpacked(text).question
