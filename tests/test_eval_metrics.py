"""Every measure against a value worked out by hand, and what must hold of it whatever it is given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import metrics
from eval.metrics import Outcome
from eval.paired import flipped, interval, mcnemar, sign_flip
from eval.standard import scores

IDS = st.lists(st.sampled_from("abcdefgh"), max_size=8)
WORDS = st.text("abc ñ東ア01,.'-", max_size=12)


def test_the_standard_measures_are_those_worked_out_by_hand() -> None:
    found = scores(
        {"one": ["d1", "d2", "d2", "d3", "d4"], "gone": ["d2"], "unasked": ["d1"]},
        {"one": {"d2", "d4", "d9"}, "gone": {"d1"}, "silent": {"d1"}},
        (1, 3, 5),
    )
    # Of "one", articles found in order: d1, d2*, d3, d4* (a second chunk of d2 is not a second article); d9 is missed.
    assert {name: values["one"] for name, values in found.items()} == pytest.approx(
        {
            "hits@1": 0, "hits@3": 1, "hits@5": 1,
            "recall@1": 0, "recall@3": 1 / 3, "recall@5": 2 / 3,
            "precision@1": 0, "precision@3": 1 / 3, "precision@5": 2 / 5,
            "mrr@1": 0, "mrr@3": 1 / 2, "mrr@5": 1 / 2,
            # gains at ranks 2 and 4, over the best there could be, at 1, 2 and 3
            "ndcg@1": 0, "ndcg@3": (1 / math.log2(3)) / (1 + 1 / math.log2(3) + 1 / 2),
            "ndcg@5": (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 1 / 2),
            # precision at the two relevant ones, 1/2 and 2/4, over three relevant
            "map": (1 / 2 + 2 / 4) / 3,
        }
    )  # fmt: skip
    for values in found.values():
        assert list(values) == ["one", "gone", "silent"]
        assert values["gone"] == values["silent"] == 0


@settings(deadline=None)
@given(IDS, st.sets(st.sampled_from("abcdefgh"), min_size=1), st.integers(1, 9))
def test_the_library_agrees_with_the_definitions(ranked: list[str], relevant: set[str], k: int) -> None:
    found = {name: values["q"] for name, values in scores({"q": ranked}, {"q": relevant}, (k,)).items()}
    top = list(dict.fromkeys(ranked))[:k]
    hits = [one in relevant for one in top]
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, 1) if hit)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))
    assert found[f"hits@{k}"] == any(hits)
    assert found[f"recall@{k}"] == pytest.approx(sum(hits) / len(relevant))
    assert found[f"precision@{k}"] == pytest.approx(sum(hits) / k)
    assert found[f"mrr@{k}"] == pytest.approx(1 / (hits.index(True) + 1) if any(hits) else 0)
    assert found[f"ndcg@{k}"] == pytest.approx(gain / ideal)


def test_a_ranking_in_the_wrong_order_lowers_what_minds_the_order() -> None:
    ranked, relevant = ["a", "b", "c", "d"], {"q": {"a"}}
    good, broken = scores({"q": ranked}, relevant, (4,)), scores({"q": ranked[::-1]}, relevant, (4,))
    assert (good["mrr@4"]["q"], broken["mrr@4"]["q"]) == (1, 1 / 4)
    assert good["recall@4"] == broken["recall@4"]


@pytest.mark.parametrize("id", ["q\0x", "\ud800", "a b\n", ""], ids=repr)
def test_no_id_ends_the_process(id: str) -> None:
    found = scores({id: [id, "q"], "q": []}, {id: {id}, "q": {id}}, (1,))
    assert found["hits@1"] == {id: 1, "q": 0}


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="No relevant articles are known for q"):
        scores({"q": ["a"]}, {"q": set()})
    with pytest.raises(ValueError, match="The cutoffs are 5, 0; give"):
        scores({"q": ["a"]}, {"q": {"a"}}, (5, 0))
    assert scores({}, {}, (1,))["map"] == {}
    for evidence in ([], ["fact", " \n"]):
        with pytest.raises(ValueError, match="no evidence"):
            metrics.evidence_ranks(evidence, ["chunk"])
    for higher, lower in (([], [1.0]), ([1.0], [])):
        with pytest.raises(ValueError, match="at least one"):
            metrics.auroc(higher, lower)
    with pytest.raises(ValueError, match="at least one"):
        interval([])


def test_evidence_is_found_as_multihop_rag_has_it() -> None:
    facts = ["The mayor\nresigned.", "Two people drowned.", "Never said"]
    chunks = [
        "Nothing here.",
        "On Monday: T wo people drow\nned. More.",
        "Two people drowned.",
        "The may or resigned. Now",
    ]
    ranks = metrics.evidence_ranks(facts, chunks)
    assert ranks == [4, 2, None]
    assert [metrics.evidence_hit(ranks, k) for k in (1, 2, 4)] == [0, 1, 1]
    assert [metrics.evidence_mrr(ranks, k) for k in (1, 10)] == [0, 1 / 2]
    assert [metrics.evidence_recall(ranks, k) for k in (1, 2, 4)] == [0, 1 / 3, 2 / 3]
    assert metrics.all_evidence(ranks, 10) == 0
    assert [metrics.all_evidence(ranks[:2], k) for k in (3, 4)] == [0, 1]
    assert metrics.evidence_ranks(["a\tb"], ["a b"]) == [None]  # a tab is neither a space nor a line end


@given(st.lists(st.none() | st.integers(1, 20), min_size=1), st.integers(1, 20))
def test_evidence_measures_rise_with_k_and_agree(ranks: list[int | None], k: int) -> None:
    for measure in (metrics.evidence_hit, metrics.evidence_recall, metrics.all_evidence, metrics.evidence_mrr):
        assert 0 <= measure(ranks, k) <= measure(ranks, k + 1) <= 1
    assert metrics.all_evidence(ranks, k) <= metrics.evidence_recall(ranks, k) <= metrics.evidence_hit(ranks, k)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Cat's\tpajamas!", "cats pajamas"),
        ("an A-Team, a theatre", "ateam theatre"),  # punctuation goes before articles do
        ("3.7 million", "37 million"),
        ("“safe”", "“safe”"),  # only ASCII punctuation
        ("the", ""),
    ],
)
def test_squads_normal_form(text: str, normal: str) -> None:
    assert metrics.normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "answers", "exact", "f1"),
    [
        ("the cat.", ["Cat", "a dog"], 1, 1),
        ("the cat sat", ["cat sat down"], 0, 4 / 5),  # 2 in common: precision 2/2, recall 2/3
        ("cat cat", ["cat"], 0, 2 / 3),  # a word is matched once: precision 1/2, recall 1
        ("cat sat", ["dog", "cat ran off", "sat"], 0, 2 / 3),  # the best of 0, 2/5 and 2/3
        ("dog", ["cat"], 0, 0),
        ("", [""], 1, 1),  # abstained, rightly
        ("the", [""], 1, 1),
        ("cat", [""], 0, 0),
        ("", ["cat"], 0, 0),
        ("cat", [], 0, 0),
    ],
)
def test_squads_scores(text: str, answers: list[str], exact: float, f1: float) -> None:
    assert metrics.exact_match(text, answers) == exact
    assert metrics.f1(text, answers) == pytest.approx(f1)


@given(WORDS, st.lists(WORDS))
def test_an_exact_match_has_full_f1(text: str, answers: list[str]) -> None:
    exact, f1 = metrics.exact_match(text, answers), metrics.f1(text, answers)
    assert 0 <= exact <= f1 <= 1
    assert metrics.f1(text, [text]) == metrics.exact_match(text, [text]) == 1


@pytest.mark.parametrize(
    ("text", "answer", "whether"),
    [
        ("The Syrian authorities closed it.", "Syrian authorities", True),
        ("Syrian authorities closed it.", "the Syrian authorities", True),
        ("It was the “safe withdrawal”.", 'a "safe withdrawal"', True),
        ("He left Tehranpars.", "Tehran", False),
        ("Smith's house", "Smith", True),
        ("rebel-held Idlib", "Idlib", True),
        ("some 1,200 people", "1200", True),
        ("some 1200 people", "1,200", True),
        ("some 11,200 people", "1,200", False),
        ("37 million", "3.7 million", False),
        ("17.5 hours", "17", False),
        ("at 06:15.", "06:15", True),
        ("Hepatitis B", "Hepatitis A", False),
        ("Group A", "A", True),
        ("他在北京。", "北京", True),
        ("ＢＢＣ", "bbc", True),
        ("anything", "the …", False),
        ("anything", "…", False),
        ("", "x", False),
    ],
)
def test_an_accepted_form_is_found_as_whole_words(text: str, answer: str, whether: bool) -> None:
    assert metrics.accepted(text, ["unsaid", answer]) is whether


@given(WORDS, WORDS, WORDS)
def test_an_answer_with_words_is_accepted_wherever_it_stands(before: str, answer: str, after: str) -> None:
    assert metrics.accepted(f"{before} {answer} {after}", [answer]) is any(one.isalnum() for one in answer)


def test_all_answers_and_no_wrong_one_are_wanted_where_articles_disagree() -> None:
    assert metrics.complete("Founded in 1912, or in 1897.", ("1912", "1897"), ("1895",))
    assert not metrics.complete("Founded in 1912.", ("1912", "1897"))
    assert not metrics.complete("1912, 1897 or 1895.", ("1912", "1897"), ("1895",))
    assert not metrics.complete("", ())


def outcomes(text: str, confidences: Sequence[float] = ()) -> list[Outcome]:
    """One outcome a letter: R right, W wrong, G given to a question without an answer, M missed, D rightly declined."""
    padded = [*confidences, *[0.0] * len(text)]
    return [
        Outcome(answerable=one in "RWM", answered=one in "RWG", right=one == "R", confidence=confidence)
        for one, confidence in zip(text, padded, strict=False)
    ]


def test_abstention() -> None:
    # Three abstentions, two of them right; four without an answer, two of them declined: f1 = 2 (2/3)(1/2) / (7/6).
    assert metrics.abstention(outcomes("RRRRWGGMDD")) == pytest.approx((2 / 3, 1 / 2, 4 / 7))
    with pytest.raises(ValueError, match="can be right"):
        Outcome(answerable=False, answered=True, right=True)
    with pytest.raises(ValueError, match="can be right"):
        Outcome(answerable=True, answered=False, right=True)


def test_an_answerer_that_never_abstains_is_shown_by_the_numbers() -> None:
    assert metrics.abstention(outcomes("RRGG")) == (0, 0, 0)
    assert metrics.abstention(outcomes("RRDD")) == (1, 1, 1)


def test_risk_coverage_and_its_area() -> None:
    curve = metrics.risk_coverage(outcomes("RWRM", (0.9, 0.5, 0.5)))
    # At .9 one of four is answered, rightly; at .5 three are, one of them wrong; the fourth never is.
    assert curve == [(1 / 4, 0, 0.9), (3 / 4, 1 / 3, 0.5)]
    assert metrics.aurc(curve) == pytest.approx((1 / 4 * 0 + 2 / 4 * 1 / 3) / (3 / 4))
    # At full coverage and without ties: the mean of the risks 0, 0, 1/3, 1/4.
    assert metrics.aurc(metrics.risk_coverage(outcomes("RRWR", (0.9, 0.8, 0.7, 0.6)))) == pytest.approx(7 / 48)
    assert metrics.aurc(metrics.risk_coverage(outcomes("MD"))) == 0


@given(st.lists(st.tuples(st.sampled_from("RWGMD"), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=1))
def test_the_curve_ends_at_the_answers_given(drawn: list[tuple[str, float]]) -> None:
    found = outcomes("".join(one for one, _ in drawn), [confidence for _, confidence in drawn])
    curve = metrics.risk_coverage(found)
    given = [one for one in found if one.answered]
    if given:
        assert curve[-1][:2] == pytest.approx((len(given) / len(found), fmean(not one.right for one in given)))
    else:
        assert curve == []
    assert [point[0] for point in curve] == sorted({point[0] for point in curve})
    assert [point[2] for point in curve] == sorted({point[2] for point in curve}, reverse=True)
    assert 0 <= metrics.aurc(curve) <= 1 + 1e-9


def test_auroc_is_the_chance_of_the_right_order() -> None:
    assert metrics.auroc([0.9, 0.8], [0.1, 0.2]) == 1
    # Of the four pairs: .9 above both, .3 above .2 and level with .3.
    assert metrics.auroc([0.9, 0.3], [0.2, 0.3]) == pytest.approx(3.5 / 4)


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auroc_counts_pairs(higher: list[int], lower: list[int]) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in higher for other in lower]
    assert metrics.auroc(higher, lower) == pytest.approx(fmean(pairs))
    assert metrics.auroc(higher, lower) + metrics.auroc(lower, higher) == pytest.approx(1)


def test_quotes_are_exact_or_they_are_not() -> None:
    text = "Two people drowned."
    assert metrics.quote_exactness([]) == 1
    assert metrics.quote_exactness([(text, 0, 3, "Two"), (text, 4, 10, "people")]) == 1
    wrong = [(text, 0, 3, "two"), (text, 0, 0, ""), (text, 14, 99, "ned."), (text, -4, 19, "ned.")]
    assert metrics.quote_exactness([(text, 0, 3, "Two"), *wrong]) == 1 / 5


def test_a_citation_counts_when_its_article_and_its_words_are_right() -> None:
    answers, evidence = ("two people", "two"), ("Two people drowned in Brenholt",)
    right, elsewhere, beside = ("a", "Two people drowned."), ("b", "Two people drowned."), ("a", "The river rose.")
    assert metrics.citation_precision([right], {"a"}, answers) == 1
    assert metrics.citation_precision([right, elsewhere, beside, beside], {"a"}, answers) == 1 / 4
    assert metrics.citation_precision([("a", "Then Two people\ndrowned in Brenholt.")], {"a"}, ("2",), evidence) == 1
    assert metrics.citation_precision([("a", "drowned in Brenholt")], {"a"}, ("2",), evidence) == 0
    assert metrics.citation_precision([], {"a"}, answers) == 0


def test_citation_recall_and_independent_articles() -> None:
    assert metrics.citation_recall([(1, 2), (), (1,), ()]) == 1 / 2
    assert metrics.citation_recall([]) == 0
    assert metrics.independent_articles(["One text.", "one  text.\n", "Another."]) == 2
    assert metrics.independent_articles([]) == 0


def test_a_bootstrap_interval_repeats_and_narrows() -> None:
    assert interval([1.0] * 5) == (1, 1)
    assert interval([0.0, 1.0], resamples=400) == (0, 1)  # a quarter of the resamples are 0, 0 and 1, 1 each
    few, many = [0.0, 1.0] * 10, [0.0, 1.0] * 200
    assert interval(few) == interval(few)
    low, high = interval(many)
    # The standard error of 400 coins is .025, and 1.96 of them are .049.
    assert (low, high) == pytest.approx((0.451, 0.549), abs=0.01)
    assert interval(few)[1] - interval(few)[0] > high - low


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_lies_within_the_values(values: list[float]) -> None:
    low, high = interval(values, resamples=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_the_sign_flip_test() -> None:
    assert sign_flip([0, 0, 1], [0, 0, 1]) == 1
    # Of the 8 signs of 1, 1, 1 two give a sum as far from 0.
    assert sign_flip([0, 0, 0, 5], [1, 1, 1, 5]) == 2 / 8
    # Of the 8 signs of .1, .2, -.3, whose sum is 0, every one does.
    assert sign_flip([0.0, 0.0, 0.3], [0.1, 0.2, 0.0]) == 1
    # 20 differences of one sign: 2 in 2**20 by chance, so none in the sample but the one that is added.
    assert sign_flip([0.0] * 20, [1.0] * 20, resamples=999) == 1 / 1000
    assert sign_flip([0.0] * 20, [1.0, -1.0] * 10, resamples=99) == 1
    with pytest.raises(ValueError):
        sign_flip([1], [1, 2])


def test_the_sign_flip_test_minds_what_only_one_run_has() -> None:
    # Two right answers, and two wrong ones that the second run no longer gives. Swapped both, one, the other or
    # neither, the means are 0 and 1/2, 1/3 and 1/3 twice, 1/2 and 0.
    assert sign_flip([0, 0, 1, 1], [0, 0, None, None]) == 2 / 4
    assert sign_flip([0.0] * 20 + [1.0] * 20, [0.0] * 20 + [None] * 20, resamples=999) == 1 / 1000
    assert sign_flip([None, 0], [0, None]) == 1
    assert sign_flip([None], [None]) == 1


def test_mcnemars_exact_test() -> None:
    # Five became right and one wrong: 2 (1 + 6) / 2**6.
    assert mcnemar([False] * 5 + [True, True], [True] * 5 + [False, True]) == 14 / 64
    assert mcnemar([True, False], [True, False]) == 1
    assert mcnemar([False, True], [True, False]) == 1
    assert mcnemar([False] * 3000, [True] * 3000) == 0
    with pytest.raises(ValueError):
        mcnemar([True], [])


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_the_paired_tests_agree_on_right_and_wrong(pairs: list[tuple[bool, bool]]) -> None:
    before, after = [old for old, _ in pairs], [new for _, new in pairs]
    # On flips alone, every sign of the differences is McNemar's binomial.
    assert sign_flip(before, after) == pytest.approx(mcnemar(before, after))
    assert mcnemar(before, after) == mcnemar(after, before)


def test_the_questions_that_flipped() -> None:
    before, after = {"a": True, "b": False, "c": True, "d": False, "old": True}, {"d": True, "c": False, "a": True}
    assert flipped(before, after | {"b": True, "new": False}) == (["b", "d"], ["c"])
