"""The report of a run: figures as data, and as tables for the terminal, for Markdown and for the page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from eval import figures as measure
from eval.about import About
from eval.figures import Comparison, Figure, Table
from eval.memory import peak_memory_mb
from eval.result import Result
from index.schema import flat

_SHOWN_OF_RANKINGS = (
    "evidence hits@4", "evidence hits@10", "evidence mrr@10", "evidence recall@10", "all-evidence@10",
    "recall@10", "mrr@10", "ndcg@10",
)  # fmt: skip
_SHOWN_OF_TAGS = (
    "served right",
    "wrong answers given",
    "coverage",
    "abstention recall",
    "f1",
    "evidence recall@10",
    "recall@10",
)
_FIGURE = re.compile(r'\{\s*"value": [^{}]*\}')
_COLUMNS = ("measure", "value", "95 % interval", "questions")
DEFAULT = "default retriever"


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one tag: how many, and their figures."""

    n: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a run tells but the single questions.

    `rankings` are the ways to rank, and the retriever as it is. `seconds` are the median and the 95th percentile of
    each stage. `judged` are the measures that a language model gave, apart from the measured ones.
    """

    about: About
    asked: int
    failed: int
    figures: Mapping[str, Figure]
    tags: Mapping[str, Mapping[str, Group]]
    rankings: Mapping[str, Mapping[str, Figure]]
    seconds: Mapping[str, tuple[float, float]]
    passages_per_second: float
    tokens: int
    peak_memory_mb: float
    judged: Mapping[str, Figure]
    against: Comparison | None = None

    def as_json(self) -> str:
        """Everything as JSON, to six places; a figure is a line."""
        text = json.dumps(_rounded(asdict(self)), indent=1, ensure_ascii=False)
        return _FIGURE.sub(lambda found: " ".join(found.group().split()), text) + "\n"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to show: its title, the names of the columns, and rows of words."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """In columns for a terminal; the first is of words, the others of figures."""
        lines = [[flat(cell) for cell in line] for line in (self.columns, *self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        return "\n".join("  ".join(_padded(line, widths)).rstrip() for line in lines)

    def markdown(self) -> str:
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [[flat(cell).replace("|", "\\|") for cell in line] for line in (self.columns, rule, *self.rows)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def report(
    about: About,
    results: Sequence[Result],
    *,
    rankings: Mapping[str, Table],
    before: Sequence[Result] | None = None,
) -> Report:
    """Measure the results of a run; `before` are those of another one to compare with."""
    peak = peak_memory_mb()  # before the intervals, which take a lot of it
    ranked = {name: table for name, table in {**rankings, DEFAULT: measure.retrieval(results)}.items() if table}
    reading = sum(one.seconds.get("read", 0.0) for one in results)
    read = sum(len(one.hits) for one in results if one.seconds.get("read"))
    return Report(
        about=about,
        asked=len(results),
        failed=sum(1 for one in results if one.error),
        figures=measure.figures(results),
        tags={
            tag: {value: Group(len(those), measure.figures(those)) for value, those in groups.items()}
            for tag, groups in measure.by_tag(results).items()
        },
        rankings={name: _means(table) for name, table in ranked.items()},
        seconds=measure.seconds(results),
        passages_per_second=read / reading if reading else 0.0,
        tokens=sum(one.tokens for one in results),
        peak_memory_mb=peak,
        judged=_means(measure.judged(results)),
        against=measure.compare(before, results) if before is not None else None,
    )


def grids(report: Report) -> list[Grid]:
    """The tables of a report that have something in them, in reading order."""
    found = [
        Grid("Answers", _COLUMNS, _figure_rows({n: one for n, one in report.figures.items() if not _of_hits(n)})),
        Grid(f"Judged by {report.about.settings.get('judge', '')}", _COLUMNS, _figure_rows(report.judged)),
        _cutoffs(report.figures),
        _rankings(report),
        *(_tag(tag, groups) for tag, groups in report.tags.items()),
        Grid("Cost", ("what", "median", "95th percentile"), _cost_rows(report)),
        *_comparison(report.against),
    ]  # fmt: skip
    return [grid for grid in found if grid.rows]


def markdown(report: Report) -> str:
    """The report as Markdown: what was run, and the tables."""
    about = report.about
    head = [
        f"# {about.name}",
        f"{summary(report)} Store {about.store[:12]}, questions {about.questions[:12]}, "
        f"commit {about.commit[:12] or 'unknown'}, {about.started}.",
        "; ".join(f"{name} {value}" for name, value in {**about.settings, **about.versions}.items()),
    ]
    return "\n\n".join([*head, *(f"## {grid.title}\n\n{grid.markdown()}" for grid in grids(report))]) + "\n"


def summary(report: Report) -> str:
    """One sentence of how many questions were asked and failed."""
    return f"{report.asked} questions asked, {report.failed} failed."


def _means(table: Table) -> dict[str, Figure]:
    return {name: measure.figure(list(values.values())) for name, values in table.items() if values}


def _figure_rows(figures: Mapping[str, Figure]) -> list[tuple[str, ...]]:
    return [(name, f"{one.value:.3f}", _interval(one), str(one.n)) for name, one in figures.items()]


def _interval(figure: Figure) -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"


def _of_hits(measure: str) -> bool:
    return "@" in measure or measure == "map"


def _cutoffs(figures: Mapping[str, Figure]) -> Grid:
    """The measures of the first k hits, a column for each k; map is of all hits."""
    split = {tuple(name.split("@")): one for name, one in figures.items() if _of_hits(name)}
    names = dict.fromkeys(name for name, *_ in split)
    cutoffs = sorted({int(k) for _, *rest in split for k in rest})
    columns = [*((str(k),) for k in cutoffs), ()]
    rows = [
        (name, *(f"{split[key].value:.3f}" if (key := (name, *k)) in split else "" for k in columns)) for name in names
    ]
    return Grid("Retrieval, by how many hits are looked at", ("measure", *(f"@{k}" for k in cutoffs), "all"), rows)


def _rankings(report: Report) -> Grid:
    shown = [name for name in _SHOWN_OF_RANKINGS if any(name in one for one in report.rankings.values())]
    rows = [
        (name, *(f"{one[measure].value:.3f}" if measure in one else "" for measure in shown))
        for name, one in report.rankings.items()
    ]
    return Grid("Retrieval, by how hits are ranked", ("ranking", *shown), rows if shown else [])


def _tag(tag: str, groups: Mapping[str, Group]) -> Grid:
    shown = [name for name in _SHOWN_OF_TAGS if any(name in group.figures for group in groups.values())]
    rows = [
        (value, str(group.n), *(f"{group.figures[name].value:.3f}" if name in group.figures else "" for name in shown))
        for value, group in groups.items()
    ]
    return Grid(f"By {tag}", (tag, "questions", *shown), rows)


def _cost_rows(report: Report) -> list[tuple[str, str, str]]:
    rows = [(f"{stage}, seconds", f"{half:.3f}", f"{most:.3f}") for stage, (half, most) in report.seconds.items()]
    if report.passages_per_second:
        rows.append(("passages read a second", f"{report.passages_per_second:.1f}", ""))
    if report.tokens:
        rows.append(("tokens of a language model, in all", str(report.tokens), ""))
    return [*rows, ("peak memory, MB", f"{report.peak_memory_mb:.0f}", "")]


def _comparison(against: Comparison | None) -> list[Grid]:
    if against is None:
        return []
    rows = [
        (name, f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}", f"{p:.3f}")
        for name, (before, after, p) in against.measures.items()
        if before != after
    ]
    same = [] if rows else [("nothing differs", "", "", "", "")]
    flips = [(id, "now served right") for id in against.gained] + [(id, "no longer") for id in against.lost]
    title = f"Against the other run, {against.n} questions in both"
    return [Grid(title, ("measure", "before", "after", "change", "p"), rows + same),
            Grid("Questions that flipped", ("question", "how"), flips)]  # fmt: skip


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [line[0].ljust(widths[0]), *(word.rjust(width) for word, width in zip(line[1:], widths[1:], strict=True))]


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
