"""Training the reader: what it learns from, and that an interrupted run goes on to the same weights."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.examples import Example, context_id, continued, is_held_apart, read, read_beside, read_squad
from answer.negatives import cut, near_misses, turned
from index.errors import ReadError

BRIDGE = "Mayor Ana Ruiz opened the bridge over the Tern in Corvane in 1998. Governor Olt Brand paid for it."
FLOOD = "The river Asp flooded the bridge in Keldry in 2004, and the mayor had it closed."


def question(words: str, *answers: str, context: str = BRIDGE) -> dict[str, Any]:
    return {
        "question": words,
        "answers": [{"text": answer, "answer_start": context.index(answer)} for answer in answers],
        "is_impossible": not answers,
    }


def squad(path: Path, *paragraphs: tuple[str, list[dict[str, Any]]]) -> Path:
    told = {"data": [{"paragraphs": [{"context": context, "qas": asked} for context, asked in paragraphs]}]}
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        json.dump(told, file)
    return path


def asked(words: str, answer: str = "", context: str = BRIDGE) -> Example:
    start = context.index(answer)
    return Example(words, context, ((start, start + len(answer)),) if answer else ())


def test_questions_are_read_with_their_answers_where_they_stand(tmp_path: Path) -> None:
    path = squad(
        tmp_path / "q.json.gz",
        (
            BRIDGE,
            [question("Who opened the bridge?", "Ana Ruiz", "Mayor Ana Ruiz", "Ana Ruiz"), question("Who sold it?")],
        ),
    )
    first, second = read_squad(path)
    assert first.answers == ((6, 14), (0, 14), (6, 14))
    assert second.answers == ()


def test_an_answer_that_is_not_where_it_should_be_is_left_out(tmp_path: Path) -> None:
    wrong = question("Who opened the bridge?", "Ana Ruiz")
    wrong["answers"][0]["answer_start"] = 3
    assert read_squad(squad(tmp_path / "q.json", (BRIDGE, [wrong]))) == []


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"data": 3}', b"\x1f\x8b broken", b'{"data": [{"paragraphs": [{}]}]}']
)
def test_a_file_of_something_else_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ("q.json.gz" if content[:2] == b"\x1f\x8b" else "q.json")
    path.write_bytes(content)
    with pytest.raises(ReadError, match="q.json"):
        read_squad(path)


def test_questions_are_read_that_were_written_on_passages_of_another_file(tmp_path: Path) -> None:
    path = tmp_path / "beside.jsonl"
    row = {
        "possible": [["Who opened it?", "Ana Ruiz"], ["Who?", "nobody here"]],
        "impossible": ["Who sold it?"],
    }
    lines = [json.dumps({"id": id, **row}) for id in (context_id(BRIDGE), "elsewhere")]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_beside(path, {BRIDGE: "", FLOOD: "Tern"}) == [
        asked("Who opened it?", "Ana Ruiz"),
        asked("Who sold it?"),
    ]
    path.write_text('{"id": 3}', encoding="utf-8")
    with pytest.raises(ReadError, match="beside.jsonl"):
        read_beside(path, {BRIDGE: ""})


def test_a_question_of_a_family_is_asked_of_each_of_its_passages(tmp_path: Path) -> None:
    path = tmp_path / "families.jsonl"
    family = {
        "heads": [["A bridge for Corvane", "1998-05-04"], ["Keldry flooded", None]],
        "passages": [BRIDGE, FLOOD],
        "questions": [{"q": "Who opened it?", "answers": ["Ana Ruiz", None]}],
    }
    path.write_text(json.dumps(family), encoding="utf-8")
    assert read(path, {}) == [
        replace(asked("Who opened it?", "Ana Ruiz"), heading="A bridge for Corvane, 4 May 1998"),
        Example("Who opened it?", FLOOD, (), "Keldry flooded"),
    ]
    family["questions"][0]["answers"] = ["nobody", None]  # type: ignore[index]
    path.write_text(json.dumps(family), encoding="utf-8")
    with pytest.raises(ReadError, match="families.jsonl"):
        read(path, {})


def test_a_passage_is_cut_of_what_answers_and_of_nothing_else() -> None:
    one = asked("Who paid for the bridge?", "Olt Brand")
    twice = asked("What did Ana Ruiz open?", "bridge", BRIDGE + " The bridge stood.")
    assert cut([one, twice], share=1.0, seed=1) == [
        Example("Who paid for the bridge?", "Mayor Ana Ruiz opened the bridge over the Tern in Corvane in 1998."),
        Example("What did Ana Ruiz open?", "Governor Olt Brand paid for it."),
    ]
    assert cut([asked("Who opened it?", "Ana Ruiz", "Ana Ruiz opened it.")], share=1.0, seed=1) == []


def test_a_passage_may_go_on_under_its_first_sentence() -> None:
    early, late, none = asked("Who opened it?", "Ana Ruiz"), asked("Who paid for it?", "Olt Brand"), asked("Why?")
    bridge, rest = (
        "Mayor Ana Ruiz opened the bridge over the Tern in Corvane in 1998.",
        "Governor Olt Brand paid for it.",
    )
    assert continued([early, late, none], share=1.0, seed=1) == [
        replace(asked("Who paid for it?", "Olt Brand", rest), heading=bridge),
        Example("Why?", rest, (), bridge),
    ]
    assert continued([asked("Who?", "Ana", "Ana.")], share=1.0, seed=1) == []


def test_a_paragraph_is_held_apart_in_every_run_or_in_none() -> None:
    texts = [f"Paragraph {n}." for n in range(2000)]
    apart = [text for text in texts if is_held_apart(text, 0.1)]
    assert 140 < len(apart) < 260
    assert apart == [text for text in texts if is_held_apart(text, 0.1)]
    assert not any(is_held_apart(text, 0.0) for text in texts)


def test_a_near_miss_is_a_passage_near_the_question_that_does_not_hold_its_answer() -> None:
    examples = [
        asked("Who opened the bridge in Corvane?", "Ana Ruiz"),
        asked("What flooded in Keldry in 2004?", "bridge", FLOOD),
    ]
    assert near_misses(examples[:1] + [asked("x", "Asp", FLOOD)], share=1.0, seed=1) == [
        Example("Who opened the bridge in Corvane?", FLOOD)
    ]
    # Both passages hold "bridge", so neither is a near miss for the second.
    assert all(one.question != examples[1].question for one in near_misses(examples, share=1.0, seed=1))


@given(st.integers(0, 1000))
def test_a_turned_question_differs_and_has_no_answer(seed: int) -> None:
    one = asked("Who did Ana Ruiz say opened the first bridge in 1998?", "Olt Brand")
    for example in turned([one], share=1.0, seed=seed):
        assert example.question != one.question
        assert example.context == one.context
        assert example.answers == ()
        assert "Olt" not in example.question


def test_the_titles_of_a_file_of_several_articles_are_headings(tmp_path: Path) -> None:
    articles = [
        {"title": title, "paragraphs": [{"context": BRIDGE, "qas": [question("Who opened it?", "Ana Ruiz")]}]}
        for title in ("Bridges_of_Corvane", "Wiki1k:wikinews:762751")
    ]
    for data, headings in ((articles, ["Bridges of Corvane", ""]), (articles[:1], [""])):
        path = tmp_path / "q.json"
        path.write_text(json.dumps({"data": data}), encoding="utf-8")
        assert [one.heading for one in read_squad(path)] == headings


@given(st.integers(0, 300), st.integers(60, 200), st.integers(0, 1000), st.booleans())
def test_a_window_points_at_its_answer_wherever_it_is_cut(at: int, length: int, seed: int, headed: bool) -> None:
    from answer.train import Encoded, window

    context = list(range(1000, 1310))
    example = Encoded([1, 2, 3], [4, 5], context, ((at, at + 4),))
    found = window(example, length, random.Random(seed), (101, 102), float(headed))
    assert len(found.ids) <= length
    assert found.ids[: found.passage] == [101, 1, 2, 3, 102, *([4, 5, 102] if headed else [])]
    assert found.ids[found.first : found.last + 1] == context[at : at + 5]


def test_passages_of_one_question_compete_and_those_of_others_do_not() -> None:
    import torch

    from answer.train import among_passages

    at, one, two = torch.tensor([1, 0]), torch.tensor([7, 7]), torch.tensor([7, 8])
    low, high = torch.tensor([[0.0, 3.0], [0.0, 0.0]]), torch.tensor([[0.0, 3.0], [0.0, 5.0]])
    assert 0 < among_passages(low, at, one) < among_passages(high, at, one)
    assert among_passages(high, at, two) == 0  # each question has one passage
    assert among_passages(high, torch.tensor([0, 0]), one) == 0  # no passage answers


def test_windows_of_one_question_stand_together() -> None:
    from answer.train import Encoded, Recipe, batches

    examples = [Encoded([n % 9], [], list(range(5 + n % 7)), ()) for n in range(45)]
    shares = dict.fromkeys(Recipe.__dataclass_fields__, 0.0)
    recipe = Recipe(**shares | {"batch": 45})  # type: ignore[arg-type]
    numbers = [one.question for one in next(batches(examples, recipe, (101, 102)))]
    assert len(numbers) == 45
    assert sum(one != other for one, other in pairwise(numbers)) == 8


def test_a_stopped_run_goes_on_to_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import load_file

    from answer import train

    path = squad(
        tmp_path / "q.json",
        (BRIDGE, [question("Who opened the bridge?", "Ana Ruiz"), question("Who sold the bridge in Corvane?")] * 6),
        (FLOOD, [question("Which river flooded the bridge?", "Asp", context=FLOOD)] * 4),
    )
    command = [str(path), "--batch", "4", "--epochs", "2", "--held-apart", "0"]
    assert train.main([*command, "--out", str(tmp_path / "whole")]) == 0

    stopped, learn = tmp_path / "stopped", train.Run.learn
    monkeypatch.setattr(train, "_CHECKPOINT_STEPS", 2)
    monkeypatch.setattr(train.Run, "learn", lambda run, *given: learn(run, *given) if run.step < 3 else interrupt())
    with pytest.raises(KeyboardInterrupt):
        train.main([*command, "--out", str(stopped)])
    monkeypatch.setattr(train.Run, "learn", learn)
    assert train.main([*command, "--out", str(stopped)]) == 0

    one, other = (load_file(folder / "reader.safetensors") for folder in (tmp_path / "whole", stopped))
    assert one.keys() == other.keys() and train.FROZEN not in one
    assert all(bool((one[name] == other[name]).all()) for name in one)


def test_a_run_that_only_learns_from_teachers_comes_to_point_where_they_do(tmp_path: Path) -> None:
    import torch

    from answer import train
    from answer.span_model import WEIGHTS
    from index.embed import local_path
    from index.settings import BUNDLED_MODEL

    shares = dict.fromkeys(train.Recipe.__dataclass_fields__, 0.0)
    recipe = train.Recipe(**shares | {"rate": 3e-4, "taught": 1.0, "seed": 1})  # type: ignore[arg-type]
    base = local_path(BUNDLED_MODEL)
    assert base
    run = train.ReaderRun(base, None, recipe, 40, [WEIGHTS, WEIGHTS])
    windows = [train.Window([101, 2040, 102, 2000 + n, 3000 + n, 4000 + n, 102], 3, 0, 0) for n in range(4)]
    given = train.tensors(windows, 0)
    taught = run._taught(given)
    assert all(torch.allclose(one.sum(1), torch.ones(4)) for one in taught)
    before, *_, after = [run.learn(windows, 0) for _ in range(20)]
    assert after < before / 2
    assert train.ReaderRun(base, None, recipe, 40, [])._taught(given) == []


def test_a_folder_with_a_run_of_another_recipe_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from answer import train

    path = squad(tmp_path / "q.json", (BRIDGE, [question("Who opened the bridge?", "Ana Ruiz")] * 4))
    command = [str(path), "--batch", "4", "--epochs", "1", "--held-apart", "0", "--out", str(tmp_path / "run")]
    assert train.main(command) == 0
    assert train.main([*command, "--rate", "1e-3"]) == 1
    assert "another recipe" in capsys.readouterr().err


def interrupt() -> float:
    raise KeyboardInterrupt


def test_a_readers_mistakes_are_what_it_answers_from_passages_that_do_not(tmp_path: Path) -> None:
    from answer.mistakes import in_squad_format, mistakes
    from answer.span_model import SpanModel

    asked = [
        Example("Who opened the bridge in Corvane?", BRIDGE, ((6, 14),)),
        Example("When did the bridge flood?", FLOOD, ((46, 50),), "Keldry flooded"),
        Example("Who opened the bridge over the Tern?", BRIDGE, ((6, 14),)),
    ]
    every = mistakes(asked, SpanModel(), depth=3, most=1, surer=-100.0)
    assert {one.context for one in every if one.question == asked[0].question} == {FLOOD}
    assert not mistakes(asked, SpanModel(), depth=3, most=1, surer=100.0)
    path = tmp_path / "mistakes.json"
    path.write_text(json.dumps(in_squad_format(every)), encoding="utf-8")
    assert set(read_squad(path)) == set(every)
