"""Ask every question of a set, and keep what comes back in the folder of the run, so that a run can be gone on with."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from answer.assistant import Assistant
from answer.conversation import standing_alone
from answer.reader import THRESHOLD
from answer.schema import Answer
from eval.about import About, K
from eval.figures import Table, retrieval
from eval.judge import Judge
from eval.questions import Question
from eval.result import Result, from_line, line_of, of_answer, of_error, of_search
from index.errors import DatelineError

Watch = Callable[[str, int, int], None]


class RunError(DatelineError):
    """The folder of a run cannot be used; the message is one line."""


class RunFolder:
    """A folder with `about.json`, a line of `results.jsonl` for each question asked, and at the end the report."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._results = path / "results.jsonl"

    def begin(self, about: About) -> list[Result]:
        """Make the folder, or find it half-way through the same run; returns the results that it has.

        Raises RunError when it holds a finished run, a different one, or something else.
        """
        if (self.path / "report.json").is_file():
            raise RunError(f"{self.path} holds a finished run; name another folder with --out.")
        if not (self.path / "about.json").is_file():
            if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
                raise RunError(f"{self.path} holds something else than a run; name another folder with --out.")
            self.path.mkdir(parents=True, exist_ok=True)
            _write(self.path / "about.json", json.dumps(asdict(about), indent=1))
            return []
        known = self.about()
        differs = about.differs(known)
        if differs:
            what = ", ".join(differs)
            raise RunError(f"{self.path} holds a run with another {what}; name another folder with --out.")
        if about.commit not in known.commit.split(", "):
            # Its results are of two commits, and the report says so.
            both = replace(known, commit=f"{known.commit}, {about.commit}")
            _write(self.path / "about.json", json.dumps(asdict(both), indent=1))
        return self.results()

    def about(self) -> About:
        """What the run is of. Raises RunError when the folder does not say."""
        try:
            return About(**json.loads((self.path / "about.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise RunError(f"{self.path} holds no run; give a folder that `python -m eval` wrote.") from None

    def results(self) -> list[Result]:
        """What was written whole, in order; an interrupted last line is left out."""
        if not self._results.is_file():
            return []
        found = []
        # In bytes: the cut may be within a letter, and words of articles may hold line ends of Unicode's.
        for line in self._results.read_bytes().split(b"\n"):
            with suppress(ValueError):
                found.append(from_line(line.decode("utf-8")))
        return found

    def rewrite(self, results: Sequence[Result]) -> None:
        """Put these results in place of those there are."""
        _write(self._results, "".join(map(line_of, results)))

    def keep(self, result: Result) -> None:
        """Add a result."""
        with self._results.open("a", encoding="utf-8") as file:
            file.write(line_of(result))

    def finish(self, data: str, markdown: str, html: str) -> None:
        """Write the report; report.json comes last, since it makes the run a finished one."""
        for name, text in (("report.md", markdown), ("report.html", html), ("report.json", data)):
            _write(self.path / name, text)


def run(
    assistant: Assistant,
    questions: Sequence[Question],
    *,
    folder: RunFolder | None = None,
    done: Sequence[Result] = (),
    search_only: bool = False,
    judge: Judge | None = None,
    watch: Watch = lambda what, done, total: None,
) -> list[Result]:
    """Ask each question that is not `done`; one that fails is kept with its error, and the rest goes on.

    The results are in the order of the questions. Each is written to the folder as it comes.
    """
    known = {one.id: one for one in done if not one.error}
    if folder:
        folder.rewrite(list(known.values()))
    if questions:
        # What a process does once, such as loading the model, is no question's time.
        ask(assistant, questions[0], search_only=True)
    results = []
    for at, question in enumerate(questions, start=1):
        result = known.get(question.id)
        if result is None:
            result = ask(assistant, question, search_only=search_only, judge=judge)
            if folder:
                folder.keep(result)
        results.append(result)
        watch("questions", at, len(questions))
    return results


def ask(assistant: Assistant, question: Question, *, search_only: bool = False, judge: Judge | None = None) -> Result:
    """Ask one question after its earlier turns, and score what comes; whatever it fails of is in the result."""
    if search_only:
        return _search(assistant, question, assistant.retriever.rankings[-1])
    try:
        answer = asked(assistant, question)
        result = of_answer(question, answer)
        return replace(result, judged=judge.judged(answer, question.answers)) if judge else result
    except Exception as error:
        return of_error(question, error)


def asked(assistant: Assistant, question: Question, threshold: float = THRESHOLD) -> Answer:
    """The answer to a question, asked in a conversation with its earlier turns."""
    history: list[Answer] = []
    for turn in question.turns:
        history.append(assistant.ask(turn, history=history, filters=question.filters, k=K))
    return assistant.ask(question.question, history=history, filters=question.filters, k=K, threshold=threshold)


def rankings(
    assistant: Assistant, questions: Sequence[Question], *, watch: Watch = lambda what, done, total: None
) -> dict[str, Table]:
    """Ranking → table of `figures.retrieval`, for each way to rank, over the questions of known relevant articles.

    A search that fails has found nothing.
    """
    known = [one for one in questions if one.relevant]
    return (
        {name: retrieval(_searched(assistant, known, name, watch)) for name in assistant.retriever.rankings}
        if known
        else {}
    )


def _searched(assistant: Assistant, questions: Sequence[Question], ranking: str, watch: Watch) -> Iterator[Result]:
    for at, one in enumerate(questions, start=1):
        yield _search(assistant, one, ranking)
        watch(f"searches, {ranking}", at, len(questions))


def _search(assistant: Assistant, question: Question, ranking: str) -> Result:
    started = time.perf_counter()
    try:
        words = standing_alone(question.question, question.turns)
        hits = assistant.retriever.search(words, k=K, filters=question.filters, ranking=ranking)
    except Exception as error:
        return of_error(question, error, mode="search")
    return of_search(question, hits, time.perf_counter() - started)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
