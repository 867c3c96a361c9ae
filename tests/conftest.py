"""What the tests share: an encoder that needs no model, settings over empty folders, articles to file, a browser."""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

# Before anything of the stack is imported: a test that reached for the network would pass here and fail elsewhere.
os.environ |= {"HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False", "TOKENIZERS_PARALLELISM": "false"}

from answer.assistant import Assistant, of
from index import demo, embed
from index.build import Builder
from index.embed import SentenceEncoder, Vectors
from index.retrieve import Retriever
from index.schema import Article, digest
from index.settings import BUNDLED_MODEL, Settings, load
from tests.llm_server import ModelServer

# Elsewhere properties are tried on new examples each time; a submission is not refused for one it did not change.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "search")


class WordEncoder:
    """An encoder without a model: a vector counts hashed words, so texts that share words are near each other."""

    name = BUNDLED_MODEL
    dimension = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def fingerprint(self) -> str:
        return "words"

    def tokenise(self, text: str) -> Sequence[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return self.encode_question(texts)

    def encode_question(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def words() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty store, and a demonstration store that is not there."""
    return Settings(store=tmp_path / "store", demo_store=tmp_path / "demo")


@pytest.fixture
def builder(settings: Settings, words: WordEncoder) -> Builder:
    return Builder(settings, lambda: words)


@pytest.fixture
def retriever(settings: Settings, words: WordEncoder) -> Iterator[Retriever]:
    retriever = Retriever(settings, lambda: words)
    yield retriever
    retriever.close()


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Writes files into a folder of articles: archive(name="words of the article")."""
    folder = tmp_path / "archive"
    folder.mkdir()

    def write(**articles: str) -> Path:
        for name, text in articles.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real one, for the pages."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("There is no Chromium on this machine.")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed.")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A language model that says what it is told to, over HTTP."""
    server = ModelServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The real model, once for all tests."""
    return embed.load()


@pytest.fixture(scope="session")
def sample(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real assistant over the sample corpus, indexed once."""
    settings = replace(load({}), demo_store=tmp_path_factory.mktemp("sample"))
    demo.sync(settings, lambda: encoder)
    return of(demo.settings_of(settings))


def article(text: str, **facts: str | None) -> Article:
    """An article of these words, identified by them."""
    title = str(facts.pop("title", None) or text.split("\n")[0][:60] or "Untitled")
    return Article(id=str(facts.pop("id", None) or digest(text)), title=title, text=text, **facts)
