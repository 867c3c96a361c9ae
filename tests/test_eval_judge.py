"""A language model's opinion of answers: llama-index's evaluators over the scripted server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answer.assistant import Assistant, of
from answer.llm import LanguageModel
from eval.about import about
from eval.judge import Judge
from eval.questions import Question
from eval.report import grids, report
from eval.run import run
from index.settings import load
from tests.llm_server import ModelServer, Reply

CLOSED = "The Syrian authorities closed Aleppo airport on Saturday"
WHO = Question(
    id="who",
    question="Who closed Aleppo airport?",
    answers=("the Syrian authorities",),
    articles=("https://levantledger.example.org/2024/11/30/aleppo-airport-shut",),
)


@pytest.fixture
def writing(sample: Assistant, server: ModelServer) -> Assistant:
    """The sample's assistant, for which that server's model writes."""
    return of(replace(sample.settings, llm=load({"DATELINE_LLM_RETRIES": "0"}, llm=server.name).llm))


def test_a_judge_marks_faithfulness_relevancy_and_correctness(writing: Assistant, server: ModelServer) -> None:
    assert writing.model
    server.says(f"{CLOSED} [1].", "YES", "It answers.\n[RESULT] 2", "4.0\nNearly.")
    with Judge(writing.model) as judge:
        results = run(writing, [WHO], judge=judge)
    assert results[0].judged == {"faithfulness": 1.0, "answer relevancy": 1.0, "correctness": 0.75}
    assert results[0].right and results[0].mode == "openai-like:tiny"
    made = about("mine", writing, [WHO], search_only=False, judge=judge.name)
    shown = {grid.title: grid for grid in grids(report(made, results, rankings={}))}
    assert shown["Judged by openai-like:tiny"].rows
    assert not any("faithfulness" in row[0] for row in shown["Answers"].rows)


def test_what_a_judge_fails_to_say_is_left_out_and_what_is_measured_stands(
    writing: Assistant, server: ModelServer
) -> None:
    assert writing.model
    server.says(f"{CLOSED} [1].", Reply(status=500))
    with Judge(writing.model) as judge:
        results = run(writing, [WHO], judge=judge)
    assert results[0].judged == {} and results[0].right
    assert judge.failed == 3 and judge.reason


def test_a_declined_answer_is_not_judged(sample: Assistant, server: ModelServer) -> None:
    settings = load({}, llm=server.name).llm
    assert settings
    server.says("YES")
    with Judge(LanguageModel(settings)) as judge:
        assert judge.judged(sample.ask("Who won the 2022 World Cup?"), None) == {}
    assert not server.asked


def test_unsupported_sentences_are_counted(writing: Assistant, server: ModelServer) -> None:
    server.says(f"{CLOSED} [1]. The mayor of Paris resigned over a scandal [1].")
    results = run(writing, [WHO])
    told = report(about("mine", writing, [WHO], search_only=False), results, rankings={})
    assert told.figures["unsupported sentences"].value == 0.5
