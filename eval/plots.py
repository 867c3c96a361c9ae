"""The plots of a report: what each shows, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval import figures as measure
from eval import metrics
from eval.detail import VERDICTS, verdict
from eval.drawing import COLOURS, draw, percent, powers_of_ten
from eval.result import Result
from index.schema import flat

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# They lie on each other where each question has one relevant article, so they differ in more than their colour.
_SERIES = {
    "hits": ("one", "o", (0, (4, 1.5))), "recall": ("two", "s", "solid"), "precision": ("three", "^", "solid"),
    "ndcg": ("four", "D", "solid"), "evidence recall": ("five", "v", (0, (1, 1))),
}  # fmt: skip
_MOST_GROUPS, _MOST_LETTERS, _BINS = 20, 28, 32
_LEAST = 1e-4  # seconds; a logarithmic scale has no 0


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot to show; `note` says how to read it."""

    title: str
    note: str
    svg: str


def plots(figures: Mapping[str, measure.Figure], results: Sequence[Result]) -> list[Plot]:
    """The plots that have something to show, in the order of the page; the same figures give the same bytes."""
    found = [_by_k(figures), _risk_coverage(results), _latency(results)]
    found += [_by_tag(tag, groups) for tag, groups in measure.by_tag(results).items()]
    return [plot for plot in found if plot]


def _by_k(figures: Mapping[str, measure.Figure]) -> Plot | None:
    lines = {name: [(k, figures[f"{name}@{k}"].value) for k in measure.CUTOFFS if f"{name}@{k}" in figures]
             for name in _SERIES}  # fmt: skip
    if not any(lines.values()):
        return None

    def on(axes: list[Axes]) -> None:
        for name, line in lines.items():
            if line:
                colour, marker, dashes = _SERIES[name]
                axes[0].plot(*zip(*line, strict=True), color=COLOURS[colour], marker=marker, markersize=4,
                             linestyle=dashes, linewidth=1.6, label=f"{name}@k")  # fmt: skip
        axes[0].set(xticks=measure.CUTOFFS, ylim=(-0.02, 1.02), xlabel="k, how many hits are looked at")

    title = "Search, by k"
    note = "How much of what is relevant is among the first k hits, on average over the questions where it is known."
    return Plot(title, note, draw(title, on, height=3.4, legend_columns=3))


def _risk_coverage(results: Sequence[Result]) -> Plot | None:
    scored = [one for one in results if one.answerable is not None and one.mode != "search"]
    curve = metrics.risk_coverage([one.outcome for one in scored])
    if not curve:
        return None
    coverage, risk, threshold = curve[-1]

    def on(axes: list[Axes]) -> None:
        axes[0].plot([one[0] for one in curve], [one[1] for one in curve], color=COLOURS["accent"], linewidth=1.8)
        axes[0].plot([coverage], [risk], color=COLOURS["wrong"], marker="o", linestyle="none", label="as served")
        axes[0].set(xlim=(0, 1), ylim=(0, min(1.02, max(0.1, *(one[1] * 1.1 for one in curve)))))
        axes[0].set(xlabel="coverage: questions answered", ylabel="risk: answers that are wrong")
        percent(axes[0], "xy")

    title = "Risk and coverage"
    note = (
        "How many answers would be wrong were only the most confident given. As served: "
        f"{coverage:.0%} of the questions answered, {risk:.0%} of those answers wrong; "
        f"the lowest confidence served is {threshold:.2f}."
    )
    return Plot(title, note, draw(title, on, height=3.4))


def _latency(results: Sequence[Result]) -> Plot | None:
    stages: dict[str, list[float]] = {}
    for one in results:
        for stage, value in one.seconds.items():
            stages.setdefault(flat(stage), []).append(max(value, _LEAST))
    if not stages:
        return None
    edges = _edges([value for values in stages.values() for value in values])

    def on(axes: list[Axes]) -> None:
        for row, (stage, values) in zip(axes, stages.items(), strict=True):
            _histogram(row, values, edges)
            row.set_title(stage, loc="left", fontsize=10)
        axes[-1].set_xlabel("seconds, on a logarithmic scale")

    title = "Seconds a question"
    note = "How long each stage took. The lines are the median and, dotted, the 95th percentile."
    return Plot(title, note, draw(title, on, height=0.9 + 1.25 * len(stages), rows=len(stages)))


def _histogram(axes: Axes, values: Sequence[float], edges: Sequence[float]) -> None:
    axes.hist(values, bins=edges, color=COLOURS["accent"], alpha=0.75)
    for share, dashes in ((0.5, "solid"), (0.95, "dotted")):
        axes.axvline(measure.percentile(values, share), color=COLOURS["wrong"], linestyle=dashes, linewidth=1.4)
    axes.set_ylabel("questions")
    powers_of_ten(axes, edges[0], edges[-1])


def _edges(values: Sequence[float]) -> list[float]:
    """The edges of bins of equal width on a logarithmic scale."""
    low, high = min(values) * 0.9, max(values) * 1.1
    return [low * (high / low) ** (at / _BINS) for at in range(_BINS + 1)]


def _by_tag(tag: str, groups: Mapping[str, Sequence[Result]]) -> Plot:
    shown = sorted(groups.items(), key=lambda one: -len(one[1]))[:_MOST_GROUPS]
    verdicts = [[verdict(one) for one in those] for _, those in shown]

    def on(axes: list[Axes]) -> None:
        _stack(axes[0], verdicts)
        axes[0].set_yticks(range(len(shown)), [_short(value) for value, _ in shown], color=COLOURS["ink"])
        axes[0].set(xlim=(0, 1), ylim=(len(shown) - 0.45, -0.55))
        axes[0].grid(False)
        axes[0].spines[["left", "bottom"]].set_visible(False)
        percent(axes[0], "x")

    title = f"By {flat(tag)}"
    some = f" The {len(shown)} largest groups of {len(groups)}." if len(groups) > len(shown) else ""
    note = f"What came of the questions; their number is at the right.{some}"
    return Plot(title, note, draw(title, on, height=0.95 + 0.3 * len(shown), legend_columns=3))


def _stack(axes: Axes, verdicts: Sequence[Sequence[str]]) -> None:
    """A bar for each group: the shares of its verdicts one after the other, and at the end how many they are."""
    left = [0.0] * len(verdicts)
    for name in VERDICTS:
        shares = [those.count(name) / len(those) for those in verdicts]
        if any(shares):
            colour = COLOURS[name.replace(" ", "-")]
            axes.barh(range(len(verdicts)), shares, left=left, color=colour, height=0.72, label=name)
            left = [a + b for a, b in zip(left, shares, strict=True)]
    for at, those in enumerate(verdicts):
        axes.text(1.01, at, str(len(those)), va="center", color=COLOURS["quiet"], fontsize=9)


def _short(words: str) -> str:
    line = flat(words)
    return line if len(line) <= _MOST_LETTERS else f"{line[:_MOST_LETTERS]}…"
