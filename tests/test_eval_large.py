"""The measurement of search among very many chunks: its articles, vectors and table. What a time is, no test says."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval import __main__ as cli
from eval import large_articles, large_work
from eval.speed import Runs
from index import embed
from index.catalog import Catalog
from index.store import Store
from tests.conftest import WordEncoder


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """Stands in for the model of a measuring process."""
    words = WordEncoder()
    monkeypatch.setattr(embed, "load", lambda name="": words)
    monkeypatch.setattr(large_work, "_AT_ONCE", 20)
    monkeypatch.setattr(large_work, "_QUESTIONS", 2)
    return words


def test_an_article_of_a_number_is_always_the_same_and_so_are_the_questions() -> None:
    assert large_articles.article(7) == large_articles.article(7)
    assert large_articles.article(7) != large_articles.article(8)
    for kind in large_articles.KINDS:
        asked = large_articles.questions(kind, 3, articles=50)
        assert asked == large_articles.questions(kind, 3, articles=50)
        assert len({question for question, _ in asked}) == 3


def test_outlets_print_unequally_much_and_words_fall_off_as_in_news() -> None:
    articles = list(large_articles.articles(0, 300))
    printed = Counter(one.outlet for one in articles)
    assert len(large_articles.outlets()) == 40
    assert printed[large_articles.outlets()[0]] > 3 * max(printed[one] for one in large_articles.outlets()[15:])
    words = Counter(word for one in articles for word in one.text.lower().split())
    often = [count for _, count in words.most_common()]
    assert often[0] > 20 * often[100] and often[-1] == 1
    days = {one.published and date.fromisoformat(one.published).year for one in articles}
    assert days == {None, *range(2015, 2025)}


def test_a_question_with_filters_is_of_an_article_that_matches_them() -> None:
    for kind in large_articles.KINDS:
        for asked, filters in large_articles.questions(kind, 3, articles=50):
            assert len(asked.split()) > 8
            assert bool(filters) == ("=" in kind)


def test_vectors_are_the_models_first_and_then_unit_mixtures_of_them(words: WordEncoder) -> None:
    mixing = large_work.Mixing(words, real=4)
    first = mixing.encode(["one two", "three four", "five six", "seven eight"])
    assert np.array_equal(first, words.encode_question(["one two", "three four", "five six", "seven eight"]))
    mixed = mixing.encode([f"text {n}" for n in range(50)])
    assert mixed.shape == (50, words.dimension) and mixed.dtype == np.float32
    assert np.allclose(np.linalg.norm(mixed, axis=1), 1.0, atol=1e-5)
    assert len(np.unique(mixed, axis=0)) == 50
    assert len(words.encoded) == 4


def test_a_store_is_built_once_measured_by_stages_and_what_it_finds_is_told(
    encoder: WordEncoder, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    row = large_work.build(store, "150")
    catalog = Catalog(Store(store).catalog)
    assert catalog.count_chunks() == row["chunks"] and catalog.count() == row["articles"]
    published = catalog.published
    assert large_work.build(store, "150")["chunks"] == row["chunks"]
    assert catalog.published == published
    catalog.close()
    warm: dict[str, Any] = large_work.warm(store)
    assert set(warm["kinds"]) == set(large_articles.KINDS)
    for rows in warm["kinds"].values():
        assert len(rows) == 2 and set(rows[0]) == {"encode", "words", "meaning", "rows", "rest", "search"}
    json.dumps(warm)
    assert {"first", "next", "before MB", "after MB"} == set(large_work.first(store, "outlet="))
    found = large_work.found(store)
    assert len(found) == 2 * len(large_articles.KINDS) and all(found.values())


def test_the_table_shows_every_kind_with_its_stages_and_the_first_questions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stages = {"encode": 0.01, "words": 0.004, "meaning": 0.02, "rows": 0.001, "rest": 0.002, "search": 0.037}

    def measured(run: Any, module: str, what: str, store: Path, *rest: object) -> dict[str, Any]:
        assert store.parent.name == "stores" and "large-9" in store.name
        return {
            "build": {"articles": 3, "chunks": 9},
            "first": {"first": 2.5, "next": 0.1, "before MB": 500.0, "after MB": 900.0},
            "warm": {"kinds": {"plain": [stages, stages]}, "held MB": 950.0, "peak MB": 1000.0},
        }[what]

    monkeypatch.setattr(Runs, "__call__", measured)
    assert cli.main(["speed", "--chunks", "9", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "9 chunks" in shown and "400 MB" in shown and "2.50 s" in shown
    assert "37.0" in next(line for line in shown.splitlines() if line.strip().startswith("plain"))
    written = json.loads((tmp_path / "speed.json").read_text())
    assert written["kinds"]["plain"]["meaning"] == pytest.approx([0.02, 0.02])
