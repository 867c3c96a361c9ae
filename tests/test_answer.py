"""Asking through every face but the page: query(), the command line, llama-index; with the real model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import answer.__main__ as face
from answer import Answer, assistant, query, stream
from answer.assistant import Assistant
from answer.events import Checked, Done
from eval.threshold import MOST_WRONG, QUESTIONS, best, half, judge, point
from index import demo
from index.embed import SentenceEncoder
from index.errors import DatelineError, QuestionError, SettingsError
from index.settings import load

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def store(sample: Assistant) -> str:
    """The sample corpus as a named store."""
    return str(sample.settings.store)


@pytest.fixture
def fresh(sample: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user whose own store is empty, so that the demonstration answers."""
    monkeypatch.setenv("DATELINE_STORE", str(tmp_path / "mine"))
    monkeypatch.setattr(demo, "settings_of", lambda settings: replace(settings, store=sample.settings.store))
    yield tmp_path / "mine"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who closed Aleppo airport?", "authorities"),
        ("Which village was struck by two airstrikes?", "Kafr Amma"),
        ("Where was the summit held?", "Tehran"),
        ("Which mosque was hit in Al-Bab?", "Sheikh al-Doshel"),
        ("What order did the army receive?", "safe withdrawal"),
    ],
)
def test_a_question_is_answered_with_a_quote_that_holds_the_answer(question: str, words: str, store: str) -> None:
    answer = query(question, store=store)
    assert not answer.abstained
    assert any(words in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", ["Who won the 2022 World Cup?", "How many moons does Jupiter have?"])
def test_what_the_articles_do_not_say_is_declined_and_the_nearest_passages_offered(question: str, store: str) -> None:
    answer = query(question, store=store)
    assert answer.abstained
    assert answer.text == "The articles do not say."
    assert answer.citations == ()
    assert len(answer.hits) == 10


def test_every_citation_of_every_answer_quotes_its_article_to_the_letter(store: str) -> None:
    for one in half(QUESTIONS, "dev")[::16] + half(QUESTIONS, "test")[::16]:
        answer = query(one.question, store=store)
        for citation in answer.citations:
            assert citation.article.text[citation.start : citation.end] == citation.quote
            assert citation.quote == citation.quote.strip() != ""


def test_the_threshold_declines_more_and_errs_less_than_answering_all(store: str) -> None:
    from answer.reader import THRESHOLD

    judged = judge(half(QUESTIONS, "dev")[::4], store)  # .ci/run asks all of them
    chosen = point(judged, THRESHOLD)
    assert chosen.wrong <= 0.35 and chosen.declined >= 0.8
    none, every = point(judged, 1.1), point(judged, 0.0)
    assert (none.coverage, none.wrong, none.declined) == (0.0, 0.0, 1.0)
    assert every.coverage > chosen.coverage and every.declined < chosen.declined
    assert point(judged, best(judged)).wrong <= MOST_WRONG


def test_filters_narrow_what_answers(store: str) -> None:
    answer = query("Who closed Aleppo airport?", store=store, until="2023")
    assert all((hit.chunk.article.published or "") < "2024" for hit in answer.hits)
    assert answer.hits
    with pytest.raises(QuestionError, match="since"):
        query("Who closed Aleppo airport?", store=store, since="last week")


def test_what_was_understood_is_said_and_can_be_taken_back(
    store: str, sample: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    outlet = sample.retriever.articles()[0].outlet
    asked = f"What did {outlet} report of the airport?"
    assert query(asked, store=store).understood == f"What did report of the airport? · in {outlet}"
    assert query(asked, store=store, literal=True).understood == asked
    face.main([asked, "--store", store])
    assert f"· in {outlet} (--literal" in capsys.readouterr().out
    face.main([asked, "--store", store, "--literal"])
    assert "Searched for" not in capsys.readouterr().out


def test_a_language_model_that_is_not_connected_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="ollama/llama4"):
        query("Who?", llm="ollama/llama4")


def test_ten_threads_at_once_get_the_answers_of_one(store: str) -> None:
    asked = ["Who closed Aleppo airport?", "Where was the summit held?", "Who won the 2022 World Cup?"] * 4
    alone = [query(question, store=store).text for question in asked]
    together = [""] * len(asked)

    def ask(n: int) -> None:
        together[n] = query(asked[n], store=store).text

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_the_demonstration_answers_while_the_users_store_is_empty_and_says_what_it_is(
    fresh: Path, encoder: SentenceEncoder
) -> None:
    answer = query("Who closed Aleppo airport?")
    assert {citation.article.collection for citation in answer.citations} == {"demonstration"}
    assert "demonstration, not journalism" in face.shown(answer)


def test_the_demonstration_is_never_searched_together_with_the_users_articles(
    fresh: Path, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    from index.build import Builder

    (tmp_path / "note.txt").write_text("The mayor of Corvane opened a library on Sunday.\n")
    Builder(load(), lambda: encoder).add([tmp_path / "note.txt"])
    answer = query("Who closed Aleppo airport?")
    assert {hit.chunk.article.path for hit in answer.hits} == {str(tmp_path / "note.txt")}


def test_a_store_that_is_named_and_empty_is_not_replaced_by_the_demonstration(tmp_path: Path) -> None:
    answer = query("Who closed Aleppo airport?", store=tmp_path / "empty")
    assert answer.abstained
    assert "No article was found" in face.shown(answer)


def test_streaming_gives_the_words_first_and_the_answer_last(store: str) -> None:
    *events, done = stream("Who closed Aleppo airport?", store=store)
    assert isinstance(done, Done) and isinstance(done.answer, Answer)
    assert tuple(event.sentence for event in events if isinstance(event, Checked)) == done.answer.sentences
    assert not any(isinstance(event, Done) for event in events)


def test_the_command_line_prints_the_answer_and_each_citation(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert face.main(["Who closed Aleppo airport?", "--store", store]) == 0
    printed = capsys.readouterr().out
    answer = query("Who closed Aleppo airport?", store=store)
    article = answer.citations[0].article
    for words in (answer.text, "[1] ", article.title, article.outlet, (article.published or "")[:10], article.url):
        assert str(words) in printed


def test_the_command_line_prints_the_whole_answer_as_json(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert face.main(["Who closed Aleppo airport?", "--json", "--store", store]) == 0
    printed = json.loads(capsys.readouterr().out)
    answer = query("Who closed Aleppo airport?", store=store)
    assert printed | {"seconds": 0} == answer.as_dict() | {"seconds": 0}
    first = printed["citations"][0]
    assert set(first) == {"number", "quote", "start", "end", "exact", "article", "also_in"}
    assert first["quote"] == answer.citations[0].quote


def test_the_command_line_keeps_asking_until_an_empty_line(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["Where was the summit held?", "Who won the 2022 World Cup?", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert face.main(["-i", "--store", store]) == 0
    printed = capsys.readouterr().out
    assert "Tehran" in printed
    assert "The articles do not say." in printed


def test_a_mistake_is_one_line_without_a_traceback(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert face.main(["Who?", "--since", "soon", "--store", store]) == 1
    assert face.main(["  ", "--store", store]) == 1
    error = capsys.readouterr().err
    assert error.count("Error: ") == 2
    assert "Traceback" not in error


def test_no_question_reaches_the_network(store: str) -> None:
    """In a process of its own, where opening any connection to another machine would end it."""
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise SystemExit(f'network: {a}')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from answer import query\n"
        f"print(query('Who closed Aleppo airport?', store={store!r}).abstained)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr


def test_inside_llama_index_the_retriever_and_the_query_engine_work_like_its_own(store: str) -> None:
    from llama_index.core.base.response.schema import Response
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    from answer.adapters import DatelineQueryEngine, DatelineRetriever

    chain = RetrieverQueryEngine.from_args(DatelineRetriever(store, k=3), llm=MockLLM())
    response = chain.query("Who closed Aleppo airport?")
    assert len(response.source_nodes) == 3
    node = response.source_nodes[0].node
    assert "airport" in node.get_content()
    assert node.end_char_idx - node.start_char_idx == len(node.text)

    by_words = DatelineRetriever(store, k=3, ranking="bm25").retrieve("Who closed Aleppo airport?")
    found = assistant.of(load(store=store)).retriever.search("Who closed Aleppo airport?", k=3, ranking="bm25")
    assert [one.node.node_id for one in by_words] == [hit.chunk.id for hit in found]

    response = DatelineQueryEngine(store).query("Who closed Aleppo airport?")
    answer = query("Who closed Aleppo airport?", store=store)
    assert isinstance(response, Response)
    assert str(response) == answer.text
    assert [node.node.text for node in response.source_nodes] == [one.quote for one in answer.citations]
    assert DatelineQueryEngine(store).query("Who won the 2022 World Cup?").source_nodes == []


def test_the_same_settings_share_one_assistant(store: str) -> None:
    settings = load(store=store)
    assert assistant.of(settings) is assistant.of(load(store=store))


def test_every_error_raised_on_purpose_has_one_root() -> None:
    from index import errors

    raised = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert all(issubclass(one, DatelineError) and f"── {one.__name__}" in (errors.__doc__ or "") for one in raised[1:])
