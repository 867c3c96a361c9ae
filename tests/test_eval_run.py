"""The harness: what goes wrong is shown by the right number, runs repeat, and one failing question is not fatal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import eval.__main__ as face
from answer.assistant import Assistant
from answer.schema import Answer, Citation, Sentence
from eval.questions import Question
from eval.run import Record, interval, read, record_of, retrieval, run, seconds, summary, write
from index.errors import StoreDamaged
from index.schema import Article, Chunk, Hit
from index.settings import Settings
from tests.conftest import article

FIRE = article("The fire killed four people on Monday.", id="f" * 32)
FLOOD = article("The flood killed nine people on Tuesday.", id="0" * 31 + "a")
HITS = tuple(Hit(chunk=Chunk(article=one, start=0, end=len(one.text)), score=1.0) for one in (FIRE, FLOOD))
ASKED = Question(id="q", question="How many died?", answers=("four",), articles=(FIRE.id,), evidence=("killed four",))
UNKNOWN = Question(id="u", question="Who won?", answers=None)


def answered(cited: Article | None, hits: tuple[Hit, ...] = HITS, confidence: float = 0.5) -> Answer:
    """An answer that quotes the whole of an article, or abstains."""
    citations = (Citation(number=1, article=cited, start=0, end=len(cited.text)),) if cited else ()
    sentence = Sentence(text=cited.text, numbers=(1,)) if cited else Sentence(text="Not said.", supported=False)
    return Answer(
        question="?",
        sentences=(sentence,),
        citations=citations,
        hits=hits,
        abstained=not cited,
        confidence=confidence,
        seconds={"read": 0.25},
    )


def figures(*pairs: tuple[Question, Answer]) -> dict[str, float]:
    return summary([record_of(question, answer) for question, answer in pairs])


def test_a_right_answer_and_a_right_refusal_are_perfect() -> None:
    found = figures((ASKED, answered(FIRE)), (UNKNOWN, answered(None, confidence=0.1)))
    for name in (
        "recall@10",
        "mrr@10",
        "evidence recall@1",
        "accepted",
        "abstention f1",
        "citation precision",
        "auroc",
    ):
        assert found[name] == 1.0, name
    assert (found["wrong answers given"], found["coverage"], found["quote exactness"]) == (0.0, 0.5, 1.0)


def test_a_broken_retriever_lowers_the_retrieval_figures() -> None:
    found = figures((ASKED, answered(FIRE, hits=HITS[::-1])))
    assert (found["hits@1"], found["mrr@10"], found["evidence recall@1"]) == (0.0, 0.5, 0.0)
    found = figures((ASKED, answered(FIRE, hits=HITS[1:])))
    assert (found["recall@10"], found["evidence recall@10"]) == (0.0, 0.0)


def test_a_citation_to_the_wrong_article_lowers_citation_precision_and_is_a_wrong_answer() -> None:
    found = figures((ASKED, answered(FLOOD)))
    assert (found["citation precision"], found["wrong answers given"]) == (0.0, 1.0)
    copied = replace(FIRE, id="c" * 32)  # the same words in an article that is not relevant
    assert figures((ASKED, answered(copied)))["citation precision"] == 0.0


def test_an_answerer_that_never_abstains_lowers_abstention_and_raises_wrong_answers() -> None:
    found = figures((ASKED, answered(FIRE)), (UNKNOWN, answered(FLOOD)))
    assert (found["abstention recall"], found["wrong answers given"], found["coverage"]) == (0.0, 0.5, 1.0)


def test_questions_of_unknown_answer_are_asked_and_not_scored() -> None:
    feedback = Question(id="f", question="What of it?", answers=(), tags={"type": "feedback"})
    assert figures((ASKED, answered(FIRE)), (feedback, answered(FLOOD)))["n"] == 1.0


class Broken(Assistant):
    """An assistant whose store breaks at the second question."""

    def ask(self, question: str, **_: object) -> Answer:  # type: ignore[override]
        if question == UNKNOWN.question:
            raise StoreDamaged("The indexes are gone.")
        return answered(FIRE)


def test_one_failing_question_is_reported_and_not_fatal(settings: Settings) -> None:
    records = run(Broken(settings), [ASKED, UNKNOWN, replace(ASKED, id="q2")])
    assert [record.error for record in records] == ["", "The indexes are gone.", ""]
    assert summary(records)["failed"] == 1.0


def test_records_are_written_and_read_again_unchanged(tmp_path: Path) -> None:
    records = [record_of(ASKED, answered(FIRE)), record_of(UNKNOWN, answered(None))]
    write(records, tmp_path / "runs" / "one.jsonl")
    assert read(tmp_path / "runs" / "one.jsonl") == records
    assert summary(read(tmp_path / "runs" / "one.jsonl")) == summary(records)


def test_intervals_hold_the_figure_and_seconds_are_by_stage() -> None:
    records = [record_of(replace(ASKED, id=str(n)), answered(FIRE if n % 3 else FLOOD)) for n in range(30)]
    low, high = interval(records, "wrong answers given")
    assert low < summary(records)["wrong answers given"] < high
    assert interval(records, "mrr@10") == (1.0, 1.0)
    assert seconds(records) == {"read": (0.25, 0.25)}
    assert retrieval([record_of(UNKNOWN, answered(None))]) == {}


def test_the_command_prints_figures_compares_runs_and_holds_a_limit(
    sample: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = face.SAMPLE.read_text(encoding="utf-8").splitlines()[:6]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    common = ["run", str(tmp_path / "some.jsonl"), "--store", str(sample.settings.store)]
    out = str(tmp_path / "run.jsonl")
    assert face.main([*common, "--out", out, "--fail-under", "quote exactness=1"]) == 0
    assert face.main([*common, "--against", out, "--fail-under", "recall@10=1.1"]) == 1
    captured = capsys.readouterr()
    assert "0 now served right, 0 no longer" in captured.out
    assert "under the limit of 1.1" in captured.err
    first: list[Record] = read(Path(out))
    assert len(first) == 6
    assert all(record.quote_exactness == 1.0 for record in first)
