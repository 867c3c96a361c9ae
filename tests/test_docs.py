"""The documents say what is true: the README's answer is what is printed, and they stay short."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import answer.__main__ as face
from answer.assistant import Assistant

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_what_is_printed_and_before_line_25(
    sample: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    found = re.search(r'python -m answer "(.+?)"\n(.+?)\n```', README, re.DOTALL)
    assert found
    face.main([found[1], "--store", str(sample.settings.store)])
    assert capsys.readouterr().out.strip() == found[2].strip()
    assert README[: found.end()].count("\n") < 25


def test_the_documents_keep_to_their_length() -> None:
    assert README.count("\n") <= 150
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").count("\n") <= 60


def test_every_module_and_setting_that_the_documents_name_exists() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:index|answer|eval|tests)/\w+\.py)`", architecture + README):
        assert (ROOT / name).is_file(), name
    settings = (ROOT / "index" / "settings.py").read_text(encoding="utf-8")
    assert set(re.findall(r"DATELINE_\w+", README)) == set(re.findall(r"DATELINE_[A-Z_]*[A-Z]", settings))


def test_the_makefile_has_the_targets_that_the_readme_names() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", README):
        assert f"\n{target}:" in makefile


def test_the_figures_that_the_readme_quotes_are_those_of_the_committed_runs() -> None:
    results = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "eval/results").glob("*.json")
    }
    name = ""
    quoted = 0
    for row in re.findall(r"^\| (.*) \|$", README, re.MULTILINE):
        cells = row.split(" | ")
        name = (re.findall(r"eval/results/([\w-]+)\.json", row) or [name])[0]
        if len(cells) == 3 and re.fullmatch(r"[01]?\.\d{3}", cells[2]):
            assert cells[2].lstrip("0") == _shown(results[name]["figures"][cells[1]]["value"]), row
            quoted += 1
    assert quoted == 8


def _shown(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
