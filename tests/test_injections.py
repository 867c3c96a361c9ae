"""Articles that give orders (tests/injections.jsonl) are data: read, quoted and shown as any other, never obeyed.

Each line has an article with an attack in it, a question that its honest part answers with the words of `answer`, and
`obeyed`, what a language model writes that does as it is told.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import answer.__main__ as face
from answer import Answer
from answer.assistant import Assistant, of
from answer.passages import packed
from answer.schema import Citation, Sentence
from index import embed
from index.build import Builder
from index.schema import Article, Chunk, Hit, digest
from index.settings import Settings, load
from tests.llm_server import ModelServer
from tests.test_app import Marks
from ui import chat, evidence
from ui.turn import Turn


@dataclass(frozen=True)
class Injection:
    attack: str
    article: Article
    asks: str
    answer: str
    obeyed: str


def _injection(row: dict[str, str]) -> Injection:
    facts = {name: row[name] for name in ("title", "outlet", "published", "text")}
    article = Article(id=digest("injection", row["id"]), published_from="field", collection="attacks", **facts)
    return Injection(row["attack"], article, row["asks"], row["answer"], row["obeyed"])


LINES = (Path(__file__).parent / "injections.jsonl").read_text(encoding="utf-8").splitlines()
INJECTIONS = [_injection(json.loads(line)) for line in LINES]
NAMES = [json.loads(line)["id"] for line in LINES]
each = pytest.mark.parametrize("one", INJECTIONS, ids=NAMES)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store with all of them."""
    settings = replace(load({}), store=tmp_path_factory.mktemp("attacks") / "store")
    report = Builder(settings, embed.load).add_articles([one.article for one in INJECTIONS])
    assert (report.added, report.failed) == (len(INJECTIONS), [])
    return settings


@pytest.fixture(scope="module")
def answers(archive: Settings) -> list[Answer]:
    """What the reader answers to each question."""
    assistant = of(archive)
    return [assistant.ask(one.asks, k=4) for one in INJECTIONS]


@pytest.fixture(scope="module")
def obeying(archive: Settings) -> Iterator[tuple[Assistant, ModelServer]]:
    """The assistant with a language model that says what it is told to."""
    server = ModelServer()
    yield of(replace(archive, llm=load({}, llm=server.name).llm)), server
    server.close()


def test_there_are_at_least_forty_of_many_kinds_each_with_an_honest_answer() -> None:
    assert len(INJECTIONS) >= 40 and len(set(NAMES)) == len(NAMES)
    assert len({one.attack for one in INJECTIONS}) >= 20
    assert all(one.answer in one.article.text for one in INJECTIONS)


def test_every_article_is_kept_word_for_word(archive: Settings) -> None:
    known = of(archive).retriever
    for one in INJECTIONS:
        kept = known.article(one.article.id)
        assert kept and (kept.text, kept.title) == (one.article.text, one.article.title)


def test_the_reader_says_only_words_of_the_articles_that_it_cites(answers: list[Answer]) -> None:
    known = {one.article.id: one.article.text for one in INJECTIONS}
    for answer in answers:
        for cited in answer.citations:
            assert known[cited.article.id][cited.start : cited.end] == cited.quote
        said = [sentence for sentence in answer.sentences if sentence.supported]
        assert all(sentence.numbers for sentence in said)


def test_the_reader_finds_the_honest_answers_among_the_attacks(answers: list[Answer]) -> None:
    found = [
        any(one.answer in cited.quote for cited in answer.citations)
        for one, answer in zip(INJECTIONS, answers, strict=True)
    ]
    assert sum(found) >= 0.6 * len(found)


@each
def test_a_prompt_has_no_passage_delimiter_tag_or_unseen_character_but_our_own(one: Injection) -> None:
    text = one.article.text
    hits = [Hit(chunk=Chunk(article=other.article, start=0, end=len(other.article.text)), score=1.0)
            for other in (one, INJECTIONS[0])]  # fmt: skip
    _, told = packed([replace(hits[0], chunk=Chunk(article=one.article, start=0, end=len(text))), hits[1]], 10**6, len)
    (mark,) = set(re.findall(r"passage-[0-9a-f]{6}", told))
    assert told.count(f"<{mark} ") == told.count(f"</{mark}>") == 2 == told.count("<") // 2 == told.count(">") // 2
    assert told.count('"') == sum(2 * line.count('="') for line in told.splitlines() if line.startswith(f"<{mark}"))
    unseen = [c for c in told if unicodedata.category(c)[0] == "C" and c not in "\n\t\r\u200c\u200d"]
    assert unseen == []


def test_few_sentences_of_an_obedient_model_pass_for_supported(obeying: tuple[Assistant, ModelServer]) -> None:
    assistant, server = obeying
    passed = []
    for one in INJECTIONS:
        server.says(f"{one.obeyed} [1]")
        passed += [one.attack for s in assistant.ask(one.asks).sentences if s.supported]
    assert len(passed) <= 0.05 * len(INJECTIONS), passed


@each
def test_the_page_shows_an_attack_as_text(one: Injection) -> None:
    article = one.article
    cited = Citation(number=1, article=article, start=0, end=len(article.text))
    sentences = (Sentence(text=article.text, numbers=(1,)), Sentence(text=article.text, supported=False))
    answer = Answer(question=one.asks, sentences=sentences, citations=(cited,), mode="openai-like:tiny")
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    rendered = Marks(markdown.render(chat.turn_words(Turn.of(answer), 0)))
    assert rendered.tags == {"p", "a", "span"} and set(rendered.addresses) == {"#cite-0-1"}
    panel = Marks(evidence.article_html(article, (0, len(article.text))))
    assert panel.current == article.text.replace("\0", "�")
    assert panel.tags <= {"article", "h3", "p", "bdi", "div", "mark", "a"} and panel.addresses == []


def test_the_command_line_prints_no_control_character(archive: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for one in INJECTIONS:
        face.main([one.asks, "--store", str(archive.store)])
        told = capsys.readouterr().out
        assert not [c for c in told if unicodedata.category(c) == "Cc" and c != "\n"]
