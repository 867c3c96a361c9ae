"""Figures as SVG that takes its colours and letters from the page around it; matplotlib draws, quietly."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What is drawn in one of these, each a colour of its own, is shown in the page's variable of that name, light or dark.
COLOURS = {
    "ink": "#1c1b19", "quiet": "#625e57", "line": "#dcd8cf", "accent": "#0b4f8a",
    "right": "#2f6f9f", "declined-rightly": "#9cc3dd", "declined-wrongly": "#e0b04c", "wrong": "#b5452c",
    "failed": "#77726a", "found": "#2f6f9e", "not-found": "#b5452d", "not-scored": "#c9c4ba",
    "one": "#0b4f8b", "two": "#b5452b", "three": "#2d7d5a", "four": "#8a5aa8", "five": "#b07d12",
}  # fmt: skip
_STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "dateline", "text.parse_math": False, "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10, "text.color": COLOURS["ink"], "axes.labelcolor": COLOURS["quiet"],
    "axes.edgecolor": COLOURS["line"], "xtick.color": COLOURS["quiet"], "ytick.color": COLOURS["quiet"],
    "xtick.major.size": 0, "xtick.major.pad": 5, "ytick.major.size": 0, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.color": COLOURS["line"],
    "grid.linewidth": 0.6, "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
    "legend.frameon": False, "legend.fontsize": 9.5,
}  # fmt: skip
_WIDTH = 5.4  # inches, of 72 units each: about a phone's width, so that letters keep their size on one


def draw(title: str, on: Callable[[list[Axes]], None], *, height: float, rows: int = 1, legend_columns: int = 1) -> str:
    """The SVG of what `on` draws on axes one below the other; the same drawing gives the same bytes."""
    with _quiet_defaults():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = list(figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0])
        on(axes)
        handles, labels = axes[0].get_legend_handles_labels()
        if labels:
            figure.legend(handles, labels, loc="outside lower left", ncols=legend_columns)
        return _svg(figure, title)


def percent(axes: Axes, which: str) -> None:
    """Label an axis, "x" or "y", or both, in percent."""
    for name in which:
        getattr(axes, f"{name}axis").set_major_formatter(lambda value, at: f"{value:.0%}")


def powers_of_ten(axes: Axes, low: float, high: float) -> None:
    """Make the x axis logarithmic, with labels at powers of ten, and at steps between where there are few of them."""
    from matplotlib.ticker import LogLocator, NullLocator

    axes.set(xscale="log", xlim=(low, high))
    axes.xaxis.set_major_locator(LogLocator(subs=(1,) if high > 100 * low else (1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, at: f"{value:g}")


def _svg(figure: Figure, title: str) -> str:
    """A figure as an element of a page: no size of its own, no names that could clash, the page's colours."""
    file = StringIO()
    figure.savefig(file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    head, _, body = file.getvalue().partition("<svg")[2].partition(">")
    box = re.search(r'viewBox="[^"]*"', head)
    body = re.sub(r"<style.*?</style>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    for name, colour in COLOURS.items():
        body = body.replace(colour, f"var(--{name})")
    return f'<svg {box[0] if box else ""} role="img" aria-label="{escape(title)}">{body}'


@contextmanager
def _quiet_defaults() -> Iterator[None]:
    """matplotlib as it comes, whatever the user's settings say; it neither warns nor logs.

    It would of letters that its own font lacks, which the page draws in another, and of a home that it cannot write to.
    """
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from matplotlib import style

            with style.context(_STYLE, after_reset=True):
                yield
    finally:
        log.setLevel(level)
