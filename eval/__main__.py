"""python -m eval: questions with known answers in, a report out.

    python -m eval                                    the questions of the sample corpus
    python -m eval run QUESTIONS --store STORE        anybody's own, on their own archive
    python -m eval multihop-rag FOLDER                a published set; also squad FILE, ramdocs FILE, beir FOLDER
    python -m eval gold FILE                          the reader alone, over the passage of each question (SQuAD)
    python -m eval removed [SET PATH]                 each question also as if its evidence were not there
    python -m eval reports                            whether reports that differ are told from those that do not
    python -m eval attribution                        whether speakers, denials and doubts are told
    python -m eval speed                              how fast this machine indexes and answers; or, with
                                                      --chunks 250000, how fast it searches so many

Each run leaves a folder with report.html, report.md, report.json and what came of each question. Ctrl-C stops a run;
the same command with --out and its folder goes on with it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from math import isnan, nan
from pathlib import Path

from answer import llm as language_models
from answer import span_model
from answer.assistant import Assistant, of, settings_for
from eval import attribution, gold, large, removed, reports, speed
from eval import report as reporting
from eval.about import about
from eval.cache import CACHE, store_for
from eval.html_report import html
from eval.judge import Judge
from eval.loaders import LOADERS
from eval.progress import indexing, progress
from eval.questions import Question, QuestionSet, load, unnamed
from eval.report import Report
from eval.result import Result
from eval.run import RunError, RunFolder, rankings, run
from index import demo, settings, terminal
from index.errors import QuestionError, StoreError
from index.schema import flat
from index.settings import Settings
from index.store import Store

SAMPLE = Path(__file__).parent / "questions.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, and print the figures; returns 0, or 1 after a mistake or below a limit of --fail-under."""
    given = _parser().parse_args(arguments)
    commands = {"speed": _speed, "gold": _gold, "removed": _removed, "reports": _reports, "attribution": _attribution}
    return terminal.run(lambda: commands.get(given.command, _evaluate)(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=("run", *LOADERS, "gold", "removed", "reports", "attribution", "speed"),
        default="run",
    )
    parser.add_argument("questions", nargs="?", type=Path, help="the file or folder of the set")
    parser.add_argument(
        "--among", action="append", default=[], type=Path, help="removed: ask of these files, folders and sets together"
    )
    parser.add_argument("--store", help="the store's folder (default: as for `python -m answer`)")
    parser.add_argument("--split", help="ask only the questions with this tag, such as dev or test")
    parser.add_argument("--limit", type=_count, help="ask so many questions, evenly spread over the set")
    parser.add_argument("--search-only", action="store_true", help="search, and read no answer")
    parser.add_argument(
        "--judge", metavar="NAME", help="the language model that judges answers (default: the one that writes); '' none"
    )
    parser.add_argument("--unnamed", action="store_true", help="ask without the outlets' names in the questions")
    parser.add_argument("--out", type=Path, help="the folder of this run (default: a new one in the store, under runs)")
    parser.add_argument("--against", type=Path, help="the folder of another run to compare with")
    parser.add_argument("--fail-under", action="append", default=[], metavar="MEASURE=LIMIT", type=_limit)
    parser.add_argument("--fail-over", action="append", default=[], metavar="MEASURE=LIMIT", type=_limit)
    parser.add_argument("--articles", type=_count, default=speed.ARTICLES, help="speed: how many articles to index")
    parser.add_argument("--chunks", type=_count, help="speed: search among so many chunks, and measure nothing else")
    return parser


def _count(words: str) -> int:
    if not words.isdecimal() or int(words) < 1:
        raise argparse.ArgumentTypeError(f"{words!r} is no whole number from 1")
    return int(words)


def _limit(words: str) -> tuple[str, float]:
    name, _, limit = words.rpartition("=")
    try:
        number = float(limit)
    except ValueError:
        number = nan
    # Nothing is under a limit that is not a number: such a gate would always be open.
    if not name or isnan(number):
        raise argparse.ArgumentTypeError(f"{words!r} is no measure and its limit, such as recall@10=0.8")
    return name, number


def _evaluate(given: argparse.Namespace) -> int:
    found = _found(given)
    asked = list(found.questions)
    before = _before(given.against, asked) if given.against else None
    assistant = of(_settings(given, found))
    if not assistant.retriever.count():
        raise StoreError(f"{assistant.settings.store} holds no articles; name a store that does with --store.")
    judge = _judge(given, assistant)
    made = about(
        found.name,
        assistant,
        asked,
        search_only=given.search_only,
        split=given.split,
        limit=given.limit,
        judge=judge.name if judge else "",
    )
    # In the store, so that an article that is forgotten takes along the reports that quote it.
    runs = CACHE / "runs" if assistant.settings.read_only else Store(assistant.settings.store).runs
    folder = RunFolder(given.out or runs / f"{found.name}-{datetime.now():%Y%m%d-%H%M%S}")
    done = folder.begin(made)
    with _stoppable(folder), judge or nullcontext():
        results = run(
            assistant, asked, folder=folder, done=done, search_only=given.search_only, judge=judge, watch=progress
        )
        told = reporting.report(
            folder.about(),
            results,
            rankings=rankings(assistant, asked, watch=progress),
            before=before,
        )
        folder.finish(told.as_json(), reporting.markdown(told), html(told, results))
    _print(told, results, folder)
    if judge and judge.failed:
        print(f"{judge.name} did not judge {judge.failed} times ({judge.reason}).", file=sys.stderr)
    return _gate(told, given.fail_under, given.fail_over)


def _judge(given: argparse.Namespace, assistant: Assistant) -> Judge | None:
    """What is to judge the answers: --judge, or else the language model that writes them, if one does."""
    settings_of_judge = settings.load(llm=given.judge).llm if given.judge is not None else assistant.settings.llm
    return Judge(language_models.load(settings_of_judge)) if settings_of_judge and not given.search_only else None


def _speed(given: argparse.Namespace) -> int:
    def watch(done: int, total: int) -> None:
        progress("measurements", done, total)

    measured: speed.Speed | large.Large
    if given.chunks:
        measured = large.measure(given.chunks, watch)
        print(large.table(measured))
    else:
        measured = speed.measure(given.articles, watch)
        print(speed.table(measured))
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "speed.json").write_text(json.dumps(measured.as_dict(), indent=1) + "\n", encoding="utf-8")
    return 0


def _gold(given: argparse.Namespace) -> int:
    if given.questions is None:
        raise QuestionError("Give the file of the set: python -m eval gold FILE.")
    found = LOADERS["squad"](given.questions)
    asked = QuestionSet(
        name=found.name, questions=tuple(_spread(found.questions, given.limit)), articles=found.articles
    )
    model = span_model.load(settings.load().reader_model)
    readings = gold.read(model, asked, lambda done, total: progress("questions", done, total))
    for name, value in gold.figures(readings).items():
        print(f"{name:34} {value:.3f}")
    return 0


def _removed(given: argparse.Namespace) -> int:
    found = load(SAMPLE)
    if given.questions:
        found = LOADERS["multihop-rag" if given.questions.is_dir() else "squad"](given.questions)
    asked = [one for one in found.questions if given.split in (None, *one.tags.values()) and one.answerable]
    if given.among:
        store = removed.store_among(given.among, settings.load(), CACHE)
    else:
        store = store_for(found, settings.load(), CACHE, indexing) if found.articles else demo.ready(settings.load())
    cases = removed.ask(of(store), _spread(asked, given.limit), lambda done, total: progress("questions", done, total))
    for name, value in removed.figures(cases).items():
        print(f"{name:34} {value:.3f}")
    return 0


def _reports(given: argparse.Namespace) -> int:
    return reports.show(reports.load(given.questions or reports.PAIRS), given.split or "test")


def _attribution(given: argparse.Namespace) -> int:
    return attribution.show(attribution.load(given.questions or attribution.CASES), given.split or "test")


def _found(given: argparse.Namespace) -> QuestionSet:
    """The set that is named, cut down as asked."""
    if given.command in LOADERS:
        if given.questions is None:
            raise QuestionError(f"Give the path of the set: python -m eval {given.command} PATH.")
        if given.store:
            raise QuestionError(f"{given.command} brings its own articles and store; leave --store out.")
        found = LOADERS[given.command](given.questions)
    else:
        found = load(given.questions or SAMPLE)
    questions = [one for one in found.questions if given.split in (None, one.tags.get("split"))]
    if not questions:
        raise QuestionError(f"{found.name} has no questions with the tag split {given.split!r}.")
    asked = tuple(_spread(questions, given.limit))
    cut = QuestionSet(name=found.name, questions=asked, articles=found.articles)
    return unnamed(cut) if given.unnamed else cut


def _spread(questions: Sequence[Question], limit: int | None) -> list[Question]:
    """So many questions, evenly spread, and the same ones each time."""
    n = min(limit or len(questions), len(questions))
    return [questions[at * len(questions) // n] for at in range(n)]


def _before(path: Path, asked: Sequence[Question]) -> list[Result]:
    """The results of the run to compare with. Raises RunError when it is none, or asked other questions."""
    folder = RunFolder(path)
    folder.about()
    before = folder.results()
    if not {(one.id, one.question) for one in before} & {(one.id, one.question) for one in asked}:
        raise RunError(f"{path} asked none of these questions; give --against a run of the same set.")
    return before


def _settings(given: argparse.Namespace, found: QuestionSet) -> Settings:
    """Settings over the store to ask: the set's own, that of the sample for the sample, or the one that is named."""
    if found.articles is not None:
        return store_for(found, settings.load(), CACHE, indexing)
    if given.questions is None and given.store is None:
        return demo.ready(settings.load())
    return settings_for(given.store)


@contextmanager
def _stoppable(folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        print(f"\nThe same command with --out {folder.path} goes on with this run.", file=sys.stderr)
        raise


def _print(told: Report, results: Sequence[Result], folder: RunFolder) -> None:
    for one in results:
        if one.error:
            print(f"failed  {flat(one.id)}: {flat(one.error)}", file=sys.stderr)
    print(reporting.summary(told))
    for grid in reporting.grids(told):
        print(f"\n{grid.title}\n{grid.text()}")
    print(f"\nThe report, with every question: {folder.path / 'report.html'}")


def _gate(told: Report, under: Sequence[tuple[str, float]], over: Sequence[tuple[str, float]]) -> int:
    """1 when a measure is outside of its limit or was not measured, or when no question could be asked."""
    out = []
    for limits, word in ((under, "under"), (over, "over")):
        for name, limit in limits:
            value = told.figures[name].value if name in told.figures else None
            if value is None:
                out.append(f"{name} was not measured, and is held to a limit of {limit}")
            elif value < limit if word == "under" else value > limit:
                out.append(f"{name} is {value:.3f}, {word} the limit of {limit}")
    if told.failed == told.asked:
        out.append("No question could be asked.")
    for line in out:
        print(line, file=sys.stderr)
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
