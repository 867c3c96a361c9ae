"""Statements that the support model learns from: made of questions, of sentences and by hand, each with its truth."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer import entailment, train
from answer.examples import Example
from answer.negatives import twisted
from answer.span_model import SpanModel
from answer.statements import as_statement, near, of_pairs, of_questions, of_sentences
from answer.train_support import main
from index.errors import ModelError, ReadError
from tests.test_rerank import tiny

FAMILIES = Path(train.__file__).parent / "news_families.jsonl"
WRITTEN = Path(train.__file__).parent / "statements.jsonl"
BRIDGE = "Mayor Ana Ruiz opened the bridge over the Tern in Corvane in 1998. Governor Olt Brand paid for it."
FLOOD = "The river Asp flooded the bridge in Keldry in 2004, and the mayor had it closed."


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who opened the bridge?", "Ana Ruiz", "Ana Ruiz opened the bridge."),
        ("Which minister resigned?", "the defence minister", "The defence minister resigned."),
        ("How many people were hurt?", "12", "12 people were hurt."),
        ("How many people were hurt?", "12 people", "12 people were hurt."),
        ("Who was the mayor?", "Ana Ruiz", "Who was the mayor? Ana Ruiz."),
        ("Which post did he leave?", "mayor", "Which post did he leave? Mayor."),
        ("When did the bridge open?", "in 1998", "When did the bridge open? In 1998."),
    ],
)
def test_a_question_and_its_answer_are_a_statement(question: str, answer: str, statement: str) -> None:
    assert as_statement(question, answer) == statement


def test_a_question_with_the_answer_to_another_is_not_supported() -> None:
    asked = [
        Example("Who opened the bridge?", BRIDGE, ((6, 14),)),
        Example("Who paid for the bridge?", BRIDGE, ((BRIDGE.index("Olt"), BRIDGE.index(" paid")),)),
        Example("Who opened the bridge?", FLOOD),
    ]
    found = {(one.text, one.context): one.supported for one in of_questions(asked, seed=1)}
    assert found == {
        ("Ana Ruiz opened the bridge.", BRIDGE): True,
        ("Olt Brand opened the bridge.", BRIDGE): False,
        ("Olt Brand paid for the bridge.", BRIDGE): True,
        ("Ana Ruiz paid for the bridge.", BRIDGE): False,
        ("Ana Ruiz opened the bridge.", FLOOD): False,
    }


def test_a_sentence_is_supported_by_its_passage_as_long_as_neither_is_changed() -> None:
    found = [one for n in range(20) for one in of_sentences([Example("", BRIDGE), Example("", FLOOD)], most=2, seed=n)]
    assert len(found) > 100
    assert all((one.text in one.context) is one.supported for one in found)
    assert {one.supported for one in found if one.text in BRIDGE} == {True, False}


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120), seed=st.integers(0, 9))
def test_whatever_the_sentence_twisted_is_another(text: str, seed: int) -> None:
    twist = twisted(text, f"Before it. {text} After it.", random.Random(seed))
    assert not twist or twist not in text


def test_the_words_near_a_claim_are_its_sentence_with_one_on_each_side() -> None:
    text = "One came. Two left the harbour at dawn. Three stayed. Four slept. Five rowed."
    assert near("Who left the harbour?", text) == "One came. Two left the harbour at dawn. Three stayed."
    assert near("Nothing alike", text) == "One came. Two left the harbour at dawn."
    assert near("", "") == ""


def test_statements_written_by_hand_are_on_passages_that_there_are() -> None:
    found = of_pairs(WRITTEN, FAMILIES)
    assert len(found) > 3000
    assert sum(one.supported for one in found) == len(found) / 2
    assert all(one.text.strip() and one.context and one.heading for one in found)
    pairs = list(zip(found[::2], found[1::2], strict=True))
    assert all(true.context == false.context and true.text != false.text for true, false in pairs)


@pytest.mark.parametrize("content", ["{", "[]", '{"family": 0}', '{"family": 10000000, "passage": 0, "pairs": []}'])
def test_a_file_of_something_else_is_one_clear_error(content: str, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match="s.jsonl"):
        of_pairs(path, FAMILIES)


def test_a_run_makes_weights_that_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = WRITTEN.read_text(encoding="utf-8").splitlines()[:2]
    path, out = tmp_path / "few.jsonl", tmp_path / "run"
    path.write_text("\n".join(rows), encoding="utf-8")
    command = ["--statements", str(path), "--batch", "4", "--written", "1", "--out", str(out)]
    assert main(command) == 0
    model, judge = SpanModel(), SpanModel(str(out / "support.safetensors"))
    pair = [("Ana Ruiz opened the bridge.", BRIDGE)]
    assert judge.believe(pair) != model.believe(pair)
    assert main([*command, "--rate", "1e-3"]) == 1
    assert "another recipe" in capsys.readouterr().err


def test_a_claim_is_believed_of_the_passage_that_says_it() -> None:
    model = entailment.load()
    claims = ["Olt Brand paid for the bridge.", "Ana Ruiz paid for the bridge.", "Olt Brand paid for the bridge."]
    said, other, elsewhere = model.believe(list(zip(claims, [BRIDGE, BRIDGE, FLOOD], strict=True)))
    assert said > max(other, elsewhere)
    assert model.believe([]) == []


def test_a_model_of_entailment_can_be_named_instead(tmp_path: Path) -> None:
    pairs = [("Ana Ruiz opened it.", BRIDGE), ("The river flooded.", FLOOD)]
    single = entailment.load(tiny(tmp_path / "one", labels=1))
    assert len(single.believe(pairs, ["Bridge", "Flood"])) == 2
    with pytest.raises(ModelError, match="DATELINE_SUPPORT_MODEL"):
        entailment.load(tiny(tmp_path / "three", labels=3))
    named = Path(tiny(tmp_path / "named", labels=3))
    config = json.loads((named / "config.json").read_text(encoding="utf-8"))
    labels = ["contradiction", "entailment", "neutral"]
    config |= {"id2label": dict(enumerate(labels)), "label2id": {one: n for n, one in enumerate(labels)}}
    (named / "config.json").write_text(json.dumps(config), encoding="utf-8")
    model = entailment.load(str(named))
    assert model is entailment.load(str(named))
    one, other = model.believe(pairs)
    assert one == pytest.approx(model.believe(pairs[:1])[0], abs=1e-4) and one != other
