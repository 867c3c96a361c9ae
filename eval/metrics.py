"""Measures as pure functions over plain values: evidence found, answers, abstention and confidence, citations.

What the library ir-measures does is in `eval.standard`, intervals and paired tests are in `eval.paired`. A share of
nothing is 0 unless a docstring says otherwise. Standard library only.
"""

from __future__ import annotations

import re
import string
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
# A number with its separators, one character of a script that puts no spaces between words, or a run of letters.
_WORD = re.compile(rf"\d+(?:[.,:]\d+)*|[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def evidence_ranks(evidence: Sequence[str], chunks: Sequence[str]) -> list[int | None]:
    """For each passage, the rank from 1 of the first chunk that holds it, or None; `chunks` are texts, best first.

    Spaces and line ends count for nothing, as in the protocol of MultiHop-RAG (Tang and Yang 2024, arXiv 2401.15391).
    Raises ValueError when there is no evidence or when a passage is blank, which every chunk would hold.
    """
    wanted, held = [_squeezed(passage) for passage in evidence], [_squeezed(chunk) for chunk in chunks]
    if not wanted or not all(wanted):
        raise ValueError("There is no evidence to look for, or one passage of it is blank.")
    return [next((rank for rank, text in enumerate(held, 1) if passage in text), None) for passage in wanted]


def evidence_hit(ranks: Sequence[int | None], k: int) -> float:
    """MultiHop-RAG's hits@k of a question: 1 when any passage is among the first k chunks, otherwise 0."""
    return float(any(rank <= k for rank in ranks if rank))


def evidence_mrr(ranks: Sequence[int | None], k: int = 10) -> float:
    """MultiHop-RAG's mrr@k of a question: 1 / rank of the first chunk that holds any passage, 0 beyond rank k."""
    return max((1 / rank for rank in ranks if rank and rank <= k), default=0.0)


def evidence_recall(ranks: Sequence[int | None], k: int) -> float:
    """The share of a question's passages that are among the first k chunks."""
    return share(rank is not None and rank <= k for rank in ranks)


def all_evidence(ranks: Sequence[int | None], k: int) -> float:
    """1 when every passage is among the first k chunks, otherwise 0."""
    return float(evidence_recall(ranks, k) == 1)


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")


def normalise(text: str) -> str:
    """SQuAD's normal form: lower case, no ASCII punctuation, no a, an or the, single spaces (Rajpurkar et al. 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(text: str, answers: Iterable[str]) -> float:
    """1 when the text is one of the answers in SQuAD's normal form; give ("",) where the right reply is to abstain."""
    return float(normalise(text) in set(map(normalise, answers)))


def f1(text: str, answers: Iterable[str]) -> float:
    """SQuAD's F1 of the words in common, the best over the answers; two texts without words are equal."""
    return max((_f1(normalise(text).split(), normalise(answer).split()) for answer in answers), default=0.0)


def _f1(said: list[str], right: list[str]) -> float:
    common = sum((Counter(said) & Counter(right)).values())
    return 2 * common / (len(said) + len(right)) if said and right else float(said == right)


def accepted(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers is in the text as whole words, whatever stands around it.

    Case, punctuation, an article before the answer, the width of letters and commas between thousands do not matter; a
    decimal point does, so that 3.7 is not 37, and so do articles within, so that Hepatitis A is not Hepatitis B.
    """
    said, wanted = f" {' '.join(_words(text))} ", filter(None, map(_words, answers))
    bare = (words[1:] if words[1:] and _ARTICLES.fullmatch(words[0]) else words for words in wanted)
    return any(f" {' '.join(words)} " in said for words in bare)


def complete(text: str, answers: Sequence[str], wrong: Iterable[str] = ()) -> bool:
    """Whether all answers and none of the wrong ones are in the text, as RAMDocs asks (arXiv 2504.13079)."""
    return bool(answers) and all(accepted(text, (one,)) for one in answers) and not accepted(text, wrong)


def _words(text: str) -> list[str]:
    return _WORD.findall(_THOUSANDS.sub("", unicodedata.normalize("NFKC", text).casefold()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a question; `right`: its answer is right and rightly cited. ValueError when that cannot be."""

    answerable: bool
    answered: bool
    right: bool
    confidence: float = 0.0

    def __post_init__(self) -> None:
        if self.right and not (self.answered and self.answerable):
            raise ValueError("Only an answer to a question that has one can be right.")


def abstention(outcomes: Sequence[Outcome]) -> tuple[float, float, float]:
    """Precision, recall and F1 of abstaining, where it is right for the questions that have no answer."""
    precision = share(not one.answerable for one in outcomes if not one.answered)
    recall = share(not one.answered for one in outcomes if not one.answerable)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def risk_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float, float]]:
    """(coverage, risk, threshold) were only the answers given whose confidence reaches the threshold, from high to low.

    Coverage is over all questions, risk the share of wrong ones among those answered; answers of equal confidence
    come together. After Geifman and El-Yaniv 2017, arXiv 1705.08500.
    """
    given = sorted((one for one in outcomes if one.answered), key=lambda one: -one.confidence)
    curve, answered, wrong = [], 0, 0
    for threshold, group in groupby(given, key=lambda one: one.confidence):
        for one in group:
            answered, wrong = answered + 1, wrong + (not one.right)
        curve.append((answered / len(outcomes), wrong / answered, threshold))
    return curve


def aurc(curve: Iterable[tuple[float, float, float]]) -> float:
    """The area under a risk–coverage curve over the coverage that it reaches: a mean risk, lower is better.

    At full coverage and without ties it is that of Geifman, Uziel and El-Yaniv 2019, arXiv 1805.08206.
    """
    area, reached = 0.0, 0.0
    for coverage, risk, _ in curve:
        area, reached = area + risk * (coverage - reached), coverage
    return area / reached if reached else 0.0


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that one of `higher` is above one of `lower`, ties half: 1 is perfect, .5 chance (Mann–Whitney).

    Raises ValueError when either is empty.
    """
    if not higher or not lower:
        raise ValueError("Both sides need at least one value.")
    below = sorted(lower)
    return sum(bisect_left(below, one) + bisect_right(below, one) for one in higher) / (2 * len(higher) * len(lower))


def quote_exactness(citations: Iterable[tuple[str, int, int, str]]) -> float:
    """The share of (article text, start, end, quote) whose quote is that slice of the text; 1 when there are none."""
    exact = [0 <= start < end <= len(text) and text[start:end] == quote for text, start, end, quote in citations]
    return share(exact) if exact else 1.0


def citation_precision(
    cited: Iterable[tuple[str, str]], relevant: Collection[str], answers: Sequence[str], evidence: Sequence[str] = ()
) -> float:
    """The share of (article id, quote) whose article is relevant and whose quote carries the answer.

    A quote does when an accepted form or a whole passage of the evidence is in it.
    """
    return share(article in relevant and carries(quote, answers, evidence) for article, quote in cited)


def carries(quote: str, answers: Sequence[str], evidence: Sequence[str] = ()) -> bool:
    """Whether an accepted form of the answer, or a whole passage of the evidence, is in the words."""
    return accepted(quote, answers) or any(_squeezed(passage) in _squeezed(quote) for passage in evidence)


def citation_recall(numbers: Iterable[Collection[int]]) -> float:
    """The share of an answer's sentences that carry a citation, given the numbers of each."""
    return share(bool(one) for one in numbers)


def independent_articles(texts: Iterable[str]) -> int:
    """How many different articles an answer cites, given their texts; copies, whatever their spacing, count once."""
    return len({" ".join(text.split()).casefold() for text in texts})


def share(those: Iterable[bool]) -> float:
    """The share that is true; 0 of nothing."""
    found = list(those)
    return sum(found) / len(found) if found else 0.0
