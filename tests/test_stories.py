"""Stories in the store: copies share one, whatever becomes of them, and older stores are brought up to having them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import pytest

from index import demo
from index.adding import Progress
from index.build import Builder
from index.catalog import Catalog
from index.check import check
from index.errors import StoreMismatch
from index.retrieve import Retriever
from index.schema import Article
from index.settings import Settings
from index.store import Store
from tests.conftest import WordEncoder, article

WIRE = """A freighter ran aground in fog at the mouth of the river on Tuesday, and the harbour of Tolvane was closed.
At least 12 people were taken off the ship by lifeboat, the coast guard said, and none of them was hurt badly.
Divers will look at the hull once the tide allows it, and tugs from two other ports are on their way to help.
"""
BAKERY = "A bakery in the harbour won the regional bread prize for the third time, its owner told guests.\n"


def wire(outlet: str, *edits: tuple[str, str], **facts: str) -> Article:
    text = f"{outlet} reports.\n{WIRE}"
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return article(text, outlet=outlet, id=outlet.casefold(), **facts)


def stories(settings: Settings) -> dict[str, int]:
    """The story of each live article."""
    with closing(Catalog(Store(settings.store).catalog)) as catalog:
        return {one.id: one.story for one in catalog.printed()}


def kept(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(Store(settings.store).catalog)) as db:
        return db.execute(query).fetchall()


def test_copies_are_told_from_other_articles_when_they_are_added(builder: Builder, settings: Settings) -> None:
    first = builder.add_articles([wire("Herald"), article(BAKERY, id="bakery"), wire("Post", ("hurt badly", "hurt"))])
    second = builder.add_articles([wire("Courier", ("Divers", "Frogmen")), article(BAKERY.upper(), id="again")])
    assert [(one.added, one.copies) for one in (first, second)] == [(2, 1), (0, 2)]
    found = stories(settings)
    assert found["herald"] == found["post"] == found["courier"]
    assert found["bakery"] == found["again"] != found["herald"]
    assert check(settings) == []


def test_a_new_version_of_an_article_is_no_copy_of_the_old_one(builder: Builder, settings: Settings) -> None:
    builder.add_articles([wire("Herald")])
    report = builder.add_articles([wire("Herald", ("12 people", "14 people"))])
    assert (report.updated, report.copies) == (1, 0)
    assert kept(settings, "SELECT count(DISTINCT article) FROM bands") == [(1,)]
    assert kept(settings, "SELECT count(*) FROM articles WHERE story IS NOT NULL") == [(0,)]


def test_an_updated_copy_stays_in_its_story_while_it_tells_it(builder: Builder, settings: Settings) -> None:
    builder.add_articles([wire("Herald"), wire("Post")])
    builder.add_articles([wire("Herald", ("12 people", "14 people"))])
    found = stories(settings)
    assert found["herald"] == found["post"]
    builder.add_articles([article(BAKERY, id="herald")])
    builder.add_articles([wire("Courier")])
    found = stories(settings)
    assert found["courier"] == found["post"] != found["herald"]


def test_an_article_that_is_like_two_stories_joins_the_one_that_it_is_most_like(
    builder: Builder, settings: Settings
) -> None:
    one, two = ("\n".join(WIRE.splitlines()[part]) for part in (slice(0, 2), slice(2, 3)))
    builder.add_articles([article(one, id="one"), article(two, id="two")])
    builder.add_articles([article(WIRE, id="both")])
    found = stories(settings)
    assert found["both"] == found["one"] != found["two"]


def test_removing_an_article_leaves_the_story_to_its_copies(builder: Builder, settings: Settings) -> None:
    builder.add_articles([wire("Herald"), wire("Post")])
    builder.remove(["herald"])
    builder.add_articles([wire("Courier")])
    found = stories(settings)
    assert set(found) == {"post", "courier"}
    assert found["post"] == found["courier"]
    assert kept(settings, "SELECT count(DISTINCT article) FROM bands") == [(2,)]


def test_forgetting_an_article_leaves_nothing_that_it_could_be_found_by(builder: Builder, settings: Settings) -> None:
    builder.add_articles([wire("Herald"), article(BAKERY, id="bakery")])
    assert kept(settings, "SELECT count(DISTINCT article) FROM bands") == [(2,)]
    (row,) = kept(settings, "SELECT row FROM articles WHERE id = 'herald'")
    bands = kept(settings, f"SELECT band FROM bands WHERE article = {row[0]}")
    builder.add_articles([wire("Post", ("hurt badly", "hurt"))])
    builder.remove(["herald", "post"], forget=True)
    assert not {*bands} & {*kept(settings, "SELECT band FROM bands")}
    assert list(stories(settings)) == ["bakery"]
    files = [path.read_bytes() for path in settings.store.rglob("*") if path.is_file()]
    held = [int(str(band[0])).to_bytes(6, "big") for band in bands]
    assert not any(band in data for band in held for data in files)


def as_schema_1(settings: Settings) -> None:
    """Make the catalog what the schema before stories was."""
    with closing(sqlite3.connect(Store(settings.store).catalog)) as db:
        db.executescript("""
            BEGIN; DROP TABLE bands; ALTER TABLE articles DROP COLUMN story;
            ALTER TABLE articles ADD COLUMN words TEXT NOT NULL DEFAULT '';
            CREATE INDEX same_words ON articles (words);
            UPDATE meta SET value = '1' WHERE key = 'schema'; COMMIT;
        """)


@pytest.fixture
def old(builder: Builder, settings: Settings, words: WordEncoder) -> Sequence[Article]:
    """A store of the schema before stories; its articles."""
    articles = [wire("Herald"), wire("Post", ("hurt badly", "hurt")), article(BAKERY, id="bakery")]
    builder.add_articles(articles)
    builder.add_articles([wire("Herald", ("12", "13"))])
    as_schema_1(settings)
    words.encoded.clear()
    return articles


@pytest.mark.usefixtures("old")
def test_a_store_of_the_older_schema_is_refused_with_the_command_that_upgrades_it(
    builder: Builder, retriever: Retriever, settings: Settings
) -> None:
    for attempt in (
        lambda: builder.add_articles([wire("Courier")]),
        lambda: builder.remove(["herald"]),
        lambda: builder.rebuild(),
        lambda: retriever.search("freighter"),
        lambda: retriever.count(),
        lambda: check(settings),
    ):
        with pytest.raises(StoreMismatch, match="python -m index upgrade"):
            attempt()


@pytest.mark.usefixtures("old")
def test_an_upgrade_finds_the_copies_of_an_older_store_and_embeds_nothing(
    builder: Builder, retriever: Retriever, settings: Settings, words: WordEncoder
) -> None:
    assert builder.upgrade() == 3
    assert words.encoded == []
    found = stories(settings)
    assert found["herald"] == found["post"] != found["bakery"]
    assert retriever.search("who won the bread prize")[0].chunk.article.id == "bakery"
    assert check(settings) == []
    assert builder.add_articles([wire("Courier")]).copies == 1
    assert builder.upgrade() == 4
    assert len(set(stories(settings).values())) == 2


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("stop", [0, 1, 3, 4, 8, 12, 16, 20])
def test_an_upgrade_of_an_older_store_that_stops_anywhere_can_be_run_again(
    builder: Builder, retriever: Retriever, settings: Settings, stop: int
) -> None:
    steps = 0

    def die(name: str) -> None:
        nonlocal steps
        steps += 1
        if steps > stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Builder(settings, WordEncoder, at=die).upgrade()
    if kept(settings, "SELECT value FROM meta WHERE key = 'schema'") == [("1",)]:
        with pytest.raises(StoreMismatch, match="python -m index upgrade"):
            retriever.count()
    assert builder.upgrade() == 3
    found = stories(settings)
    assert found["herald"] == found["post"] != found["bakery"]
    assert check(settings) == []


@pytest.mark.usefixtures("old")
def test_an_upgrade_that_is_stopped_between_articles_can_be_run_again(builder: Builder, settings: Settings) -> None:
    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Builder(settings, WordEncoder, watch=stop).upgrade()
    assert builder.upgrade() == 3
    assert len(set(stories(settings).values())) == 2


@pytest.mark.usefixtures("old")
def test_a_schema_that_is_not_known_is_refused_by_an_upgrade_too(builder: Builder, settings: Settings) -> None:
    with closing(sqlite3.connect(Store(settings.store).catalog)) as db, db:
        db.execute("UPDATE meta SET value = '9' WHERE key = 'schema'")
    for attempt in (builder.upgrade, builder.rebuild):
        with pytest.raises(StoreMismatch, match="schema 9.*Use the Dateline that made it"):
            attempt()


def test_a_demonstration_of_the_older_schema_is_brought_up_to_date_unasked(
    settings: Settings, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = demo.settings_of(settings)
    Builder(shown, lambda: words).add_articles([article(BAKERY, id="bakery")])
    as_schema_1(shown)
    monkeypatch.setattr(demo.embed, "load", lambda name: words)
    assert demo.ready(settings) == shown
    assert "bakery" in stories(shown)


def test_a_story_in_sixty_four_outlets_is_published_and_fills_one_place(
    builder: Builder, settings: Settings, retriever: Retriever
) -> None:
    wire = "The dockers of Tolvane ended their strike at noon after the owners raised pay, the union said on Friday."
    copies = [
        article(f"{wire} It was {one}{other}.", title=f"{one}{other}") for one in "abcdefgh" for other in "klmnopqr"
    ]
    others = [article(f"A ferry named {name} sank off Marrack.") for name in ("Orla", "Brae", "Fenn", "Gull", "Heron")]
    builder.add_articles([*copies, *others])
    assert check(settings) == []
    hits = retriever.search("Who ended their strike?")
    assert sum("dockers" in hit.chunk.text for hit in hits) == 1
