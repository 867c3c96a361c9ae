"""What machines are offered: /query, /search and /articles, as plain values, with errors that say what was wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import app
from answer.assistant import Assistant
from ui.api import Api


@pytest.fixture
def api(sample: Assistant) -> Api:
    return Api(replace(sample.settings, demo_store=sample.settings.store), app._gradio())


def test_a_query_answers_as_the_python_function_does(api: Api, sample: Assistant) -> None:
    told = api.query("Who closed Aleppo airport?")
    assert told["citations"][0]["quote"] == sample.ask("Who closed Aleppo airport?").citations[0].quote
    assert json.loads(json.dumps(told)) == told
    assert told["citations"][0]["article"]["file"].endswith(".md") and '"path"' not in json.dumps(told)
    follow_up = api.query("When?", history=["Who closed Aleppo airport?"])
    assert follow_up["asked"] != "When?" == follow_up["question"]
    assert api.query("Who closed Aleppo airport?", since="2030")["abstained"]


def test_a_search_gives_passages_with_their_places(api: Api, sample: Assistant) -> None:
    found = api.search("Aleppo airport", k=3, outlet="The Levant Ledger")
    assert len(found) == 3 and {one["article"]["outlet"] for one in found} == {"The Levant Ledger"}
    for one in found:
        article = sample.retriever.article(one["article"]["id"])
        assert article and article.text[one["start"] : one["end"]] == one["text"]
    assert len(api.search("Aleppo", k=10_000)) <= 100 and len(api.search("Aleppo", k=-1)) == 1


def test_the_articles_are_listed_page_by_page(api: Api) -> None:
    first, rest = api.articles(count=10), api.articles(10, 500)
    assert first["total"] == 24 == len(first["articles"]) + len(rest["articles"])
    ids = [one["id"] for one in [*first["articles"], *rest["articles"]]]
    assert len(set(ids)) == 24 and "text" not in first["articles"][0]
    assert api.articles(-5, -5)["articles"] == []


@pytest.mark.parametrize("call", ["query", "search"])
def test_a_filter_that_cannot_be_used_says_which(api: Api, call: str) -> None:
    with pytest.raises(app._gradio().Error, match="yesterday-ish"):
        getattr(api, call)("Who?", since="yesterday-ish")
