"""Searching among copies: a story fills one place, names its other outlets, and hides nothing that is news."""

from __future__ import annotations

import pytest

from index.build import Builder
from index.fold import MOST_NAMED
from index.retrieve import Retriever
from index.schema import Article, Filters
from index.search import RANKINGS
from tests.conftest import article
from tests.test_stories import WIRE, wire

ASKED = "Who was taken off the freighter that ran aground at Tolvane?"
OUTLETS = ["Herald", "Post", "Courier", "Gazette", "Mercury"]
EDITS = [
    ("hurt badly", "hurt"),
    ("Divers", "Frogmen"),
    ("the tide allows", "the tides allow"),
    ("in fog ", ""),
    ("", ""),
]
FIVE = [
    wire(outlet, edit, published=f"2024-05-{20 - n}")
    for n, (outlet, edit) in enumerate(zip(OUTLETS, EDITS, strict=True))
]
OTHERS = [article(f"Freighter number {n} passed Tolvane and was not taken aground.") for n in range(12)]


def ids(articles: tuple[Article, ...]) -> list[str]:
    return [one.id for one in articles]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_a_wire_story_in_five_outlets_fills_one_place_and_names_the_others(
    builder: Builder, retriever: Retriever, ranking: str
) -> None:
    builder.add_articles([*FIVE, *OTHERS])
    hits = retriever.search(ASKED, ranking=ranking)
    told = [hit for hit in hits if hit.chunk.article in FIVE]
    assert len(told) == 1 and len(hits) == 10
    standing = told[0].chunk.article.id
    # By date, which runs against the order in which they were added.
    assert ids(told[0].also_in) == [one.id for one in reversed(FIVE) if one.id != standing]
    assert all(hit.also_in == () and hit.story == hit.chunk.article.id for hit in hits if hit is not told[0])


def test_the_places_that_copies_leave_are_filled_from_deeper_in_the_ranking(
    builder: Builder, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.retrieve._DEPTH", 12)
    copies = [wire(f"Daily {chr(97 + n // 8)}{chr(97 + n % 8)}", published="2024-05-20") for n in range(24)]
    builder.add_articles([*copies, *OTHERS])
    hits = retriever.search(ASKED, k=10)
    assert len(hits) == 10
    assert len([hit for hit in hits if hit.also_in]) == 1
    assert len(hits[0].also_in) == MOST_NAMED


@pytest.mark.parametrize(("old", "new"), [("12 people", "14 people"), ("12 people", "fourteen people")])
def test_an_edit_that_changes_a_number_is_a_hit_of_its_own(
    builder: Builder, retriever: Retriever, old: str, new: str
) -> None:
    builder.add_articles([wire("Herald"), wire("Post"), wire("Courier", (old, new))])
    hits = {hit.chunk.article.id: hit for hit in retriever.search(ASKED)}
    assert len(hits) == 2
    assert hits["courier"].also_in == ()
    (other,) = (hit for id, hit in hits.items() if id != "courier")
    assert ids(other.also_in) == [one for one in ("herald", "post") if one != other.chunk.article.id]
    assert other.story == hits["courier"].story


def test_a_passage_that_a_copy_has_besides_is_found_and_is_its_own(builder: Builder, retriever: Retriever) -> None:
    more = "\n".join(
        f"{name} of the coast guard praised the lifeboat crews of the town." for name in ("Quill", "Marsh")
    )
    long = "\n".join([WIRE, *(f"Paragraph {n} tells of tides and tugs. " + "word " * 150 for n in range(3)), more])
    builder.add_articles([wire("Herald"), article(long, id="long")])
    (first, *_) = retriever.search("Who praised the lifeboat crews?")
    assert "Quill" in first.chunk.text
    assert first.also_in == ()
    assert {hit.story for hit in retriever.search(ASKED)} == {"herald"}


def test_articles_on_one_topic_are_each_a_hit(builder: Builder, retriever: Retriever) -> None:
    one = article(WIRE, id="one")
    other = article("The coast guard took 12 people off a freighter at Tolvane. The harbour opens on Friday.", id="two")
    builder.add_articles([one, other])
    assert {(hit.chunk.article.id, hit.also_in) for hit in retriever.search(ASKED)} == {("one", ()), ("two", ())}


def test_a_filter_holds_for_the_copies_that_are_named(builder: Builder, retriever: Retriever) -> None:
    builder.add_articles(FIVE)
    (hit,) = retriever.search(ASKED, filters=Filters(since="2024-05-18"))
    assert {hit.chunk.article.id, *ids(hit.also_in)} == {"herald", "post", "courier"}
    (hit,) = retriever.search(ASKED, filters=Filters(outlet="Gazette"))
    assert (hit.chunk.article.id, hit.also_in) == ("gazette", ())


def test_copies_that_were_removed_or_rewritten_are_named_no_longer(builder: Builder, retriever: Retriever) -> None:
    builder.add_articles(FIVE)
    builder.remove(["herald"])
    builder.add_articles([article("A bakery won the regional bread prize.", id="post")])
    hits = retriever.search(ASKED)
    assert {hits[0].chunk.article.id, *ids(hits[0].also_in)} == {"courier", "gazette", "mercury"}
    builder.remove(["courier", "gazette"], forget=True)
    hits = retriever.search(ASKED)
    assert (hits[0].chunk.article.id, hits[0].also_in, hits[0].story) == ("mercury", (), "mercury")
