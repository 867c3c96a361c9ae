"""Chunks are spans: exact, in order, within the model's limit, and steady when an article grows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import BODY_TOKENS, HEADER_TOKENS, MAX_TOKENS, chunks_of, embedded, header, paragraphs, sentences
from index.embed import SentenceEncoder
from tests.conftest import WordEncoder, article

TOKENISE = WordEncoder().tokenise
PIECES = st.sampled_from(
    [
        *("Troops left. ", "The mayor resigned on Monday.", "U.S. forces, ", "— “No,” he said. ", "3,400 ", "x" * 90),
        *("\n", "\r\n", "\n\n", "\t", " ", "e\u0301clair ", "👩‍🚒 arrived. "),
        *("قال الناطق إن الجيش انسحب. ", "שלום עולם. ", "这是第一句。"),
    ]
)
TEXTS = st.lists(PIECES, max_size=120).map("".join)


def paragraph(number: int, words: int = 60) -> str:
    return f"Paragraph {number} begins. " + " ".join(f"word{number}x{i}" for i in range(words)) + "."


@given(TEXTS)
@settings(deadline=None)
def test_chunks_are_ordered_spans_that_leave_out_nothing_but_white_space(text: str) -> None:
    chunks = chunks_of(article(text), TOKENISE)
    end = 0
    for chunk in chunks:
        assert text[end : chunk.start].strip() == ""
        assert chunk.start >= end
        assert chunk.text == text[chunk.start : chunk.end] == chunk.text.strip() != ""
        end = chunk.end
    assert text[end:].strip() == ""


@given(TEXTS)
@settings(deadline=None)
def test_no_chunk_has_more_tokens_than_its_budget(text: str) -> None:
    assert all(len(TOKENISE(chunk.text)) <= BODY_TOKENS for chunk in chunks_of(article(text), TOKENISE))


@given(TEXTS)
@settings(deadline=None)
def test_chunk_ids_are_unique_within_an_article_even_where_words_repeat(text: str) -> None:
    ids = [chunk.id for chunk in chunks_of(article(text), TOKENISE)]
    assert len(ids) == len(set(ids))


@given(TEXTS, st.integers(0, 40), st.integers(0, 200))
@settings(deadline=None)
def test_sentences_are_trimmed_ordered_spans_of_what_was_asked_for(text: str, start: int, length: int) -> None:
    end = min(len(text), start + length)
    last = start
    for first, stop in sentences(text, start, end):
        assert last <= first < stop <= end
        assert text[first:stop] == text[first:stop].strip()
        last = stop


def test_an_article_that_grows_at_its_top_keeps_the_chunks_below() -> None:
    old = "\n\n".join(paragraph(number) for number in range(12))
    grown = "UPDATE: " + paragraph(99) + "\n\n" + paragraph(98) + "\n\n" + old
    before = {chunk.id for chunk in chunks_of(article(old, id="a"), TOKENISE)}
    after = {chunk.id for chunk in chunks_of(article(grown, id="a"), TOKENISE)}
    assert len(before) >= 4
    # The chunk that the old text began with may have taken the end of the new text in.
    assert len(before - after) <= 1


def test_a_repeat_added_at_the_top_renames_no_chunk_below() -> None:
    old = "\n\n".join([paragraph(1, 180), paragraph(2, 180)])
    grown = paragraph(1, 180) + "\n\n" + old
    before = {chunk.id for chunk in chunks_of(article(old, id="a"), TOKENISE)}
    assert before < {chunk.id for chunk in chunks_of(article(grown, id="a"), TOKENISE)}


def test_a_sentence_longer_than_a_chunk_is_cut_between_words() -> None:
    text = " ".join(f"word{i}" for i in range(1000))
    chunks = chunks_of(article(text), TOKENISE)
    assert len(chunks) > 3
    assert all(chunk.text.split()[0].startswith("word") for chunk in chunks)


def test_a_long_run_without_spaces_is_cut_and_never_inside_a_character_cluster() -> None:
    text = "👩‍🚒" * 3000
    chunks = chunks_of(article(text), TOKENISE)
    assert len(chunks) > 1
    assert all(chunk.text[0] == "👩" for chunk in chunks)


def test_lines_wrapped_at_a_column_make_one_paragraph() -> None:
    text = ("The council met on Monday to vote on the budget that the mayor of the\n"
            "city had put before it in June, and after nine hours of talks it sent\n"
            "the paper back to him. He said he would resign.\n")  # fmt: skip
    assert len(list(paragraphs(text))) == 1
    assert [text[slice(*span)].replace("\n", " ")[-12:] for span in sentences(text)] == ["back to him.", "ould resign."]


def test_sentences_of_a_slice_of_wrapped_text_are_those_of_the_text() -> None:
    first = "The ministry said on Tuesday that item {} of the long list of"
    line = first + "\nrepairs to the bridge will be paid for in the next fiscal year."
    text = "\n".join(line.format(n) for n in range(9)) + "\n"
    whole = sentences(text)
    middle = text.index("said on Tuesday that item 4")
    assert sentences(text, middle, len(text))[1:] == whole[5:]


def test_a_headline_and_a_caption_on_their_own_lines_are_not_one_sentence() -> None:
    text = "Bridge reopens after a year\nWorkers on the bridge, May 2, 2021\n\nThe bridge was opened. Cars crossed it."
    assert [text[slice(*span)] for span in sentences(text)] == [
        "Bridge reopens after a year",
        "Workers on the bridge, May 2, 2021",
        "The bridge was opened.",
        "Cars crossed it.",
    ]


@pytest.mark.parametrize("title", ["Short", "Very long headline " * 40, "标题" * 100, ""])
def test_with_the_real_model_header_and_words_stay_within_its_limit(title: str, encoder: SentenceEncoder) -> None:
    text = "\n\n".join([paragraph(1, 300), "naïve café résumé " * 100, "中文" * 300, "🙂" * 300, "a1b2" * 400])
    one = article(text, title=title or None, outlet="The Very Long Outlet Name " * 9, published="2024-11-30T10:00:00Z")
    assert len(encoder.tokenise(header(one, encoder.tokenise))) <= HEADER_TOKENS
    for chunk in chunks_of(one, encoder.tokenise):
        assert len(encoder.tokenise(embedded(chunk, header(one, encoder.tokenise)))) + 2 <= MAX_TOKENS
