"""Copies in an answer: cited once with "also in", never a confirmation of each other; with the real models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import answer.__main__ as face
from answer.assistant import ABSTAINED, Assistant, of, query
from answer.cite import Pick
from answer.reader import choose
from answer.schema import Answer, Sentence
from answer.signals import _support
from answer.values import compare
from index.build import Builder
from index.embed import SentenceEncoder
from index.schema import Article, Chunk, Hit
from index.settings import load
from tests.conftest import article
from ui.chat import Turn
from ui.evidence import panel_html

WIRE = """The harbour of Tolvane was closed on Tuesday after a freighter ran aground in fog at the mouth of the river.
The captain, Piet Aaldal, was taken off the ship by lifeboat with 12 of his crew, the coast guard said.
Divers will look at the hull once the tide allows it, and tugs from two other ports are on their way to help.
The port authority said that the ferries to the islands would not sail before Thursday at the earliest.
"""
OTHERS = [
    article(f"{name} opened a bakery in Corvane on Monday, and the mayor ate the first loaf of bread.")
    for name in ("Ada Quill", "Jo Marsh", "Ines Holt")
]
ALONE = article(
    "A freighter lies aground at Tolvane. Piet Aaldal, its captain, was rescued on Tuesday, his sister told us.",
    outlet="Islander",
    published="2024-05-22",
)
OUTLETS = ["Herald", "Post", "Courier", "Gazette", "Mercury"]
ASKED = "Who is the captain of the freighter that ran aground at Tolvane?"


def wire(outlet: str, old: str = "", new: str = "", **facts: str) -> Article:
    facts = {"title": "Freighter aground at Tolvane", "published": "2024-05-21"} | facts
    return article(WIRE.replace(old, new) if old else WIRE, outlet=outlet, id=outlet.casefold(), **facts)


def assistant(articles: Sequence[Article], folder: Path, encoder: SentenceEncoder) -> Assistant:
    settings = load(store=folder)
    Builder(settings, lambda: encoder).add_articles(articles)
    return of(settings)


@pytest.fixture
def five(tmp_path: Path, encoder: SentenceEncoder) -> Assistant:
    """A wire story in five outlets, one of which edited the sentence that answers, and one of which named another."""
    edited = wire("Gazette", "with 12 of his crew", "along with 12 of his crew")
    other = wire("Mercury", "Piet Aaldal", "Jan Brandsma")
    return assistant([*(wire(one) for one in OUTLETS[:3]), edited, other, *OTHERS], tmp_path / "five", encoder)


def test_a_story_in_five_outlets_is_one_citation_that_names_those_that_have_its_words(five: Assistant) -> None:
    answer = five.ask(ASKED)
    citation = answer.citations[0]
    assert answer.short == "Piet Aaldal"
    named = {citation.article.outlet, *(one.outlet for one in citation.also_in)}
    assert named == {"Herald", "Post", "Courier", "Gazette"}
    assert citation.article.text[citation.start : citation.end] == citation.quote


def test_five_copies_make_an_answer_no_surer_than_one(tmp_path: Path, encoder: SentenceEncoder) -> None:
    one = assistant([wire("Herald"), *OTHERS], tmp_path / "one", encoder).ask(ASKED)
    five = assistant([*map(wire, OUTLETS), *OTHERS], tmp_path / "five", encoder).ask(ASKED)
    two = assistant([wire("Herald"), ALONE, *OTHERS], tmp_path / "two", encoder).ask(ASKED)
    assert one.short == five.short == two.short == "Piet Aaldal"
    assert five.confidence == pytest.approx(one.confidence, abs=1e-6)
    assert two.confidence > one.confidence
    assert [len(found.citations) for found in (one, five, two)] == [1, 1, 2]


def test_a_copy_with_another_number_is_told_beside_and_supports_nothing(
    tmp_path: Path, encoder: SentenceEncoder
) -> None:
    edited = wire("Gazette", "12 of his crew", "14 of his crew", published="2024-05-21")
    found = assistant([wire("Herald"), wire("Post"), edited, *OTHERS], tmp_path / "store", encoder)
    hits = found.retriever.search(ASKED)
    told = [hit for hit in hits if hit.story == "herald"]
    assert len(told) == 2
    candidates = [one for one, _ in found.reader.signals(ASKED, hits)]
    captains = [one for one in candidates if one.exact == "Piet Aaldal"]
    assert len({one.article.id for one in captains}) == 2
    assert all(_support(one, candidates) == 0.0 for one in captains)
    assert len(found.ask(ASKED).citations) == 1


def pick(text: str, exact: str, name: str, *, story: str = "", day: str = "2023-06-10") -> Pick:
    one, at = article(text, id=name, outlet=name, published=day), text.index(exact)
    span = (at, at + len(exact))
    return Pick(article=one, start=0, end=len(text), confidence=0.8, exact=span, story=story)


def test_an_answer_is_cited_once_a_story() -> None:
    told = [pick("The mayor resigned.", "The mayor", name, story=story) for name, story in (("a", "s"), ("b", "s"))]
    other = pick("At noon the mayor resigned.", "the mayor", "c")
    assert choose([*told, other], 0.5) == [told[0], other]
    accounts = [replace(one, exact=None) for one in (*told, other)]
    assert choose(accounts, 0.5) == [accounts[0], accounts[2]]


def test_values_are_counted_once_a_story_and_a_changed_number_is_not_lost() -> None:
    text = "Shells killed {} people in Dervan on Saturday, the army said."
    nine = [pick(text.format(9), "9", name, story="s") for name in ("a", "b")]
    six = pick(text.format(6), "6", "c", story="s")
    asked = "How many people were killed in the Dervan shelling?"
    assert compare(asked, nine, lambda one, other: 0.9) is None
    found = compare(asked, [*nine, six], lambda one, other: 0.9)
    assert found and [one.article.id for one in found.picks] == ["a", "c"]


def test_every_face_names_the_copies(five: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    from answer.adapters import DatelineQueryEngine, DatelineRetriever

    store = str(five.settings.store)
    answer = query(ASKED, store=store)
    names = answer.citations[0].elsewhere
    assert len(names.split(", ")) == 3
    assert face.main([ASKED, "--store", store]) == 0
    assert f"\n    also in {names}\n" in capsys.readouterr().out
    plain = answer.as_dict()
    assert [one["outlet"] for one in plain["citations"][0]["also_in"]] == names.split(", ")
    assert [one["outlet"] for hit in plain["hits"][:1] for one in hit["also_in"]]
    assert f"<bdi>also in {names}</bdi>" in panel_html([Turn.of(answer)], "0-1")
    assert DatelineQueryEngine(store).query(ASKED).source_nodes[0].node.metadata["also_in"] == names
    assert DatelineRetriever(store).retrieve(ASKED)[0].node.metadata["also_in"]


def test_the_nearest_passages_name_their_copies_as_words_and_never_as_mark_up() -> None:
    one, hostile = article("Some words."), article("Some words.", title="A\x1b[2J\n<b>title</b>", id="copy")
    hit = Hit(chunk=Chunk(article=one, start=0, end=len(one.text)), score=1.0, also_in=(hostile,))
    declined = (Sentence(text=ABSTAINED, supported=False),)
    nothing = Answer(question="?", sentences=declined, hits=(hit,), abstained=True)
    assert "    also in A[2J <b>title</b>\n" in face.shown(nothing)
    panel = panel_html([Turn.of(nothing)], "0-1")
    assert "<bdi>also in A[2J &lt;b&gt;title&lt;/b&gt;</bdi>" in panel and "<b>" not in panel
