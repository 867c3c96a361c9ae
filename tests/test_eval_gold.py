"""The reader alone, over the passage that a question was asked of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answer import span_model
from eval import __main__ as face
from eval import gold
from eval.gold import Reading
from eval.loaders import squad

READ = [
    Reading("Ana Ruiz", 4.0, ("Ana Ruiz",)),
    Reading("the bridge", 2.0, ("a bridge in Corvane",)),
    Reading("1998", 3.0, ()),
    Reading("Corvane", -2.0, ()),
]


def test_the_figures_are_those_worked_by_hand() -> None:
    found = gold.figures(READ, threshold=0.0)
    assert found["answerable exact match"] == 0.5
    assert found["answerable f1"] == pytest.approx((1 + 2 * (1 * 1 / 3) / (1 + 1 / 3)) / 2)
    assert found["squad 2 exact match"] == 0.5  # Ana Ruiz, and the last one declined
    assert found["auroc"] == 0.75


def test_the_best_threshold_answers_what_gains_more_than_it_costs() -> None:
    assert gold.best_threshold(READ) == 4.0
    assert gold.best_threshold([Reading("x", 1.0, ())]) == float("inf")
    assert gold.best_threshold([Reading("x", 1.0, ("x",))]) == 1.0


def test_every_question_is_read_over_its_own_passage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = ("Mayor Ana Ruiz opened the bridge.", "Mayor Olt Brand closed the bridge.")
    paragraphs = [
        {"context": text, "qas": [{"id": str(n), "question": f"Who {verb} the bridge?", "answers": [{"text": name}]}]}
        for n, (text, verb, name) in enumerate(zip(texts, ("opened", "closed"), ("Ana Ruiz", "Olt Brand"), strict=True))
    ]
    path = tmp_path / "q.json"
    path.write_text(json.dumps({"data": [{"title": "Bridges", "paragraphs": paragraphs}]}), encoding="utf-8")
    readings = gold.read(span_model.load(), squad(path), lambda done, total: None)
    assert [one.f1(None) >= 0.8 for one in readings] == [True, True]
    assert face.main(["gold", str(path)]) == 0
    assert "answerable f1" in capsys.readouterr().out
    assert face.main(["gold"]) == 1
