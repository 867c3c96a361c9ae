"""What an archive keeps true: embargoes, teasers, corrections, kinds, what was given, and what a report tells of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index import adding, embed
from index.__main__ import main
from index.build import Builder
from index.check import check, notes
from index.notices import corrected, ends_at_a_paywall, kind
from index.read_fields import Given
from index.retrieve import Retriever
from index.schema import Filters
from index.settings import Settings
from tests.conftest import article

ROOT = Path(__file__).resolve().parent.parent
OPENED = "The bridge of Hallendorf was opened by mayor Ilse Brandt on Monday. Two hundred people came to see it."


def lines(folder: Path, *records: dict[str, object], name: str = "news.jsonl") -> Path:
    file = folder / name
    file.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return file


def test_an_article_under_embargo_is_nowhere_until_its_day(
    builder: Builder, retriever: Retriever, settings: Settings, tmp_path: Path
) -> None:
    later = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    told = {"title": "Bridge", "text": OPENED, "outlet": "Secret Post", "embargo": later}
    builder.add([lines(tmp_path, told, {"title": "Old", "text": "The bridge is old.", "embargo": "2020-01-01"})])
    assert [one.title for one in retriever.articles()] == ["Old"] and retriever.extent().articles == 1
    for filters in (None, Filters(outlet="Secret Post")):
        assert not [hit for hit in retriever.search("bridge", filters=filters) if hit.chunk.article.title == "Bridge"]
    assert "1 articles are hidden until they are available" in notes(settings)[0] and check(settings) == []
    told["embargo"] = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    builder.add([lines(tmp_path, told)])
    assert "Bridge" in {hit.chunk.article.title for hit in retriever.search("bridge")}


def test_a_teaser_never_takes_the_place_of_the_whole_article(
    builder: Builder, retriever: Retriever, tmp_path: Path
) -> None:
    link = "https://example.org/bridge"
    item = f"<item><title>Bridge</title><link>{link}</link><description>Opened.</description></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    (tmp_path / "a.rss").write_text(feed, encoding="utf-8")
    assert builder.add([tmp_path]).partial == [f"Bridge ({tmp_path}/a.rss)"]
    assert builder.add([lines(tmp_path, {"title": "Bridge", "text": OPENED, "url": link})]).updated == 1
    (tmp_path / "b.rss").write_text(feed, encoding="utf-8")
    assert builder.add([tmp_path / "b.rss"]).unchanged == 1
    [one] = retriever.articles()
    assert one.text == OPENED and not one.partial


def test_what_was_given_stays_when_a_file_is_read_anew(builder: Builder, retriever: Retriever, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(OPENED, encoding="utf-8")
    builder.add([file], given=Given(outlet="Post", published="2024-05-06", collection="bridges"))
    file.write_text(f"{OPENED} It rained.", encoding="utf-8")
    builder.add([file])
    [one] = retriever.articles()
    assert (one.outlet, one.published, one.published_from, one.collection) == ("Post", "2024-05-06", "given", "bridges")


def test_a_guessed_day_orders_and_filters_nothing(builder: Builder, retriever: Retriever) -> None:
    builder.add_articles(
        [
            article("The first bridge.", published="2024-05-06", published_from="guess"),
            article("The second bridge.", published="2020", published_from="field"),
            article("The third bridge."),
        ]
    )
    assert [one.text for one in retriever.articles()][0] == "The second bridge."
    found = retriever.search("bridge", filters=Filters(since="2010"))
    assert [hit.chunk.text for hit in found] == ["The second bridge."]


def test_the_report_names_what_was_guessed_partial_and_copied(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"{OPENED} " * 8
    file = lines(
        tmp_path,
        {"title": "Bridge", "text": f"6 May 2024. {words}"},
        {"title": "Copy", "text": f"6 May 2024. {words}"},
        {"title": "Stub", "text": "The mayor. Subscribe to continue reading."},
        {"title": "Nothing"},
    )
    report = tmp_path / "report.json"
    assert main(["--store", str(settings.store), "add", str(file), "--report", str(report)]) == 1
    said = capsys.readouterr().out
    assert "2 have a date that is a guess" in said and "1 are partial" in said
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["files"] == {str(file): {"added": 2, "copies": 1}} and told["added"] == 2
    assert told["guessed"] == [f"{name} ({file}): 2024-05-06" for name in ("Bridge", "Copy")]
    assert told["partial"] == [f"Stub ({file})"] and told["copied"] == [f"Copy ({file})"]
    assert len(told["failed"]) == 1 and "line 4" in told["failed"][0]
    main(["--store", str(settings.store), "list"])
    assert "Stub · partial: only its beginning is here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Words.\n\nCorrection: The bridge is 40 metres long, not 400. 7 May 2024", "2024-05-07"),
        ("Words.\n\nThis article was corrected on May 8, 2024, to say so.", "2024-05-08"),
        ("Words.\n\nAn earlier version of this article misspelt a name.", ""),
        ("Words.\n\nKorrektur: In einer früheren Fassung stand 400. 9. Mai 2024", "2024-05-09"),
        ("The officer of correction: he was corrected by her. They were correct.", None),
        ("A correction of prices on the market was expected on 6 May 2024.", None),
    ],
)
def test_a_correction_is_known_by_its_notice(text: str, day: str | None) -> None:
    assert corrected(text) == day
    assert article("Words.", corrected=day).remarks == (
        () if day is None else (f"corrected on {day}".removesuffix(" on "),)
    )


def test_a_kind_is_what_the_source_says() -> None:
    assert kind("NewsArticle", "Opinion") == "opinion" and kind("LiveBlogPosting") == "live"
    assert kind("Sport", None) is None and kind("news") == "report" and kind("Press Release") == "press release"


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("The mayor said. Subscribe to continue reading.", True),
        ("Le maire a dit. Cet article est réservé aux abonnés.", True),
        ("They subscribe to the view that reading helps. " + "It went on. " * 40, False),
        ("Readers can subscribe to a newsletter.", False),
    ],
)
def test_a_paywall_is_known_by_the_end_of_a_text(text: str, is_cut: bool) -> None:
    assert ends_at_a_paywall(text) is is_cut


def test_a_file_that_cannot_be_read_is_tried_again_only_once_it_has_changed(
    builder: Builder, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, read = tmp_path / "news", list[str]()
    folder.mkdir()
    (folder / "good.txt").write_text(OPENED, encoding="utf-8")
    (folder / "bad.json").write_text("{", encoding="utf-8")
    some = lines(folder, {"text": OPENED[:40]}, {"title": "None"})
    first = builder.add([folder], prune=True)
    real = adding.read
    monkeypatch.setattr(adding, "read", lambda file, **how: read.append(file.name) or real(file, **how))
    again = builder.add([folder], prune=True)
    assert read == [] and sorted(again.failed) == sorted(first.failed) and len(first.failed) == 2
    assert (again.added, again.updated, again.removed, again.unchanged) == (0, 0, 0, 2)
    (folder / "bad.json").write_text(json.dumps({"text": "It is whole now."}), encoding="utf-8")
    some.unlink()
    third = builder.add([folder], prune=True)
    assert read == ["bad.json"] and third.failed == [] and (third.added, third.removed) == (1, 1)
    assert builder.add([folder], prune=True).unchanged == 2


def test_sync_follows_what_changes_until_it_is_stopped(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(OPENED, encoding="utf-8")
    command = [sys.executable, "-m", "index", "--store", str(settings.store), "sync", str(folder), "--watch"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr and "Watching" in running.stderr.readline()
        (folder / "b.txt").write_text("Two ferries sailed on Monday.", encoding="utf-8")
        (folder / "a.txt").unlink()
        retriever = Retriever(settings, embed.load)
        until = time.monotonic() + 90
        while [one.text for one in retriever.articles()] != ["Two ferries sailed on Monday."]:
            assert time.monotonic() < until
            time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
        assert running.returncode == 0 and "Traceback" not in said
    finally:
        running.kill()
        running.wait()
