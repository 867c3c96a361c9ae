"""The tabs that add, list and remove articles, and what the page says of the archive; no browser, no server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import app
from index import embed
from index.build import Builder, Progress
from index.schema import digest
from index.settings import Settings
from index.store import Store
from tests.conftest import article
from ui.archive import Archive, in_use

PASTED = ("The bridge has opened.", "Bridge", "https://example.org/bridge", "", "", "2024-11-30")


@pytest.fixture
def archived(settings: Settings, words: Any, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """The tabs over an empty store, with the encoder that needs no model."""
    monkeypatch.setattr(embed, "load", lambda name: words)
    return Archive(settings, app._gradio())


def unwatched(at: Progress) -> None:
    pass


def test_an_upload_is_known_by_its_link_or_its_words_not_by_its_folder(tmp_path: Path, archived: Archive) -> None:
    link, home = "https://example.org/news/1-bridge-opens", "https://example.org/"
    records = [{"url": link, "text": "A."}, {"url": home, "text": "B."}, {"id": 7, "text": "C."}, {"text": "D."}]
    found = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        (folder / "new.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        found.append(archived.uploads([str(folder / "new.jsonl")], "mine", unwatched))
    assert found[0] == found[1]
    articles, failed = found[0]
    assert not failed and {(one.path, one.collection) for one in articles} == {("new.jsonl", "mine")}
    assert [one.id == digest("url", link) for one in articles] == [True, False, False, False]
    assert len({one.id for one in articles}) == 4


def test_what_cannot_be_read_is_told_without_the_temporary_folder(tmp_path: Path, archived: Archive) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    articles, failed = archived.uploads([str(tmp_path / "empty.txt")], "", unwatched)
    assert not articles and len(failed) == 1
    assert failed[0].startswith("empty.txt ") and str(tmp_path) not in failed[0]


def test_added_articles_go_to_the_users_store(settings: Settings, archived: Archive) -> None:
    seen = list[Progress]()
    assert in_use(settings).store == settings.demo_store
    report, done = archived.add((), "", PASTED, seen.append)
    assert done and str(settings.store) in report and seen
    assert in_use(settings) is settings
    assert "Bridge" in archived.listing("") and "not journalism" not in archived.listing("")


def test_each_file_is_told_what_became_of_it_and_a_copy_is_noticed(tmp_path: Path, archived: Archive) -> None:
    told = "The Hallendorf bridge was opened by mayor Ilse Brandt on Monday. " * 12
    for name, text in (("a.txt", f"Bridge\n\n{told}"), ("b.txt", f"The bridge\n\n{told}"), ("c.txt", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    nothing = ("", "", "", "", "", "")
    report, done = archived.add([str(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")], "", nothing, unwatched)
    assert not done and "c.txt" in report
    assert "<bdi>a.txt</bdi>: 1 added<" in report
    assert "<bdi>b.txt</bdi>: 1 added, and tells what another article tells" in report
    report, done = archived.add([str(tmp_path / "a.txt")], "", nothing, unwatched)
    assert done and "<bdi>a.txt</bdi>: 1 here already" in report


@pytest.mark.parametrize(("text", "date", "says"), [("", "", "Choose files"), ("Words.", "soon", "soon")])
def test_what_cannot_be_added_is_said_in_a_line(archived: Archive, text: str, date: str, says: str) -> None:
    report, done = archived.add((), "", (text, "", "", "", "", date), unwatched)
    assert not done and says in report and not archived.settings.store.exists()


def test_an_article_is_removed_once_it_is_confirmed_and_the_demonstration_never_is(
    archived: Archive, builder: Builder
) -> None:
    assert archived.article("no such")[1] == ""
    one = article("First words.", title="<b>First")
    builder.add_articles([one, article("Second words.")])
    shown, chosen, may, sure = archived.article(one.id)
    assert "First words." in shown and chosen == one.id and may["visible"] and not sure["visible"]
    said, chosen, may, _ = archived.remove(one.id)
    assert "“&lt;b&gt;First” removed." in said and chosen == "" and not may["visible"]
    assert "First" not in archived.listing("")
    assert "no longer in the store" in archived.article(one.id)[0]
    assert "role='alert'" in archived.remove(one.id)[0]  # somebody else was faster


def test_who_may_not_write_is_offered_no_removal(archived: Archive, builder: Builder) -> None:
    one = article("First words.")
    builder.add_articles([one])
    kept = Archive(replace(archived.settings, read_only=True), archived.gr)
    assert kept.article(one.id)[1:3] == ["", archived.gr.update(visible=False)]
    assert "role='alert'" in kept.remove(one.id)[0] and "First" in kept.listing("")


def test_the_state_says_what_answers_from_how_much_and_whether_somebody_indexes(
    archived: Archive, builder: Builder
) -> None:
    builder.add_articles([article("A.", published="2024-11-30"), article("B.", published="2024-12-01")])
    told = archived.state()
    assert "Answers by the built-in reader, from 2 articles, of 30 November 2024 to 1 December 2024" in told
    assert "indexing" not in told
    with Store(archived.settings.store).writing("index <add>"):
        assert "indexing: index &lt;add&gt;, started 2" in archived.state()
    assert "indexing" not in archived.state()


def test_the_shape_of_an_archive_counts_its_outlets(archived: Archive, builder: Builder) -> None:
    assert archived.shape() == ""
    outlets = ["Post", "Post", "<Wire>"]
    builder.add_articles(
        [article(f"{n}.", outlet=name, published=f"2024-0{n + 1}-01") for n, name in enumerate(outlets)]
    )
    shown = archived.shape()
    assert shown.index("Post") < shown.index("&lt;Wire&gt;") and "<span class='count'>2</span>" in shown


def test_an_empty_archive_says_what_to_do_and_one_that_may_not_be_changed_does_not(
    archived: Archive, archive: Callable[..., Path], builder: Builder
) -> None:
    banner, state, chat, outlets, collections = archived.refresh()
    assert "Your archive is empty" in banner and "0 articles" in state and "#ask" not in chat["placeholder"]
    read_only = Archive(replace(archived.settings, read_only=True), archived.gr)
    assert "archive is empty" not in read_only.refresh()[0]
    builder.add_articles([article("First words.", outlet="Post", collection="<strike>")])
    banner, _, _, outlets, collections = archived.refresh()
    assert banner == "" and outlets["choices"] == [("Any", ""), "Post"] and collections["choices"][1:] == ["<strike>"]
