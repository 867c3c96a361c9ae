"""The native form of questions: what is written is read again; what is wrong is named with file, line and field."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions import Question, QuestionSet, QuestionSetError, article_id, dump, line_of, load, unnamed
from index.schema import Filters, digest
from tests.conftest import article

LINK = "https://paper.example.org/2024/airport"
ID = digest("an article")
GIVEN: dict[str, Any] = {"id": "q", "question": "Who?", "answers": ["She"], "articles": [LINK]}

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
ARTICLES = st.lists(st.sampled_from([LINK, ID, f"{LINK}?id=2"]), min_size=1, max_size=3).map(tuple)
DATES = st.none() | st.sampled_from(["2020", "2020-02", "2020-02-12"])
COMMON = {
    "id": TEXT,
    "question": TEXT,
    "all_answers": st.booleans(),
    "wrong": TEXTS,
    "tags": st.dictionaries(TEXT, TEXT, max_size=3),
    "filters": st.builds(Filters, outlet=st.none() | TEXT, since=DATES),
    "turns": TEXTS,
    "note": st.just("") | TEXT,
}
QUESTIONS = (
    st.builds(Question, answers=TEXTS, articles=ARTICLES, evidence=TEXTS, **COMMON)  # type: ignore[arg-type]
    | st.builds(Question, answers=st.none(), articles=ARTICLES | st.just(()), **COMMON)  # type: ignore[arg-type]
    | st.builds(Question, answers=st.just(()), **(COMMON | {"tags": st.just({"type": "feedback"})}))  # type: ignore[arg-type]
)


def write(folder: Path, *rows: dict[str, Any] | str) -> Path:
    path = folder / "mine.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_full_question_is_read_field_by_field(tmp_path: Path) -> None:
    row = GIVEN | {
        "answers": ["two", "2"],
        "all_answers": True,
        "wrong": ["four"],
        "articles": [LINK, ID],
        "evidence": ["Two people"],
        "tags": {"type": "number", "split": "dev"},
        "filters": {"outlet": "Paper", "since": "2020-02", "until": "2020"},
        "turns": ["What happened?"],
        "note": "a note",
    }
    found = load(write(tmp_path, row, "", GIVEN | {"id": "r", "answers": None, "articles": [LINK], "tags": None}))
    assert (found.name, found.articles) == ("mine", None)
    assert found.questions[0] == Question(
        id="q",
        question="Who?",
        answers=("two", "2"),
        all_answers=True,
        wrong=("four",),
        articles=(LINK, ID),
        evidence=("Two people",),
        tags={"type": "number", "split": "dev"},
        filters=Filters(outlet="Paper", since="2020-02", until="2020"),
        turns=("What happened?",),
        note="a note",
    )
    assert found.questions[0].relevant == {digest("url", LINK), ID}
    assert found.questions[1].answers is None
    assert found.questions[1].relevant == frozenset()  # the nearest article is not one that answers


@given(st.lists(QUESTIONS, min_size=1, max_size=4, unique_by=lambda question: question.id))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, questions: list[Question]) -> None:
    path = tmp_path_factory.getbasetemp() / "again.jsonl"
    dump(questions, path)
    assert list(load(path).questions) == questions


def test_what_is_left_out_is_not_written() -> None:
    assert json.loads(line_of(Question(id="q", question="Who?", answers=None))) == {
        "id": "q", "question": "Who?", "answers": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"id": None}, "id", "is missing or blank"),
        ({"id": 7}, "id", "is 7, not a text"),
        ({"question": " "}, "question", "is missing or blank"),
        ({"question": "\ud800"}, "question", "half of a surrogate pair"),
        ({"answers": []}, "answers", "is an empty list; give accepted forms, or null"),
        ({"answers": "She"}, "answers", 'is "She", not a list'),
        ({"answers": ["She", ""]}, "answers[2]", "is missing or blank"),
        ({"answers": [38]}, "answers[1]", "is 38, not a text"),
        ({"articles": []}, "articles", "is missing or empty, but there are answers"),
        ({"articles": ["doc 7"]}, "articles", "'doc 7' is neither a link to an article"),
        ({"articles": ["https://paper.example.org/"]}, "articles", "is neither a link to an article"),
        ({"articles": {"a": 1}}, "articles", 'is {"a": 1}, not a list'),
        ({"evidence": [None]}, "evidence[1]", "is missing or blank"),
        ({"answers": None, "evidence": ["x"]}, "evidence", "is given, but answers is null"),
        ({"all_answers": "yes"}, "all_answers", 'is "yes"; give true or false'),
        ({"tags": []}, "tags", "is [], not an object"),
        ({"tags": {"year": 2024}}, "tags, field year", "is 2024, not a text"),
        ({"filters": {"publisher": "x"}}, "filters, field publisher", "is not known; the filters are outlet"),
        ({"filters": {"since": "last May"}}, "filters", "since is 'last May', not a date; give"),
        ({"filters": {"since": "2021", "until": "2020"}}, "filters", "since (2021) is after until (2020)"),
        ({"filters": {"since": 2020}}, "filters, field since", "is 2020, not a text"),
        ({"turns": "What?"}, "turns", "not a list"),
        ({"anwsers": ["She"]}, "anwsers", "is not known; the fields are id, question, answers"),
        ({"\x1b[2J\n": "x"}, "[2J", "is not known"),
        ({"id": "first"}, "id", "is 'first', as in "),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_field(
    tmp_path: Path, change: dict[str, Any], field: str, problem: str
) -> None:
    path = write(tmp_path, GIVEN | {"id": "first"}, "", GIVEN | change)
    with pytest.raises(QuestionSetError) as raised:
        load(path)
    message = str(raised.value)
    assert message.startswith(f"{path}, line 3, field {field}: ")
    assert problem in message and "\n" not in message


def test_answers_may_be_left_out_for_the_search_alone_or_for_feedback(tmp_path: Path) -> None:
    bare = {"question": "Who?"}
    rows = [{"id": "a", "articles": [LINK]}, {"id": "b", "tags": {"type": "feedback"}}, {"id": "c"}]
    with pytest.raises(QuestionSetError, match="line 3, field answers: is missing; give accepted forms, or null"):
        load(write(tmp_path, *(bare | row for row in rows)))
    search, feedback = load(write(tmp_path, *(bare | row for row in rows[:2]))).questions
    assert (search.answers, search.answerable, search.relevant) == ((), None, {article_id(LINK)})
    assert (feedback.answers, feedback.answerable, feedback.relevant) == ((), None, frozenset())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "q",', "line 2: is not valid JSON: Expecting property name"),
        ("[1]", "line 2: is [1], not an object"),
        (json.dumps({"\ud83d": "x"}), 'line 2: the name "\\ud83d" holds half of a surrogate pair'),
        (json.dumps(GIVEN | {"tags": {"\ud83d": "x"}}), "field tags: the name"),
        ("9" * 5000, "line 2: is not usable JSON"),
        ("[" * 100_000, "line 2: is not usable JSON"),
    ],
    ids=["cut off", "list", "name", "name of a tag", "long number", "deep"],
)
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(QuestionSetError) as raised:
        load(write(tmp_path, GIVEN, line))
    assert problem in str(raised.value) and "\n" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = {"latin.jsonl": b'{"id": "\xe9"}', "empty.jsonl": b" \n", "cut.jsonl.gz": gzip.compress(b"{}" * 99)[:20],
           "plain.jsonl.gz": b"{}"}  # fmt: skip
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    problems = {"latin.jsonl": "line 1: is not UTF-8", "empty.jsonl": "is empty", "cut.jsonl.gz": "not whole gzip",
                "plain.jsonl.gz": "not whole gzip", "none.jsonl": "no such file", ".": "is a folder"}  # fmt: skip
    for name, problem in problems.items():
        with pytest.raises(QuestionSetError, match=problem) as raised:
            load(tmp_path / name)
        assert str(tmp_path) in str(raised.value)


def test_a_byte_order_mark_and_odd_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "windows.jsonl"
    row = json.dumps(GIVEN | {"question": "Who\u2028said so?"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + row.encode() + b"\r\n\r\n")
    assert [question.question for question in load(path).questions] == ["Who\u2028said so?"]


def test_the_questions_of_the_sample_corpus_are_in_the_native_form() -> None:
    questions = load(Path(__file__).parent.parent / "eval" / "questions.jsonl").questions
    assert {question.tags["split"] for question in questions} == {"dev", "test"}
    assert all(question.answerable is bool(question.relevant) for question in questions)


def test_questions_can_be_asked_without_the_names_of_outlets() -> None:
    asked = Question(id="1", question="Did The Gull report, as Harbour Wire did, of gulls?", answers=("yes",))
    told = [article("Gulls."), *(article(f"{name} on gulls.", outlet=name) for name in ("The Gull", "Harbour Wire"))]
    found = unnamed(QuestionSet(name="gulls", questions=(asked,), articles=tuple(told)))
    assert [one.question for one in found.questions] == ["Did report, as did, of gulls?"]
    assert unnamed(replace(found, articles=None)).questions == found.questions
