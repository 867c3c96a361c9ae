"""The house rules: imports point one way, a foreign library lives in the files named for it, heavy ones load late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = {path.relative_to(ROOT).as_posix(): path for top in ("index", "answer", "prompts", "eval", "ui") for path in
         sorted((ROOT / top).rglob("*.py"))} | {"app.py": ROOT / "app.py"}  # fmt: skip

# Which of our packages each may import.
ALLOWED = {
    "prompts": {"prompts"},
    "index": {"index"},
    "answer": {"answer", "index", "prompts"},
    "eval": {"eval", "answer", "index", "prompts"},
    "ui": {"ui", "answer", "index"},
    "app.py": {"ui", "answer", "index"},
}
# Where each foreign library may be imported.
HOMES = {
    "chromadb": {"index/vectors.py", "eval/speed_peer.py"},
    "tantivy": {"index/lexical.py"},
    "sqlite3": {"index/catalog.py", "index/terminal.py"},
    "sentence_transformers": {"index/embed.py", "index/rerank.py"},
    "transformers": {
        "index/embed.py",
        "index/precision.py",
        "answer/span_model.py",
        "answer/train.py",
        "answer/train_support.py",
    },
    "torch": {
        "index/precision.py",
        "answer/entailment.py",
        "answer/span_model.py",
        "answer/train.py",
        "answer/train_support.py",
    },
    "safetensors": {"answer/span_model.py", "answer/train.py"},
    "scipy": {"eval/calibrate.py", "eval/support.py"},
    "rapidfuzz": {"index/spelling.py"},
    "text_to_num": {"answer/amounts.py"},
    "sentencex": {"index/chunk.py"},
    "gradio": {"app.py"},
    "llama_index": {"answer/adapters.py", "answer/llm.py", "eval/judge.py", "eval/speed_peer.py"},
    "tenacity": {"answer/llm.py"},
    "ir_measures": {"eval/standard.py"},
    "matplotlib": {"eval/drawing.py", "eval/plots.py"},
    "jinja2": {"eval/html_report.py"},
    "portalocker": {"index/store.py"},
    "datasketch": {"index/copies.py"},
    "dateparser": {"index/date_words.py", "answer/days.py"},
    "trafilatura": {"index/read_html.py"},
    "pypdf": {"index/pdf_lines.py"},
    "docx": {"index/read_docx.py"},
    "feedparser": {"index/read_feed.py"},
    "warcio": {"index/read_warc.py"},
    "py3langid": {"index/languages.py"},
    "httpx": {"index/incoming.py"},
    "httpcore": {"index/incoming.py"},
    "protego": {"index/incoming.py"},
    "watchfiles": {"index/watching.py"},
}
HEAVY = (
    *("torch", "sentence_transformers", "chromadb", "gradio", "llama_index", "trafilatura", "dateparser", "tantivy"),
    "datasketch",
)
PURE = (
    "index/schema.py",
    "index/errors.py",
    "index/rank.py",
    "index/asked_days.py",
    "answer/schema.py",
    "answer/cite.py",
    "answer/attribution.py",
    "answer/doubts.py",
    "answer/reporting.py",
    "answer/speakers.py",
    "answer/kinds.py",
    "eval/metrics.py",
)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("name", FILES)
def test_imports_point_one_way(name: str) -> None:
    ours = {found.split(".")[0] for found in imports(FILES[name])} & {"index", "answer", "prompts", "eval", "app"}
    assert ours <= ALLOWED[name.split("/")[0]]


@pytest.mark.parametrize("name", FILES)
def test_a_foreign_library_is_imported_only_at_its_home(name: str) -> None:
    for found in imports(FILES[name]):
        top = found.split(".")[0]
        assert name in HOMES.get(top, {name}), f"{name} imports {top}, which lives in {HOMES[top]}"


def test_every_home_exists_and_is_used() -> None:
    for library, homes in HOMES.items():
        used = {name for name in FILES if any(found.split(".")[0] == library for found in imports(FILES[name]))}
        assert used <= homes
        assert all(home in FILES for home in homes), f"{library} has a home that does not exist"


@pytest.mark.parametrize("name", PURE)
def test_the_core_types_need_the_standard_library_alone(name: str) -> None:
    for found in imports(FILES[name]):
        assert found.split(".")[0] in sys.stdlib_module_names | {"index", "answer", "eval"}
        assert not found.startswith(("index", "answer", "eval")) or f"{found.replace('.', '/')}.py" in PURE


@pytest.mark.parametrize(
    "module", ["answer", "index.build", "index.retrieve", "index.__main__", "answer.__main__", "app"]
)
def test_importing_a_face_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_settings_are_the_only_reader_of_the_environment() -> None:
    readers = {name for name, path in FILES.items() if "os.environ" in path.read_text(encoding="utf-8")}
    assert readers <= {"index/settings.py", "index/embed.py", "app.py"}  # the last two set what libraries read
