"""python -m eval.followups CONVERSATIONS --among PATH...: whether follow-ups are rewritten well, and only they.

Conversations are TREC CAsT 2021's (Dalton et al. 2021); the passages of all turns are to be found among others. The
rules were chosen on even conversations, on every other document of SQuAD and on the sample's dev questions.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from answer.assistant import Assistant, of
from answer.followup import Turn, standalone
from answer.schema import Answer
from eval import conversations
from eval.cache import CACHE, store_for
from eval.conversations import Conversation
from eval.kept import Kept, human_kept, other_kept, sample_kept, stands_alone
from eval.loaders import LOADERS
from eval.metrics import share
from eval.progress import indexing
from eval.questions import Question, load
from index import demo, embed, settings, terminal
from index.embed import Encoder
from index.schema import digest
from index.vectors import Vectors

SAMPLE = Path(__file__).parent / "questions.jsonl"
_K = 10
_AROUND = 300  # characters of the article beside a quote


def forms(one: Conversation) -> dict[str, list[str]]:
    """Each turn's question in every form that is compared, by the form's name."""
    turns, raw = one.turns, [turn.raw for turn in one.turns]
    return {
        "raw": raw,
        "human rewrite": [turn.human for turn in turns],
        "first turn + raw": [f"{raw[0]} {each}" if at else each for at, each in enumerate(raw)],
        "previous passage + raw": [f"{turns[at - 1].passage} {each}" if at else each for at, each in enumerate(raw)],
        "rewritten": rewritten(one),
    }


def rewritten(one: Conversation) -> list[str]:
    """Each turn's question, after the turns before it as they were rewritten."""
    told = list[Turn]()
    for turn in one.turns:
        told.append(Turn(question=standalone(turn.raw, told), passage=turn.passage))
    return [turn.question for turn in told]


def dense_ranks(questions: Sequence[str], wanted: Sequence[int], passages: Vectors, encoder: Encoder) -> list[int]:
    """The rank from 1 of each question's passage, given by its row, by the nearness of its vector."""
    scores = encoder.encode_question(questions) @ passages.T
    of_wanted = scores[np.arange(len(wanted)), list(wanted)]
    return [int(rank) for rank in 1 + (scores > of_wanted[:, None]).sum(axis=1)]


def searched_ranks(questions: Sequence[str], wanted: Sequence[str], assistant: Assistant) -> list[int]:
    """The same by the whole search; beyond the last hit where the passage is in none. `wanted` are passages."""
    found = []
    for question, passage in zip(questions, wanted, strict=True):
        hits = assistant.retriever.search(question, k=_K)
        texts = [hit.chunk.article.text for hit in hits]
        found.append(texts.index(passage) + 1 if passage in texts else _K + 1)
    return found


def mrr(ranks: Iterable[int]) -> float:
    """mrr@10 of the ranks from 1."""
    return fmean(1 / rank if rank <= _K else 0.0 for rank in ranks)


def followed(asked: Sequence[Question], assistant: Assistant) -> dict[str, dict[str, float]]:
    """Form → half → recall@10 of the articles of the follow-ups, whose turns are asked in order."""
    found: dict[str, dict[str, list[float]]] = {}
    for one in (one for one in asked if one.turns and one.relevant):
        told = list[Turn]()
        for turn in one.turns:
            question = standalone(turn, told)
            told.append(turn_of(assistant.ask(question)))
        for form, question in {
            "raw": one.question,
            "all turns + raw": " ".join([*one.turns, one.question]),
            "rewritten": standalone(one.question, told),
        }.items():
            hits = assistant.retriever.search(question, k=_K)
            recall = share(any(id in hit.articles for hit in hits) for id in one.relevant)
            found.setdefault(form, {}).setdefault(one.tags.get("split", ""), []).append(recall)
    return {form: {split: fmean(values) for split, values in halves.items()} for form, halves in found.items()}


def turn_of(answer: Answer) -> Turn:
    """The turn that an answer makes, with the words around its first citation."""
    if answer.abstained:
        return Turn(question=answer.question)
    first = answer.citations[0]
    passage = first.article.text[max(0, first.start - _AROUND) : first.end + _AROUND]
    return Turn(question=answer.question, answer=answer.short or answer.sentences[0].text, passage=passage)


def _vectors(passages: Sequence[str], encoder: Encoder, cache: Path) -> Vectors:
    """The vectors of the passages, made once for the same passages and model."""
    file = cache / "vectors" / f"{digest(encoder.name, *passages)[:12]}.npy"
    if file.exists():
        loaded: Vectors = np.load(file)
        return loaded
    file.parent.mkdir(parents=True, exist_ok=True)
    made = encoder.encode(passages)
    np.save(file, made)
    return made


def _halves(values: Mapping[str, Sequence[int]]) -> str:
    both = [rank for ranks in values.values() for rank in ranks]
    return f"{mrr(values['dev']):.3f} {mrr(values['test']):.3f} {mrr(both):.3f}"


def _show_ranks(name: str, found: Sequence[Conversation], ranks: Callable[[list[str], list[str]], list[int]]) -> None:
    print(f"\nmrr@{_K}, {name:27} dev   test  both")
    rows: dict[str, dict[str, list[int]]] = {}
    for one in found:
        for form, questions in forms(one).items():
            ranked = ranks(questions, [turn.passage for turn in one.turns])
            rows.setdefault(form, {"dev": [], "test": []})[one.split] += ranked
    for form, values in rows.items():
        print(f"{form:36} {_halves(values)}")


def _show_kept(name: str, kept: Iterable[Kept], *, verbose: bool) -> None:
    alone = [one for one in kept if stands_alone(one.question)]
    for split in ("dev", "test"):
        half = [one for one in alone if one.split == split]
        print(f"{name:36} {split:5} {share(one.question == one.found for one in half):.4f} of {len(half)} unchanged")
        for one in half if verbose else ():
            if one.question != one.found:
                print(f"    {one.found}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measures."""
    parser = argparse.ArgumentParser(prog="python -m eval.followups", description=__doc__)
    parser.add_argument("conversations", type=Path, help="TREC CAsT 2021 as .json, plain or .gz")
    parser.add_argument("--among", type=Path, nargs="+", default=[], help="files and folders of other passages")
    parser.add_argument("--most", type=int, default=20_000, help="so many other passages (20,000)")
    parser.add_argument("--squad", type=Path, help="SQuAD, for questions that stand alone")
    parser.add_argument("--search", action="store_true", help="measure the whole search too, which is indexed first")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where vectors and stores are kept")
    parser.add_argument("--verbose", action="store_true", help="print what was changed and stands alone")
    given = parser.parse_args(arguments)
    return terminal.run(lambda: _show(given))


def _show(given: argparse.Namespace) -> int:
    found, sample = conversations.load(given.conversations), load(SAMPLE).questions
    own = [turn.passage for one in found for turn in one.turns]
    passages = list(dict.fromkeys([*own, *conversations.others(given.among, given.most)]))
    rows, encoder = {text: row for row, text in enumerate(passages)}, embed.load()
    print(f"{len(found)} conversations, {len(own)} turns, {len(passages)} passages")
    vectors = _vectors(passages, encoder, given.cache)
    _show_ranks("dense", found, lambda asked, told: dense_ranks(asked, [rows[one] for one in told], vectors, encoder))
    if given.search:
        among = conversations.articles_of(passages, "conversations")
        assistant = of(store_for(among, settings.load(), given.cache, indexing))
        _show_ranks("the whole search", found, lambda asked, told: searched_ranks(asked, told, assistant))
    print()
    _show_kept("human rewrites", human_kept(found), verbose=given.verbose)
    if given.squad:
        _show_kept("SQuAD, after another document", other_kept(LOADERS["squad"](given.squad)), verbose=given.verbose)
    _show_kept("the sample, after another question", sample_kept(sample), verbose=given.verbose)
    print(f"\nrecall@{_K} of the sample's follow-ups")
    for form, halves in followed(sample, of(demo.ready(settings.load()))).items():
        print(f"{form:36} {' '.join(f'{split} {value:.3f}' for split, value in halves.items())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
