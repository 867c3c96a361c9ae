"""The report of a run as one page that needs nothing else: tables, plots, and every question down to its hits."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eval.detail import VERDICTS, data, embedded, verdict
from eval.figures import by_tag
from eval.plots import plots
from eval.report import Report, grids, summary
from eval.result import Result

_HERE = Path(__file__).parent
_WIDE = 7  # columns, too many for half a page


def html(report: Report, results: Sequence[Result]) -> str:
    """The page; the same report gives the same bytes.

    Words of articles and questions reach it in two ways: escaped by the template, or as data that its script puts into
    text nodes. Its policy lets no other script run and nothing be fetched.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    counts = Counter(map(verdict, results))
    return environment.get_template("report.html.j2").render(
        report=report,
        summary=summary(report),
        narrow=[grid for grid in grids(report) if len(grid.columns) < _WIDE],
        wide=[grid for grid in grids(report) if len(grid.columns) >= _WIDE],
        plots=plots(report.figures, results),
        counts=[(name, counts[name]) for name in VERDICTS if counts[name]],
        tags=by_tag(results),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=embedded(data(results)),
    )
