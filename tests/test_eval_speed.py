"""The speed measurement: its articles, its stages, its ratios. What a time is, no test says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import speed, speed_articles, speed_peer, speed_work
from index import embed
from index.errors import DatelineError
from index.read import read, walk
from tests.conftest import WordEncoder

OURS = {
    "chunks": 10,
    "stages": {"read": 1.0, "embed": 6.0},
    "precision": "bfloat16",
    "peak MB": 900.0,
    "disk MB": 0.5,
    "unchanged seconds": 0.1,
}
COLD = {"load model": 2.0, "search": 0.5, "read": 0.5, "whole question": 1.0}


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """Stands in for the model of a measuring process."""
    words = WordEncoder()
    words.precision = "none"  # type: ignore[attr-defined]
    monkeypatch.setattr(embed, "load", lambda name="": words)
    return words


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    speed_articles.write(folder, 12)
    return folder


def test_an_article_of_a_number_is_always_the_same_and_another_number_another() -> None:
    assert speed_articles.article(7) == speed_articles.article(7)
    assert speed_articles.article(7) != speed_articles.article(8)
    assert list(speed_articles.questions(5)) == list(speed_articles.questions(5))


def test_the_articles_are_of_news_length_and_in_paragraphs() -> None:
    texts = [speed_articles.article(number)["text"] for number in range(100)]
    assert all(380 <= len(text.split()) <= 850 for text in texts)
    assert all(text.count("\n\n") >= 4 for text in texts)


def test_every_article_is_read_back_with_its_title_and_words(archive: Path) -> None:
    found = [record.article for file, folder in walk(archive).files for record in read(file, folder=folder, max_mb=1)]
    assert all(found)
    wanted = [speed_articles.article(number) for number in range(12)]
    assert {one.title for one in found if one} == {one["title"] for one in wanted}
    for one in wanted:
        last = one["text"].split("\n\n")[-1]
        assert any(article and last in article.text for article in found)
    assert {file.suffix for file, _ in walk(archive).files} == {".md", ".txt", ".html", ".jsonl"}


def test_a_job_is_measured_by_stages_and_the_encoder_gets_the_same_chunks(
    encoder: WordEncoder, archive: Path, tmp_path: Path
) -> None:
    row = speed_work.index(archive, tmp_path)
    stages = row["stages"]
    assert isinstance(stages, dict) and set(stages) == {*speed_work.STAGES.values(), "folders"}
    chunks = row["chunks"]
    assert isinstance(chunks, int) and len(set(encoder.encoded)) == chunks
    embedded = encoder.encoded[2 * embed.BATCH :] if chunks > 2 * embed.BATCH else encoder.encoded[chunks:]
    # Half of them alone, all of them in the job, the other half alone, and none by the unchanged sync.
    assert sorted(embedded) == sorted(2 * list(set(encoder.encoded)))
    json.dumps(row)


def test_questions_are_timed_by_stages_warm_and_cold(
    encoder: WordEncoder, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed_work, "_QUESTIONS", 3)
    speed_work.index(archive, tmp_path)
    warm = speed_work.warm(tmp_path / "store")
    assert {"search", "read", "whole question"} <= set(warm)
    assert all(isinstance(all, list) and len(all) == 3 for all in warm.values())
    reading = speed_work.reading(tmp_path / "store")
    assert len(reading["seconds"]) == 3 and isinstance(reading["added MB"], float)  # type: ignore[arg-type]
    cold = speed_work.cold(tmp_path / "store")
    assert {"load model", "search", "read", "whole question"} <= set(cold)


def _pretend(monkeypatch: pytest.MonkeyPatch, *, peer: bool) -> list[tuple[str, ...]]:
    """Measurements that take no time: jobs of 10, 20 and 40 s, an encoder of 8, 18 and 20 s, a peer of 20 or 60 s."""
    calls: list[tuple[str, ...]] = []
    jobs = iter([(10.0, 8.0), (20.0, 18.0), (40.0, 20.0)])

    def measured(run: Any, module: str, what: object, *rest: object) -> dict[str, Any]:
        calls.append((module, str(what if module.endswith("work") else rest[-1])))
        run._done += 1
        run._watch(run._done, run._total)
        if module.endswith("peer"):
            return {"chunks": 9, "seconds": 60.0 if rest[-1] == "default" else 20.0}
        if what == "index":
            seconds, alone = next(jobs)
            return {**OURS, "seconds": seconds, "encoder seconds": alone}
        if what == "reading":
            return {"seconds": [0.1, 0.2, 0.3], "added MB": 12.0}
        return dict(COLD) if what == "cold" else {"search": [0.1, 0.2, 0.3]}

    monkeypatch.setattr(speed.Runs, "__call__", measured)
    monkeypatch.setattr(speed_peer, "is_installed", lambda: peer)
    return calls


def test_what_is_compared_is_measured_in_turn_and_the_median_of_the_ratios_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = _pretend(monkeypatch, peer=True)
    told: list[tuple[int, int]] = []
    result = speed.measure(5, lambda done, total: told.append((done, total)))
    turn = [("eval.speed_work", "index"), ("eval.speed_peer", "default"), ("eval.speed_peer", "bfloat16")]
    assert calls[:9] == 3 * turn
    assert result.of_encoder == pytest.approx(0.8)
    assert result.peer == pytest.approx({"default": 3.0, "equal precision": 1.0})
    assert result.stages == pytest.approx({"read": 0.05, "embed": 0.3, "other": 0.65})
    assert result.warm["search"] == pytest.approx((0.2, 0.29))
    assert result.disk_mb_per_1000_chunks == pytest.approx(50.0)
    assert told[-1][0] == told[-1][1] == len(calls)


def test_the_figures_are_plain_and_the_table_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, peer=True)
    result = speed.measure(5)
    written = json.dumps(result.as_dict())
    assert "/" not in written
    shown = speed.table(result)
    assert "12 MB" in shown and "ten passages read" in shown
    assert "80.0%" in shown and "bfloat16" in shown and "3.00 times as fast as llama-index at default" in shown
    assert speed.INSTALL not in shown


def test_without_the_extra_one_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _pretend(monkeypatch, peer=False)
    result = speed.measure(5)
    assert result.peer == {} and not any(module == "eval.speed_peer" for module, _ in calls)
    assert speed.table(result).splitlines()[-1] == speed.INSTALL


def test_a_measurement_that_fails_is_told_with_its_reason() -> None:
    with pytest.raises(DatelineError, match="nonsense ended with status 1: KeyError: 'nonsense'"):
        speed.Runs(1, lambda done, total: None)("eval.speed_work", "nonsense")


def test_the_peer_indexes_the_same_articles(archive: Path, tmp_path: Path) -> None:
    row = speed.Runs(1, lambda done, total: None)("eval.speed_peer", archive, tmp_path / "peer", "default")
    assert row["chunks"] >= 12
