"""The command: the sample, anybody's own questions, published sets with a store of their own, gates and comparisons."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import eval.__main__ as face
from answer.assistant import Assistant
from eval.cache import store_for
from eval.questions import QuestionSet
from eval.run import RunFolder
from index.adding import Progress
from index.build import Builder
from index.retrieve import Retriever
from index.settings import Settings
from tests.conftest import WordEncoder, article

BRIDGE = "The bridge at Harrow was closed on Monday after engineers found a crack in its second pier."
BAKERY = "A bakery in Colne won the national bread prize on Tuesday with a loaf of rye and walnuts."


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """A set of two paragraphs and three questions in the form of SQuAD 2.0."""

    def asked(id: str, question: str, *answers: str) -> dict[str, object]:
        found = [{"text": one, "answer_start": 0} for one in answers]
        return {"id": id, "question": question, "answers": found, "is_impossible": not answers}

    paragraphs = [
        {"context": BRIDGE, "qas": [asked("1", "Where was the bridge closed?", "Harrow"),
                                    asked("2", "Who designed the bridge?")]},
        {"context": BAKERY, "qas": [asked("3", "Which prize did the bakery win?", "bread prize")]},
    ]  # fmt: skip
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"data": [{"title": "News", "paragraphs": paragraphs}]}))
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the runs and stores of a test lie."""
    monkeypatch.setattr(face, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("DATELINE_STORE", str(tmp_path / "store"))
    return tmp_path / "cache"


def test_own_questions_on_an_own_store_are_compared_and_held_to_a_limit(
    sample: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = face.SAMPLE.read_text(encoding="utf-8").splitlines()[:6]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    common = ["run", str(tmp_path / "some.jsonl"), "--store", str(sample.settings.store)]
    first, second = tmp_path / "first", tmp_path / "second"
    assert face.main([*common, "--out", str(first), "--fail-under", "quote exactness=1"]) == 0
    again = [*common, "--out", str(second), "--against", str(first)]
    limits = ["--fail-under", "recall@10=1.1", "--fail-under", "recal=0", "--fail-over", "coverage=-1"]
    assert face.main([*again, *limits]) == 1
    captured = capsys.readouterr()
    assert "Against the other run, 6 questions in both" in captured.out and "nothing differs" in captured.out
    assert "under the limit of 1.1" in captured.err and "over the limit of -1.0" in captured.err
    assert "recal was not measured" in captured.err
    assert {one.name for one in first.iterdir()} == {
        "about.json", "results.jsonl", "report.json", "report.md", "report.html",
    }  # fmt: skip
    both = [json.loads((folder / "report.json").read_text()) for folder in (first, second)]
    assert both[0]["figures"] == both[1]["figures"] and both[0]["rankings"] == both[1]["rankings"]
    assert both[0]["about"]["store"] == both[1]["about"]["store"] == sample.retriever.fingerprint()


def test_a_published_set_brings_its_articles_into_a_store_of_its_own(
    squad: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert face.main(["squad", str(squad)]) == 0
    assert face.main(["squad", str(squad), "--search-only", "--limit", "2", "--out", str(cache / "two")]) == 0
    assert len(list((cache / "stores").iterdir())) == 1
    captured = capsys.readouterr()
    assert "3 questions asked" in captured.out and "2 questions asked" in captured.out
    assert [one.id for one in RunFolder(cache / "two").results()] == ["1", "2"]
    assert all(one.mode == "search" for one in RunFolder(cache / "two").results())
    assert "path" not in (cache / "two" / "report.json").read_text()


def test_ctrl_c_says_how_to_go_on_and_the_same_command_does(
    squad: Path, cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    command = ["squad", str(squad), "--out", str(cache / "run")]
    with monkeypatch.context() as patch:
        patch.setattr(face, "progress", stop)
        assert face.main(command) == 130
    assert f"--out {cache / 'run'} goes on" in capsys.readouterr().err
    assert len(RunFolder(cache / "run").results()) == 2
    with monkeypatch.context() as patch:
        patch.setattr(face, "progress", lambda what, *_: stop(what, 2 * what.startswith("searches"), 0))
        assert face.main(command) == 130
    assert f"--out {cache / 'run'} goes on" in capsys.readouterr().err
    assert face.main(command) == 0
    assert face.main(command) == 1
    assert "holds a finished run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["squad"], "Give the path of the set"),
        (["squad", "nowhere.json"], "nowhere.json"),
        (["run", "--split", "other"], "no questions with the tag split 'other'"),
        (["--against", "nowhere"], "nowhere holds no run"),
        (["run", str(face.SAMPLE), "--store", "nowhere"], "nowhere holds no articles"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], cache: Path
) -> None:
    assert face.main(arguments) == 1
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1
    assert not cache.exists() and not Path("nowhere").exists()


@pytest.mark.parametrize("words", ["recall@10", "=0.5", "recall@10=", "recall@10=high", "recall@10=nan"])
def test_a_limit_that_would_hold_nothing_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        face.main(["--fail-under", words])
    assert f"{words!r} is no measure and its limit, such as recall@10=0.8" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["0", "-1", "some", "1.5"])
def test_a_count_is_a_whole_number_from_1(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        face.main([f"--limit={words}"])
    assert f"{words!r} is no whole number from 1" in capsys.readouterr().err


def test_a_run_of_other_questions_is_not_compared_with(
    squad: Path, tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["squad", str(squad), "--search-only"]
    assert face.main([*common, "--out", str(tmp_path / "first")]) == 0
    squad.write_text(squad.read_text().replace("the bridge", "this bridge").replace("the bakery", "this bakery"))
    assert face.main([*common, "--against", str(tmp_path / "first")]) == 1
    assert "asked none of these questions" in capsys.readouterr().err


def test_the_sample_is_asked_of_its_own_articles_whatever_the_users_store_holds(
    sample: Assistant, settings: Settings, builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.add_articles([article(BRIDGE)])
    theirs = replace(settings, demo_store=sample.settings.store)
    monkeypatch.setattr("index.settings.load", lambda *_, **__: theirs)
    monkeypatch.setattr("answer.assistant.load", lambda *_, **__: theirs)
    assert face.main(["--limit", "4", "--out", str(tmp_path / "run")]) == 0
    assert RunFolder(tmp_path / "run").about().store == sample.retriever.fingerprint()


def test_a_store_is_made_once_for_the_same_articles_and_anew_for_others(
    settings: Settings, words: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.cache.embed.load", lambda name: words)
    articles = (article(BRIDGE), article(BAKERY))
    found = QuestionSet(name="mine", questions=(), articles=articles)
    seen: list[Progress] = []
    made = store_for(found, settings, tmp_path, seen.append)
    words.encoded.clear()
    assert store_for(found, settings, tmp_path) == made and words.encoded == []
    assert Retriever(made, lambda: words).count() == 2 and seen
    other = store_for(QuestionSet(name="mine", questions=(), articles=articles[:1]), settings, tmp_path)
    assert other.store != made.store and Retriever(other, lambda: words).count() == 1


def test_questions_are_asked_with_their_evidence_and_without_it(
    squad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert face.main(["removed", str(squad)]) == 0
    told = capsys.readouterr().out
    assert "questions                          2.000" in told and "auroc" in told
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "news.txt").write_text(BAKERY, encoding="utf-8")
    assert face.main(["removed", "--among", str(tmp_path / "more"), "--limit", "2"]) == 0
    assert "right                              0.000" in capsys.readouterr().out


def test_reports_of_one_number_are_told_apart_or_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(outlet: str, published: str, text: str) -> dict[str, str]:
        return {"title": "Shelling", "outlet": outlet, "published": published, "text": text}

    first = told("Wire", "2023-06-10", "Nine people were killed when shells hit Dervan on Saturday, a doctor said.")
    other = told("Post", "2023-06-10", "Shells killed six people in Dervan on Saturday, an army spokesman said.")
    pair = {"id": "1", "split": "test", "relation": "differ", "articles": [first, other]}
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(pair | {"question": "How many people were killed in Dervan?"}), encoding="utf-8")
    assert face.main(["reports", str(path)]) == 0
    assert "test, 1 pairs, differ: precision 1.00, recall 1.00" in capsys.readouterr().out
    path.write_text("{}", encoding="utf-8")
    assert face.main(["reports", str(path)]) == 1
    assert "is not a file of pairs" in capsys.readouterr().err


def test_speakers_denials_and_doubts_of_the_cases_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert face.main(["attribution", "--split", "dev"]) == 0
    assert float(capsys.readouterr().out.rsplit(maxsplit=1)[1]) >= 0.95
    said = {"id": "1", "split": "test", "text": "Nine died, police said.", "question": "How many died?"}
    case = said | {"answer": "Nine", "speaker": "the army", "denied": False, "doubted": False}
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case), encoding="utf-8")
    assert face.main(["attribution", str(path)]) == 0
    assert "speaker='police'" in (told := capsys.readouterr().out) and "1 cases, right 0.000" in told
    path.write_text(json.dumps(case | {"answer": "Ten"}), encoding="utf-8")
    assert face.main(["attribution", str(path)]) == 1
    assert "the answer of 1 is not in its text" in capsys.readouterr().err
