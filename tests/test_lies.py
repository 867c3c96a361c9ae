"""The set of judged answers is well formed, and a record that is not is named with file, line and field."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.lies import Judged, Lie, load
from eval.records import QuestionSetError
from index.chunk import sentences
from index.demo import CORPUS
from index.embed import SentenceEncoder
from tests.conftest import WordEncoder

MARKER = re.compile(r"\s*[\[【(]\d+(?:\s*[,–-]\s*\d+)*[\]】)]")
ONLY_IN_TEST = {"exclusive", "wrong comparison", "wrong order", "wrong quantity", "wrong time", "wrong unit"}
SAID = {"words": "shut on Sunday", "supported": False, "kind": "wrong date"}
GIVEN: dict[str, Any] = {
    "id": "a",
    "split": "dev",
    "question": "When did the port close?",
    "passages": [["port", "closed the port"], ["mine", "flooded"], ["port", "The mayor left"]],
    "answer": "The port was shut on Sunday [1]. The mayor went away [2].",
    "sentences": [SAID, {"words": "went away", "supported": True, "kind": "paraphrase", "passages": [3]}],
}


@pytest.fixture(scope="module")
def lies(encoder: SentenceEncoder) -> list[Lie]:
    return load(tokenise=encoder.tokenise)


def told(lie: Lie) -> list[str]:
    """The sentences of an answer, without markers."""
    bare = MARKER.sub("", lie.answer)
    return [bare[start:end] for start, end in sentences(bare)]


def halves(lies: list[Lie]) -> tuple[list[Lie], list[Lie]]:
    return [lie for lie in lies if lie.split == "dev"], [lie for lie in lies if lie.split == "test"]


def test_there_are_many_answers_in_each_half_over_three_to_six_different_passages(lies: list[Lie]) -> None:
    assert len(lies) >= 150
    assert all(len(half) >= 60 for half in halves(lies))
    assert all(3 <= len({passage.id for passage in lie.passages}) == len(lie.passages) <= 6 for lie in lies)


def test_every_sentence_of_an_answer_is_judged_and_holds_the_words_it_is_known_by(lies: list[Lie]) -> None:
    for lie in lies:
        assert len(told(lie)) == len(lie.sentences), lie.id
        for sentence, judged in zip(told(lie), lie.sentences, strict=True):
            assert judged.words in sentence, lie.id
            assert lie.answer.count(judged.words) == 1, lie.id


def test_about_half_of_the_sentences_of_each_half_are_supported(lies: list[Lie]) -> None:
    for half in halves(lies):
        labels = [judged.supported for lie in half for judged in lie.sentences]
        assert len(labels) >= 200
        assert 0.4 <= sum(labels) / len(labels) <= 0.6


def test_no_sentence_and_no_question_stands_in_both_halves(lies: list[Lie]) -> None:
    dev, test = ({flat for lie in half for flat in map(str.lower, [*told(lie), lie.question])} for half in halves(lies))
    assert not dev & test


def test_a_sentence_that_needs_several_passages_names_them_and_it_alone_is_called_joined(lies: list[Lie]) -> None:
    joined = [judged for lie in lies for judged in lie.sentences if judged.kind == "joined"]
    assert len(joined) >= 6
    assert all(judged.supported and len(judged.passages) > 1 for judged in joined)


def test_a_kind_has_one_label_and_is_in_both_halves_unless_it_is_kept_for_the_test_half(lies: list[Lie]) -> None:
    dev, test = (Counter((j.kind, j.supported) for lie in half for j in lie.sentences) for half in halves(lies))
    assert len({kind for kind, _ in dev | test}) == len(dev | test)
    assert {kind for kind, _ in test - dev if not dev[kind, True] + dev[kind, False]} == ONLY_IN_TEST
    assert all(test[kind] for kind in dev)


def test_each_article_supports_sentences_and_is_lied_about_in_both_halves(lies: list[Lie]) -> None:
    files = {path.stem for path in CORPUS.glob("*.md")}
    for half in halves(lies):
        supports = {lie.passages[n - 1] for lie in half for judged in lie.sentences for n in judged.passages}
        shown = {p for lie in half for p in lie.passages if not all(judged.supported for judged in lie.sentences)}
        for passages in (supports, shown):
            assert {Path(passage.article.path or "").stem for passage in passages} == files


def test_the_markers_are_of_many_forms_some_are_missing_and_some_point_nowhere(lies: list[Lie]) -> None:
    answers = " ".join(lie.answer for lie in lies)
    for form in ("[1]", "[1, 2]", "[1][2]", "[1-2]", "【1】", "(1)"):
        assert form in answers.replace("【2】", "【1】")
    assert any(not MARKER.search(lie.answer) for lie in lies)
    assert any(int(n) > len(lie.passages) for lie in lies for n in re.findall(r"\[(\d+)\]", lie.answer))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A corpus of two articles, the first of two chunks, and a file of the rows given."""
    filler = "\n\n".join(f"Line {n} of the filler " + "goes on and on " * 12 + "to its end." for n in range(4))
    (tmp_path / "port.md").write_text(f"They closed the port on Friday.\n\n{filler}\n\nThe mayor left.", "utf-8")
    (tmp_path / "mine.md").write_text("The mine flooded.", "utf-8")

    def file(*rows: dict[str, Any]) -> Path:
        path = tmp_path / "lies.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return path

    return file


def test_a_passage_is_the_chunk_that_holds_the_words(write: Callable[..., Path]) -> None:
    path = write(GIVEN)
    (lie,) = load(path, corpus=path.parent, tokenise=WordEncoder().tokenise)
    first, mine, last = lie.passages
    assert first.text.startswith("They closed the port") and "mayor" not in first.text
    assert last.text.endswith("The mayor left.") and last.article == first.article
    assert mine.text == "The mine flooded."
    assert lie.sentences == (
        Judged(words="shut on Sunday", supported=False, kind="wrong date", passages=()),
        Judged(words="went away", supported=True, kind="paraphrase", passages=(3,)),
    )


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"id": None}, "id", "is missing or blank"),
        ({"split": "train"}, "split", "is 'train'; give dev or test"),
        ({"question": ""}, "question", "is missing or blank"),
        ({"answer": None}, "answer", "is missing or blank"),
        ({"passages": GIVEN["passages"][:2]}, "passages", "is not a list of 3 to 6 passages"),
        ({"passages": [["port"], *GIVEN["passages"][1:]]}, "passages[1]", "has 1 parts, not 2"),
        ({"passages": [["quay", "x"], *GIVEN["passages"][1:]]}, "passages[1]", "names 'quay', which is no article"),
        ({"passages": [*GIVEN["passages"][:2], ["port", "on and on"]]}, "passages[3]", "found 48 times in port"),
        ({"passages": [*GIVEN["passages"][:2], ["port", "on Monday"]]}, "passages[3]", "found 0 times in port"),
        ({"passages": [*GIVEN["passages"][:2], ["port", 7]]}, "passages[3][2]", "is 7, not a text"),
        ({"sentences": None}, "sentences", "is missing; give a list"),
        ({"sentences": []}, "sentences", "is an empty list"),
        ({"sentences": GIVEN["sentences"][::-1]}, "words", "'shut on Sunday' does not follow in the answer"),
        ({"sentences": [SAID | {"supported": None, "passages": [1]}]}, "passages", "is given, but the sentence is not"),
        ({"sentences": [SAID | {"supported": True}]}, "passages", "is empty, but the sentence is supported"),
        ({"sentences": [SAID | {"supported": True, "passages": [4]}]}, "passages", "is not a list of numbers from 1"),
        ({"sentences": [SAID | {"supported": True, "passages": [True]}]}, "passages", "is not a list of numbers"),
        ({"sentences": [SAID | {"supported": "no"}]}, "supported", 'is "no"; give true or false'),
        ({"sentences": [{"words": "shut on Sunday", "kind": "x"}]}, "supported", "is missing; give true or false"),
        ({"sentences": [SAID | {"kind": " "}]}, "kind", "is missing or blank"),
    ],
)
def test_a_bad_record_is_named_in_one_line(
    write: Callable[..., Path], change: dict[str, Any], field: str, problem: str
) -> None:
    path = write(GIVEN, GIVEN | {"id": "b"} | change)
    with pytest.raises(QuestionSetError) as raised:
        load(path, corpus=path.parent, tokenise=WordEncoder().tokenise)
    assert "lies.jsonl, line 2" in str(raised.value) and f"field {field}: " in str(raised.value)
    assert problem in str(raised.value) and "\n" not in str(raised.value)


def test_words_that_cross_two_chunks_are_refused(write: Callable[..., Path]) -> None:
    path = write(GIVEN | {"passages": [["port", "its end.\n\nLine 1"], *GIVEN["passages"][1:]]})
    with pytest.raises(QuestionSetError, match="which cross two chunks of port"):
        load(path, corpus=path.parent, tokenise=WordEncoder().tokenise)


def test_two_answers_of_one_id_are_refused(write: Callable[..., Path]) -> None:
    path = write(GIVEN, GIVEN)
    with pytest.raises(QuestionSetError, match="line 2, field id: is 'a', as in .*line 1; give each answer its own"):
        load(path, corpus=path.parent, tokenise=WordEncoder().tokenise)
