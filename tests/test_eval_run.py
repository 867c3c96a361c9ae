"""The harness: each fault lowers the right number, runs repeat and go on, one failing question is not fatal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from answer.assistant import Assistant
from answer.schema import Answer, Citation, Sentence
from eval import figures as measure
from eval.about import About, about
from eval.figures import compare
from eval.questions import Question
from eval.report import DEFAULT, grids, markdown, report
from eval.result import Result, from_line, line_of, of_answer, of_error, of_search
from eval.run import RunError, RunFolder, rankings, run
from index.build import Builder
from index.errors import StoreDamaged
from index.schema import Article, Chunk, Hit
from index.search import RANKINGS
from index.settings import Settings
from tests.conftest import WordEncoder, article

FIRE = article("The fire killed four people on Monday.", id="f" * 32)
FLOOD = article("The flood killed nine people on Tuesday.", id="0" * 31 + "a")
HITS = tuple(Hit(chunk=Chunk(article=one, start=0, end=len(one.text)), score=1.0) for one in (FIRE, FLOOD))
ASKED = Question(id="q", question="How many died?", answers=("four",), articles=(FIRE.id,), evidence=("killed four",))
UNKNOWN = Question(id="u", question="Who won?", answers=None)
ABOUT = About(name="some", n=2, questions="1", store="2", settings={"k": 10}, versions={}, commit="", started="now")


def answered(cited: Article | None, hits: tuple[Hit, ...] = HITS, confidence: float = 0.5) -> Answer:
    """An answer that quotes the whole of an article, or abstains."""
    citations = (Citation(number=1, article=cited, start=0, end=len(cited.text)),) if cited else ()
    sentence = Sentence(text=cited.text, numbers=(1,)) if cited else Sentence(text="Not said.", supported=False)
    return Answer(
        question="?",
        sentences=(sentence,),
        citations=citations,
        hits=hits,
        abstained=not cited,
        confidence=confidence,
        seconds={"read": 0.25},
    )


def figures(*pairs: tuple[Question, Answer]) -> dict[str, float]:
    results = [of_answer(question, answer) for question, answer in pairs]
    return {name: one.value for name, one in measure.figures(results).items()}


def test_a_right_answer_and_a_right_refusal_are_perfect() -> None:
    found = figures((ASKED, answered(FIRE)), (UNKNOWN, answered(None, confidence=0.1)))
    perfect = ("recall@10", "mrr@10", "evidence recall@1", "accepted", "abstention f1", "abstention precision",
               "abstention recall", "citation precision", "served right")  # fmt: skip
    assert {name: found[name] for name in perfect} == dict.fromkeys(perfect, 1.0)
    assert (found["wrong answers given"], found["coverage"], found["quote exactness"]) == (0.0, 0.5, 1.0)


def test_a_broken_retriever_lowers_the_retrieval_figures() -> None:
    found = figures((ASKED, answered(FIRE, hits=HITS[::-1])))
    assert (found["hits@1"], found["mrr@10"], found["evidence recall@1"]) == (0.0, 0.5, 0.0)
    assert (found["evidence hits@1"], found["evidence mrr@10"]) == (0.0, 0.5)
    found = figures((ASKED, answered(FIRE, hits=HITS[1:])))
    assert (found["recall@10"], found["evidence recall@10"], found["evidence hits@10"]) == (0.0, 0.0, 0.0)


def test_a_citation_to_the_wrong_article_lowers_citation_precision_and_is_a_wrong_answer() -> None:
    found = figures((ASKED, answered(FLOOD)))
    assert (found["citation precision"], found["wrong answers given"]) == (0.0, 1.0)
    copied = replace(FIRE, id="c" * 32)  # the same words in an article that is not relevant
    assert figures((ASKED, answered(copied)))["citation precision"] == 0.0


def test_an_answer_that_leads_with_the_wrong_event_is_wrong_whatever_it_says_next() -> None:
    both = Answer(
        question="?",
        sentences=(Sentence(text=FLOOD.text, numbers=(1,)), Sentence(text=FIRE.text, numbers=(2,))),
        citations=(
            Citation(number=1, article=FLOOD, start=0, end=len(FLOOD.text)),
            Citation(number=2, article=FIRE, start=0, end=len(FIRE.text)),
        ),
    )
    assert figures((ASKED, both))["wrong answers given"] == 1.0
    assert figures((ASKED, both))["citation precision"] == 0.5


def test_words_that_say_other_than_their_quote_are_wrong() -> None:
    prose = replace(answered(FIRE), sentences=(Sentence(text="Nine people died.", numbers=(1,)),))
    assert figures((ASKED, prose))["wrong answers given"] == 1.0


def test_an_answerer_that_never_abstains_lowers_abstention_and_raises_wrong_answers() -> None:
    found = figures((ASKED, answered(FIRE)), (UNKNOWN, answered(FLOOD)))
    assert (found["abstention recall"], found["wrong answers given"], found["coverage"]) == (0.0, 0.5, 1.0)


def test_all_answers_are_wanted_where_a_question_says_so() -> None:
    several = replace(ASKED, answers=("four", "Monday"), all_answers=True)
    assert of_answer(several, answered(FIRE)).right
    assert not of_answer(replace(several, answers=("four", "nine")), answered(FIRE)).right
    assert not of_answer(replace(several, wrong=("people",)), answered(FIRE)).right


def test_exact_match_and_f1_compare_the_short_answer_and_want_nothing_where_there_is_no_answer() -> None:
    short = of_answer(ASKED, replace(answered(FIRE), short="Four"))
    assert (short.exact_match, short.f1) == (1.0, 1.0)
    assert 0 < of_answer(ASKED, answered(FIRE)).f1 < 1
    assert of_answer(UNKNOWN, answered(None)).exact_match == 1.0


def test_questions_of_unknown_answer_and_searches_are_asked_and_their_answers_not_scored() -> None:
    feedback = Question(id="f", question="What of it?", answers=(), tags={"type": "feedback"})
    found = measure.figures([of_answer(ASKED, answered(FIRE)), of_answer(feedback, answered(FLOOD))])
    assert found["coverage"].n == 1
    searched = measure.figures([of_search(ASKED, HITS, 0.5)])
    assert "coverage" not in searched and searched["recall@10"].value == 1.0


def test_a_question_that_failed_is_neither_answered_nor_rightly_declined() -> None:
    found = {name: one.value for name, one in measure.figures([of_error(UNKNOWN, StoreDamaged("Gone."))]).items()}
    assert (found["abstention recall"], found["served right"], found["coverage"]) == (0.0, 0.0, 0.0)
    assert "abstention precision" not in found
    declined = of_answer(replace(UNKNOWN, id="u2"), answered(None))
    found = {n: one.value for n, one in measure.figures([of_error(UNKNOWN, StoreDamaged("Gone.")), declined]).items()}
    precision, recall = found["abstention precision"], found["abstention recall"]
    assert found["abstention f1"] == 2 * precision * recall / (precision + recall) == 2 / 3


def test_confidence_is_measured_on_the_answers_given() -> None:
    asked = [(True, FIRE, 0.9), (True, FLOOD, 0.6), (True, None, 0.1), (False, None, 0.0), (False, FLOOD, 0.95)]
    results = [
        of_answer(replace(ASKED if answerable else UNKNOWN, id=str(n)), answered(cited, confidence=confidence))
        for n, (answerable, cited, confidence) in enumerate(asked)
    ]
    found = measure.figures(results)
    assert (found["auroc"].value, found["auroc"].n) == (0.5, 3), "what was declined tells nothing"
    assert (found["aurc"].value, found["aurc"].n) == (pytest.approx((1 + 1 / 2 + 2 / 3) / 3), 3)
    assert found["abstention f1"].n == 5


def test_a_measure_of_nothing_is_left_out() -> None:
    found = figures((ASKED, answered(None)))
    assert not {"wrong answers given", "aurc", "auroc", "abstention f1"} & set(found)
    assert "auroc" not in figures((ASKED, answered(FIRE)))


class Broken(Assistant):
    """An assistant whose store breaks at one question."""

    def ask(self, question: str, **_: object) -> Answer:  # type: ignore[override]
        if question == UNKNOWN.question:
            raise StoreDamaged("The indexes are gone.")
        return answered(FIRE)


def test_one_failing_question_is_kept_with_its_error_and_the_rest_goes_on(settings: Settings) -> None:
    results = run(Broken(settings), [ASKED, UNKNOWN, replace(ASKED, id="q2")])
    assert [one.error for one in results] == ["", "The indexes are gone.", ""]


def test_a_fault_of_our_own_at_one_question_is_told_with_its_kind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Broken, "ask", lambda *_, **__: {}["text"])
    assert [one.error for one in run(Broken(settings), [ASKED])] == ["KeyError: 'text'"]
    monkeypatch.setattr(Broken, "ask", lambda *_, **__: iter(()).__next__())
    assert [one.error for one in run(Broken(settings), [ASKED])] == ["StopIteration: "]


def test_a_search_that_fails_has_found_nothing_and_answered_nothing(settings: Settings) -> None:
    assistant = Broken(settings)
    assistant.retriever.search = lambda *_, **__: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    found = rankings(assistant, [ASKED])
    assert all(one["recall@10"] == one["evidence hits@10"] == {"q": 0.0} for one in found.values())
    results = run(assistant, [ASKED], search_only=True)
    assert results[0].error == "ZeroDivisionError: division by zero"
    assert "coverage" not in measure.figures(results)


def test_odd_line_ends_and_a_cut_within_a_letter_lose_no_other_result(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    odd = of_answer(replace(ASKED, question="How\u2028many\x85died\x0b?"), answered(article("Four\u2029died\x1c.")))
    folder.rewrite([odd])
    whole = (tmp_path / "results.jsonl").read_bytes()
    with (tmp_path / "results.jsonl").open("ab") as file:
        file.write('{"id": "é'.encode()[:-1])
    assert folder.results() == [odd]
    folder.rewrite(folder.results())
    assert (tmp_path / "results.jsonl").read_bytes() == whole


def test_a_result_is_written_and_read_again_unchanged() -> None:
    for result in (of_answer(ASKED, answered(FIRE)), of_answer(UNKNOWN, answered(None)), of_search(ASKED, HITS, 0.1)):
        assert from_line(line_of(result)) == result


def test_an_interrupted_run_goes_on_where_it_was(settings: Settings, tmp_path: Path) -> None:
    questions = [replace(ASKED, id=str(n)) for n in range(5)]
    folder = RunFolder(tmp_path / "run")
    assert folder.begin(ABOUT) == []

    def stop(_: str, done: int, __: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Broken(settings), questions, folder=folder, watch=stop)
    with (folder.path / "results.jsonl").open("a") as file:
        file.write('{"id": "2", "question": "cut off in the mid')
    done = folder.begin(replace(ABOUT, started="later", commit="other"))
    assert [one.id for one in done] == ["0", "1"]

    class Counting(Broken):
        asked = 0

        def ask(self, question: str, **_: object) -> Answer:  # type: ignore[override]
            Counting.asked += 1
            return answered(FIRE)

    results = run(Counting(settings), questions, folder=folder, done=done)
    assert Counting.asked == 3
    assert results == folder.results() == run(Broken(settings), questions)


def test_a_run_that_goes_on_under_another_commit_names_both(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(replace(ABOUT, commit="one"))
    for commit in ("two", "one", "two"):
        folder.begin(replace(ABOUT, commit=commit))
    assert folder.about().commit == "one, two"


def test_a_question_that_failed_is_asked_again_when_a_run_goes_on(settings: Settings, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(ABOUT)
    run(Broken(settings), [ASKED, UNKNOWN], folder=folder)
    run(Broken(settings), [ASKED, UNKNOWN], folder=folder, done=folder.begin(ABOUT))
    assert [one.id for one in folder.results()] == ["q", "u"]


def test_a_folder_is_not_taken_for_another_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(ABOUT)
    with pytest.raises(RunError, match="a run with another store, settings"):
        folder.begin(replace(ABOUT, store="other", settings={"k": 3}))
    folder.finish("{}", "", "")
    with pytest.raises(RunError, match="finished run"):
        folder.begin(ABOUT)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    for taken in (tmp_path / "mine", tmp_path / "mine" / "notes.txt"):
        with pytest.raises(RunError, match="something else"):
            RunFolder(taken).begin(ABOUT)
    with pytest.raises(RunError, match="holds no run"):
        RunFolder(tmp_path / "nowhere").about()


def some_results(right: Callable[[int], bool]) -> list[Result]:
    questions = (replace(ASKED, id=str(n), tags={"type": "odd" if n % 2 else "even"}) for n in range(30))
    return [of_answer(one, answered(FIRE if right(int(one.id)) else FLOOD)) for one in questions]


def test_intervals_hold_the_figure_and_repeat() -> None:
    results = some_results(lambda n: n % 3 > 0)
    found = measure.figures(results)
    wrong = found["wrong answers given"]
    assert wrong.low is not None and wrong.high is not None and wrong.low < wrong.value < wrong.high
    assert (found["mrr@10"].low, found["mrr@10"].high) == (1.0, 1.0)
    assert measure.figures(results) == found


def test_two_runs_are_compared_question_by_question() -> None:
    before, after = some_results(lambda n: n % 3 > 0), some_results(lambda n: n != 4)
    found = compare(before, after[:-1])
    assert found.n == 29
    assert list(found.gained) == [str(n) for n in range(0, 28, 3)] and list(found.lost) == ["4"]
    old, new, p = found.measures["served right"]
    assert (old, new) == (19 / 29, 28 / 29) and 0 < p < 0.05
    assert found.measures["recall@10"] == (1.0, 1.0, 1.0)


def test_wrong_answers_that_are_no_longer_given_are_a_change() -> None:
    before = some_results(lambda n: n < 15)
    after = [one if one.right else of_answer(replace(ASKED, id=one.id), answered(None)) for one in before]
    old, new, p = compare(before, after).measures["wrong answers given"]
    assert (old, new) == (0.5, 0.0) and p < 0.01


def test_a_question_in_other_words_is_another_question() -> None:
    before = some_results(lambda n: True)
    after = [replace(one, question="Who?") if one.id < "2" else one for one in some_results(lambda n: False)]
    found = compare(before, after)
    assert found.n == len(found.lost) == 18 and "1" not in found.lost


def test_words_of_a_question_set_neither_steer_a_terminal_nor_break_a_table() -> None:
    results = [replace(one, tags={"type": f"{one.id[-1]}\x1b[2J|\nb"}) for one in some_results(lambda n: True)]
    told = report(ABOUT, results, rankings={})
    tables = [grid for grid in grids(told) if grid.title == "By type"]
    assert all("\x1b" not in grid.text() and len(grid.text().splitlines()) == 11 for grid in tables)
    assert tables and "| 0[2J\\| b | 3 |" in markdown(told)


def test_a_report_says_everything_and_is_the_same_each_time() -> None:
    results = some_results(lambda n: n % 3 > 0)
    told = report(ABOUT, results, rankings={"dense": measure.retrieval(results)}, before=results)
    data = json.loads(told.as_json())
    assert data["figures"]["wrong answers given"]["value"] == 0.333333
    assert data["tags"]["type"]["odd"]["n"] == 15
    assert data["seconds"] == {"read": [0.25, 0.25]}
    assert data["about"]["store"] == "2"
    titles = [grid.title for grid in grids(told)]
    assert "Judged by a language model" not in titles and "By type" in titles
    assert "Against the other run, 30 questions in both" in titles
    words = markdown(told)
    assert "30 questions asked, 0 failed." in words
    assert "| wrong answers given | 0.333 |" in words
    assert f"| {DEFAULT} | 1.000 |" in words


def test_what_a_language_model_judged_stands_apart() -> None:
    made = replace(ABOUT, settings={"judge": "ollama:tiny"})
    told = report(made, [replace(of_answer(ASKED, answered(FIRE)), judged={"helpful": 0.5})], rankings={})
    assert "helpful" not in told.figures
    assert told.judged["helpful"].value == 0.5
    assert "Judged by ollama:tiny" in [grid.title for grid in grids(told)]


def test_every_way_to_rank_is_measured_on_a_real_store(
    builder: Builder, settings: Settings, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.add_articles([FIRE, FLOOD])
    assistant = Assistant(settings)
    monkeypatch.setattr(assistant.retriever, "_encoder", lambda: words)
    found = rankings(assistant, [replace(ASKED, question="Who did the fire kill?"), UNKNOWN])
    assert list(found) == list(RANKINGS)
    assert all(one["recall@10"] == {"q": 1.0} for one in found.values())
    made = about("mine", assistant, [ASKED], search_only=True)
    assert made.store and made.differs(replace(made, started="then")) == []


def test_what_a_run_is_of_says_how_to_repeat_it_and_holds_no_path(
    settings: Settings, words: WordEncoder, tmp_path: Path
) -> None:
    (tmp_path / "my-model").mkdir()
    assistant = Assistant(replace(settings, embed_model=str(tmp_path / "my-model")))
    made = about("mine", assistant, [ASKED], search_only=False, split="test", limit=5)
    assert {name: made.settings[name] for name in ("embed_model", "ranking", "split", "limit")} == {
        "embed_model": "my-model", "ranking": "parts", "split": "test", "limit": 5,
    }  # fmt: skip
    assert about("mine", Assistant(replace(settings, embed_model="some/hub")), [], search_only=False).settings[
        "embed_model"
    ] == "some/hub"  # fmt: skip
