"""Thumbs-down feedback: a line of a question set, whole or not there, and never about an article that was forgotten."""

from __future__ import annotations

import errno
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import eval.__main__ as face
from answer.assistant import ABSTAINED, Assistant
from answer.feedback import LONGEST, keep, line_of
from answer.schema import Answer, Citation, Sentence
from eval.questions import load
from index.build import Builder
from index.errors import StoreError, StoreReadOnly
from index.schema import Article, Chunk, Filters, Hit
from index.settings import Settings
from index.store import Store
from tests.conftest import article

LINK = "https://paper.example.org/2024/airport"
AIRPORT = article("They closed it.", title="Airport", url=LINK)
HARBOUR = article("The harbour is open.", title="Harbour")
CONTEXT = multiprocessing.get_context("forkserver")


def answered(cited: Article = AIRPORT) -> Answer:
    text = cited.text
    return Answer(
        question="Who closed it? ",
        sentences=(Sentence(text=text, numbers=(1,)),),
        citations=(Citation(number=1, article=cited, start=0, end=len(text)),),
        hits=(Hit(chunk=Chunk(article=HARBOUR, start=0, end=3), score=1.0),),
    )


def declined(*near: Article) -> Answer:
    hits = tuple(Hit(chunk=Chunk(article=one, start=0, end=3), score=1.0) for one in near)
    return Answer(question="Who?", sentences=(Sentence(text=ABSTAINED, supported=False),), hits=hits, abstained=True)


@pytest.fixture
def held(builder: Builder, settings: Settings) -> Settings:
    """Settings over a store that holds both articles."""
    builder.add_articles([AIRPORT, HARBOUR])
    return settings


def test_what_the_page_keeps_is_read_as_questions_whose_answer_is_not_known(held: Settings) -> None:
    file = keep(held, answered(), " wrong\nairport\u2028 ", Filters(outlet="Paper", since="2024"))
    assert keep(held, declined(HARBOUR, AIRPORT, HARBOUR), "half of \ud83d") == file == held.store / "feedback.jsonl"
    first, second = load(file).questions
    assert (first.question, first.answers, dict(first.tags)) == (
        "Who closed it?",
        (),
        {"type": "feedback", "thumb": "down"},
    )
    assert first.filters == Filters(outlet="Paper", since="2024") and not first.articles
    assert first.note == f"wrong\nairport\nAnswered: They closed it. [1]\nCited: {AIRPORT.id} {LINK}"
    assert second.note == f"half of ?\nAnswered: {ABSTAINED}\nNearest: {HARBOUR.id}, {AIRPORT.id} {LINK}"
    assert first.id != second.id and {len(first.id), len(second.id)} == {len("feedback-") + 12}


def test_feedback_without_a_comment_or_a_passage_is_feedback_too(held: Settings) -> None:
    assert load(keep(held, declined(), " ")).questions[0].note == f"Answered: {ABSTAINED}\nNearest: nothing"


def test_a_comment_without_end_is_cut(held: Settings) -> None:
    assert len(line_of(answered(), "é" * 1_000_000)) < LONGEST + 400


def test_feedback_is_asked_again_and_not_scored(
    sample: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = sample.ask("Who closed Aleppo airport?", filters=Filters(since="2024"))
    file = keep(sample.settings, answer, "It was the army.")
    try:
        asked = ["run", str(file), "--store", str(sample.settings.store), "--out", str(tmp_path / "run")]
        assert load(file).questions[0].answerable is None
        assert face.main(asked) == 0
        assert "failed  " not in capsys.readouterr().err
        assert face.main([*asked, "--fail-under", "accepted=0.01"]) == 1, "there is no answer to measure it by"
    finally:
        file.unlink()


def test_a_store_that_may_only_be_read_refuses_feedback(held: Settings) -> None:
    with pytest.raises(StoreReadOnly, match="DATELINE_READ_ONLY"):
        keep(replace(held, read_only=True), answered(), "")
    assert not Store(held.store).feedback.exists()


@pytest.mark.parametrize("answer", [answered(), declined(HARBOUR, AIRPORT)], ids=["cited", "nearest"])
def test_an_answer_that_outlived_its_article_brings_no_word_of_it_back(
    held: Settings, builder: Builder, answer: Answer
) -> None:
    builder.remove([AIRPORT.id], forget=True)
    with pytest.raises(StoreError, match="'Airport'.*no longer in the store"):
        keep(held, answer, "wrong")
    assert not Store(held.store).feedback.exists()


def test_what_the_page_kept_goes_when_its_article_is_forgotten(held: Settings, builder: Builder) -> None:
    keep(held, declined(AIRPORT), "wrong")
    keep(held, answered(HARBOUR), "right?")
    keep(held, answered(), "wrong")
    builder.remove([LINK], forget=True)
    assert [one.note.split("\n")[0] for one in load(Store(held.store).feedback).questions] == ["right?"]


def test_a_file_that_cannot_be_written_is_named_with_the_reason(held: Settings) -> None:
    Store(held.store).feedback.mkdir()
    with pytest.raises(StoreError, match=r"feedback\.jsonl \(Is a directory\)\. Check that the disk"):
        keep(held, answered(), "")


@pytest.mark.parametrize("fault", ["short", "full"])
def test_a_full_disk_leaves_no_half_line(held: Settings, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    file = keep(held, answered(), "before")
    whole, write = file.read_bytes(), os.write

    def too_little(descriptor: int, data: bytes) -> int:
        if fault == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data[:20])

    monkeypatch.setattr(os, "write", too_little)
    with pytest.raises(StoreError, match="(the disk is full|No space left on device).*send it again"):
        keep(held, answered(), "after")
    assert file.read_bytes() == whole


def test_processes_and_threads_that_keep_feedback_at_once_mix_no_lines(held: Settings) -> None:
    processes = [CONTEXT.Process(target=_keep_many, args=(held, name)) for name in "ab"]
    threads: list[threading.Thread] = [threading.Thread(target=_keep_many, args=(held, name)) for name in "cd"]
    runs: list[Callable[[], None]] = [one.start for one in (*processes, *threads)]
    for start in runs:
        start()
    for one in (*processes, *threads):
        one.join()
    notes = [one.note[:21] for one in load(Store(held.store).feedback).questions]
    assert sorted(notes) == sorted(f"{name * 20}{n}" for name in "abcd" for n in range(10))


def _keep_many(settings: Settings, name: str) -> None:
    for n in range(10):
        keep(settings, answered(), f"{name * 20}{n}" + name * 1_000)
