"""Published question sets in tiny: what each loader makes of the form, and what it says of a file that is not in it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.loaders import LOADERS
from eval.questions import Question, QuestionSetError, article_id, dump, load

Rows = list[dict[str, Any]]


def write(path: Path, *rows: dict[str, Any]) -> Path:
    """JSON Lines, gzip where the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def fact(number: int, words: str) -> dict[str, Any]:
    return {"title": "T", "author": None, "url": url(number), "source": "S", "fact": words}


def url(number: int) -> str:
    return f"https://paper.example.org/{number}?utm_source=feed"


def multihop(folder: Path, *, corpus: Rows | None = None, questions: Rows | None = None) -> Path:
    articles = [
        {"title": f"Title {n}", "author": "A. Writer" if n else None, "source": "The Paper", "category": "sports",
         "published_at": "2023-11-27T08:45:59+00:00", "url": url(n), "body": f"Body of {n}."} for n in (0, 1)
    ]  # fmt: skip
    asked = [
        {"query": "Both?", "answer": "Yes", "question_type": "comparison_query",
         "evidence_list": [fact(0, "Body of 0"), fact(1, "Body of 1"), fact(1, "of 1.")]},
        {"query": "Neither?", "answer": "Insufficient information.", "question_type": "null_query",
         "evidence_list": []},
    ]  # fmt: skip
    write(folder / "corpus.jsonl.gz", *(articles if corpus is None else corpus))
    write(folder / "questions.jsonl.gz", *(asked if questions is None else questions))
    return folder


def test_multihop_rag(tmp_path: Path) -> None:
    found = LOADERS["multihop-rag"](multihop(tmp_path))
    assert found.name == "multihop-rag" and found.articles is not None
    first, second = found.articles
    assert (second.title, second.text, second.outlet, second.author, second.collection) == (
        "Title 1", "Body of 1.", "The Paper", "A. Writer", "sports",
    )  # fmt: skip
    assert (second.url, second.id) == (url(1), article_id("https://paper.example.org/1"))
    assert (second.published, second.published_from) == ("2023-11-27T08:45:59+00:00", "field")
    assert first.author is None
    both, neither = found.questions
    assert (both.answers, both.articles, both.tags["type"]) == (("Yes",), (url(0), url(1)), "comparison")
    assert {one.tags["split"] for one in found.questions} <= {"dev", "test"}
    assert both.evidence == ("Body of 0", "Body of 1", "of 1.")
    assert both.relevant == {first.id, second.id}
    assert (neither.answers, neither.articles, neither.tags["type"]) == (None, (), "null")
    assert [one.id for one in LOADERS["multihop-rag"](tmp_path).questions] == [both.id, neither.id]


def squad(path: Path, *questions: dict[str, Any]) -> Path:
    paragraphs = [
        {"context": "The mayor resigned on Monday.", "qas": list(questions)},
        {"context": "Other.", "qas": []},
    ]
    return write(path, {"version": "v2.0", "data": [{"title": "Mayor_of_Corvane", "paragraphs": paragraphs}]})


@pytest.mark.parametrize("name", ["dev.json", "dev.json.gz"])
def test_squad(tmp_path: Path, name: str) -> None:
    monday, again = {"text": "Monday", "answer_start": 22}, {"text": "on Monday", "answer_start": 19}
    path = squad(
        tmp_path / name,
        {"id": "v1", "question": "When?", "answers": [monday, monday, again]},
        {"id": "v2", "question": "Why?", "answers": [], "is_impossible": True, "plausible_answers": [monday]},
        {"id": "bare", "question": "Where?", "answers": []},
    )
    found = LOADERS["squad"](path)
    assert found.articles is not None
    assert [(one.title, one.text) for one in found.articles] == [
        ("Mayor of Corvane", "The mayor resigned on Monday."), ("Mayor of Corvane", "Other."),
    ]  # fmt: skip
    article = found.articles[0]
    when, why, where = found.questions
    assert when == Question(
        id="v1", question="When?", answers=("Monday", "on Monday"), articles=(article.id,), tags={"type": "answerable"}
    )
    assert when.relevant == {article.id}
    for question in (why, where):
        assert (question.answers, question.articles, question.tags) == (None, (article.id,), {"type": "unanswerable"})
        assert question.relevant == frozenset()


def ramdocs_row(**change: Any) -> dict[str, Any]:
    documents = [
        {"text": "Founded in 1912.", "type": "correct", "answer": "1912"},
        {"text": "Founded\x00in 1895.", "type": "misinfo", "answer": "1895"},
        {"text": "Founded in 1897.", "type": "correct", "answer": "1897"},
        {"text": "A lodge.", "type": "noise", "answer": "unknown"},
    ]
    return {
        "question": "When was it founded?", "documents": documents, "disambig_entity": ["Elks"],
        "gold_answers": ["1912", "1897"], "wrong_answers": ["1895"],
    } | change  # fmt: skip


def test_ramdocs(tmp_path: Path) -> None:
    single = ramdocs_row(question="Who?", gold_answers=["He"], wrong_answers=[], documents=[])
    path = write(tmp_path / "questions.jsonl.gz", ramdocs_row(), single)
    found = LOADERS["ramdocs"](path)
    assert found == LOADERS["ramdocs"](tmp_path)
    first, second = found.questions
    assert found.articles is not None
    articles = found.articles
    assert {article.collection for article in articles} == {first.id}
    assert [question.filters.collection for question in found.questions] == [first.id, second.id]
    assert [article.text for article in articles] == [
        "Founded in 1912.", "Founded in 1895.", "Founded in 1897.", "A lodge.",
    ]  # fmt: skip
    assert (first.answers, first.all_answers, first.wrong) == (("1912", "1897"), True, ("1895",))
    assert first.articles == (articles[0].id, articles[2].id)
    assert (first.tags, second.tags) == (
        {"type": "several", "misinformation": "yes"}, {"type": "single", "misinformation": "no"},
    )  # fmt: skip


def beir(folder: Path, *, qrels: dict[str, str] | None = None) -> Path:
    write(
        folder / "corpus.jsonl",
        {"_id": "1", "title": "One", "text": "The first.", "metadata": {"url": url(1)}},
        {"_id": "2", "title": "Only a title", "text": ""},
        {"_id": "3", "title": "", "text": ""},
    )
    write(folder / "queries.jsonl.gz", *({"_id": f"q{n}", "text": f"Query {n}?"} for n in range(4)))
    tables = {"test": "q0\t1\t2\nq0\t2\t1\nq0\t3\t1\nq1\t1\t0\n", "train": "q2\t1\t1\n"} if qrels is None else qrels
    (folder / "qrels").mkdir()
    for name, table in tables.items():
        (folder / "qrels" / f"{name}.tsv").write_text(f"query-id\tcorpus-id\tscore\n{table}", encoding="utf-8")
    return folder


def test_beir(tmp_path: Path) -> None:
    found = LOADERS["beir"](beir(tmp_path / "tiny"))
    assert found.name == "beir-tiny" and found.articles is not None
    assert [(one.title, one.text, one.url) for one in found.articles] == [
        ("One", "The first.", url(1)), ("Only a title", "Only a title", None),
    ]  # fmt: skip
    (question,) = found.questions  # q1 has no article above 0, q2 is of another split, q3 is not judged
    assert (question.id, question.question, question.answers) == ("q0", "Query 0?", ())
    assert (question.answerable, question.tags) == (None, {"split": "test"})
    # The third is judged relevant but has no words: it stays, and counts as not found.
    assert len(question.relevant) == 3 and question.relevant > {article.id for article in found.articles}


def test_an_article_that_beir_gives_twice_is_refused(tmp_path: Path) -> None:
    folder = beir(tmp_path / "tiny")
    write(folder / "corpus.jsonl", {"_id": "1", "text": "The first."}, {"_id": "1", "text": "Another."})
    with pytest.raises(QuestionSetError, match=r"line 2, field _id: is that of .*corpus\.jsonl, line 1, too"):
        LOADERS["beir"](folder)


def test_beir_without_a_test_split_takes_every_judgement(tmp_path: Path) -> None:
    found = LOADERS["beir"](beir(tmp_path / "tiny", qrels={"dev": "q1\t1\t1\n", "train": "q2\t1\t1\nq1\t2\t1\n"}))
    assert [(one.id, one.tags["split"], len(one.articles)) for one in found.questions] == [
        ("q1", "dev", 2), ("q2", "train", 1),
    ]  # fmt: skip


def test_what_a_loader_makes_can_be_written_in_the_native_form(tmp_path: Path) -> None:
    sets = [
        LOADERS["multihop-rag"](multihop(tmp_path / "m")),
        LOADERS["squad"](squad(tmp_path / "s.json", {"id": "1", "question": "When?", "answers": [{"text": "Monday"}]})),
        LOADERS["ramdocs"](write(tmp_path / "r.jsonl", ramdocs_row())),
        LOADERS["beir"](beir(tmp_path / "b")),
    ]
    for one in sets:
        dump(one.questions, tmp_path / "native.jsonl")
        assert load(tmp_path / "native.jsonl").questions == one.questions


def test_what_is_missing_or_odd_is_named(tmp_path: Path) -> None:
    asked = {"query": "Q?", "answer": "Yes", "question_type": "inference_query"}
    bare = {"id": "1", "question": "When?"}
    twice = [bare | {"answers": []}, bare | {"answers": []}]
    faults = {
        "holds no corpus.jsonl and no corpus.jsonl.gz": ("multihop-rag", tmp_path),
        "field evidence_list: is missing": ("multihop-rag", multihop(tmp_path / "m1", questions=[asked])),
        "evidence_list[1], field url: is https://paper.example.org/9": (
            "multihop-rag", multihop(tmp_path / "m2", questions=[asked | {"evidence_list": [fact(9, "x")]}]),
        ),
        "line 1, field body: is missing": (
            "multihop-rag", multihop(tmp_path / "m3", corpus=[{"url": url(1), "title": "T"}]),
        ),
        "twice; keep one": ("squad", squad(tmp_path / "twice.json", *twice)),
        "field data: is missing": ("squad", write(tmp_path / "odd.json", {"version": "1"})),
        "data[1], paragraphs[1], qas[1], field answers: is missing": ("squad", squad(tmp_path / "no.json", bare)),
        "holds no questions": ("squad", squad(tmp_path / "none.json")),
        "is a folder": ("squad", tmp_path),
        "holds no questions.jsonl": ("ramdocs", tmp_path),
        "line 1, field gold_answers: is missing": (
            "ramdocs", write(tmp_path / "g.jsonl", ramdocs_row(gold_answers=[])),
        ),
        "documents[1], field type: is missing": (
            "ramdocs", write(tmp_path / "t.jsonl", ramdocs_row(documents=[{"text": "x"}])),
        ),
        "holds no qrels/*.tsv": ("beir", beir(tmp_path / "b1", qrels={})),
        "test.tsv, line 2: is not a query's id": ("beir", beir(tmp_path / "b2", qrels={"test": "q0\t1\n"})),
        "queries.jsonl holds no query 'q9'": ("beir", beir(tmp_path / "b3", qrels={"test": "q9\t1\t1\n"})),
        "judges no article of corpus.jsonl relevant": ("beir", beir(tmp_path / "b4", qrels={"test": "q0\t8\t1\n"})),
    }  # fmt: skip
    for problem, (name, path) in faults.items():
        with pytest.raises(QuestionSetError) as raised:
            LOADERS[name](path)
        assert problem in str(raised.value) and str(tmp_path) in str(raised.value)
        assert "\n" not in str(raised.value)
