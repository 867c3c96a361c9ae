"""The standard measures of a ranking, computed by the library ir-measures (trec_eval underneath); only here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ir_measures import Measure

CUTOFFS = (1, 3, 4, 5, 10)


def scores(
    ranked: Mapping[str, Sequence[str]], relevant: Mapping[str, Collection[str]], cutoffs: Sequence[int] = CUTOFFS
) -> dict[str, dict[str, float]]:
    """Measure → question id → value between 0 and 1, for hits@k, recall@k, precision@k, mrr@k, ndcg@k and map.

    `ranked` gives the ids of the articles found for each question, best first; of an article found by several chunks
    the first counts, so that k counts articles. `relevant` gives the ids that should be found; relevance is yes or no.
    All of `relevant` are scored, 0 where nothing was found. ValueError when one has no ids or a cutoff is below 1.
    """
    from ir_measures import iter_calc

    if empty := sorted(question for question, ids in relevant.items() if not ids):
        raise ValueError(f"No relevant articles are known for {', '.join(empty[:5])}; leave such questions out.")
    names = _measures(cutoffs)
    found: dict[str, dict[str, float]] = {name: dict.fromkeys(relevant, 0.0) for name in names.values()}
    questions, qrels, run = _numbered(ranked, relevant)
    for one in iter_calc(list(names), qrels, run):
        found[names[one.measure]][questions[one.query_id]] = float(one.value)
    return found


def _measures(cutoffs: Sequence[int]) -> dict[Measure, str]:
    """The library's measures and our names for them. Raises ValueError for a cutoff below 1."""
    from ir_measures import AP, RR, P, R, Success, nDCG

    if any(k < 1 for k in cutoffs):
        raise ValueError(f"The cutoffs are {', '.join(map(str, cutoffs))}; give numbers from 1.")
    names: dict[Measure, str] = {AP: "map"}
    for name, measure in (("hits", Success), ("recall", R), ("precision", P), ("mrr", RR), ("ndcg", nDCG)):
        names |= {measure @ k: f"{name}@{k}" for k in cutoffs}
    return names


def _numbered(
    ranked: Mapping[str, Sequence[str]], relevant: Mapping[str, Collection[str]]
) -> tuple[dict[str, str], dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Number → question, the judgements and the run, with numbers for ids: odd characters in them end the process.

    The scores fall in the order given, because trec_eval sorts by score and breaks ties by id.
    """
    questions = {str(number): question for number, question in enumerate(relevant)}
    qrels, run = {}, {}
    for number, question in questions.items():
        order = dict.fromkeys(ranked.get(question, ()))
        articles = {id: str(at) for at, id in enumerate(dict.fromkeys([*order, *relevant[question]]))}
        qrels[number] = {articles[id]: 1 for id in relevant[question]}
        run[number] = {articles[id]: -float(rank) for rank, id in enumerate(order)}
    return questions, qrels, run
