"""python -m index, as a person at a terminal sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import index.__main__ as face
from index import embed
from tests.conftest import WordEncoder

Archive = Callable[..., Path]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide terminal without colours, and no model to load."""
    from rich.console import Console

    monkeypatch.setattr(embed, "load", lambda name: WordEncoder())
    monkeypatch.setattr(face, "_out", Console(highlight=False, width=200))
    monkeypatch.setattr(face, "_err", Console(highlight=False, width=200, stderr=True))


def run(store: Path, *arguments: object) -> int:
    return face.main(["--store", str(store), *map(str, arguments)])


def test_adding_ends_with_a_table_and_listing_shows_what_was_added(
    tmp_path: Path, archive: Archive, capsys: Captured
) -> None:
    folder = archive(bridge="Bridge closed\n\nThe bridge was closed on May 2, 2021.", bakery="A bakery won a prize.")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    assert run(tmp_path / "s", "add", folder) == 0
    printed = capsys.readouterr().out
    assert [heading in printed for heading in ("added", "updated", "unchanged", "copies", "failed")] == [True] * 5
    assert "1 .jpg" in printed
    assert run(tmp_path / "s", "list") == 0
    printed = capsys.readouterr().out
    assert "2021-05-02?" in printed
    assert "Bridge closed" in printed
    assert len(printed.splitlines()) == 2


def test_bad_files_get_one_line_each_and_the_rest_goes_on(tmp_path: Path, archive: Archive, capsys: Captured) -> None:
    folder = archive(good="The bridge was closed on Monday after the storm.")
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (folder / "cut.json").write_text('[{"title": "A", "text": "B')
    (folder / "damaged.txt").write_bytes("naïve café naïve".encode() + b"\xff\xfe\xff" + "é café".encode())
    (folder / "big.txt").write_bytes(b"word " * 5_000_000)
    assert run(tmp_path / "s", "add", folder) == 1
    captured = capsys.readouterr()
    failed = [line for line in captured.err.splitlines() if "failed" in line]
    assert len(failed) == 5
    for name in ("empty.txt", "binary.txt", "cut.json", "damaged.txt", "big.txt"):
        assert sum(name in line for line in failed) == 1
    assert any("DATELINE_MAX_ARTICLE_MB" in line for line in failed)
    assert "Traceback" not in captured.err
    run(tmp_path / "s", "list")
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_markup_in_a_title_or_a_file_name_is_shown_as_its_characters(
    tmp_path: Path, archive: Archive, capsys: Captured
) -> None:
    folder = archive(**{"[bold]x": "[red]Bridge[/red] closed\n\nIt was closed."})
    (folder / "[bold]y.txt").write_text("")
    assert run(tmp_path / "s", "add", folder) == 1
    assert "[bold]y.txt" in capsys.readouterr().err
    run(tmp_path / "s", "list")
    assert "[red]Bridge[/red] closed" in capsys.readouterr().out


def test_removing_checking_rebuilding_and_upgrading_say_what_they_did(
    tmp_path: Path, archive: Archive, capsys: Captured
) -> None:
    store = tmp_path / "s"
    folder = archive(bridge="The bridge was closed.", bakery="A bakery won a prize.")
    run(store, "add", folder)
    assert run(store, "check") == 0
    assert "is whole" in capsys.readouterr().out
    assert run(store, "remove", folder / "bakery.txt", "--forget") == 0
    assert "erased" in capsys.readouterr().out
    assert run(store, "rebuild") == 0
    assert "1 chunks" in capsys.readouterr().out
    assert run(store, "upgrade") == 0
    assert run(store, "sync", folder) == 0
    assert run(store, "check") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "no-such-folder"), "no-such-folder"),
        (("remove", "nothing"), "index add PATH"),
        (("check",), "index add PATH"),
        (("rebuild",), "index add PATH"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    tmp_path: Path, capsys: Captured, arguments: tuple[str, ...], words: str
) -> None:
    assert run(tmp_path / "s", *arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("Error: ")
    assert words in error
    assert "Traceback" not in error


def test_a_file_that_is_no_catalog_is_refused_and_left_alone(tmp_path: Path, capsys: Captured) -> None:
    store = tmp_path / "s"
    store.mkdir()
    (store / "catalog.sqlite").write_bytes(b"these are my notes, not a database" * 99)
    assert run(store, "list") == 1
    assert run(store, "add", tmp_path) == 1
    assert "cannot be opened" in capsys.readouterr().err
    assert (store / "catalog.sqlite").read_bytes().startswith(b"these are my notes")


def test_what_the_disk_refuses_is_one_line(tmp_path: Path, archive: Archive, capsys: Captured) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert run(tmp_path / "file", "add", archive(bridge="The bridge was closed.")) == 1
    assert run(tmp_path / ("long" * 100), "add", archive(bridge="The bridge was closed.")) == 1
    error = capsys.readouterr().err
    assert error.count("Error: ") == 2
    assert "Traceback" not in error


def test_control_characters_of_an_article_do_not_reach_the_terminal(
    tmp_path: Path, archive: Archive, capsys: Captured
) -> None:
    run(tmp_path / "s", "add", archive(bridge="Bridge \x1b]0;mine\x07 closed\n\n" + "It was closed by the city. " * 20))
    run(tmp_path / "s", "list")
    printed = capsys.readouterr().out
    assert "Bridge ]0;mine closed" in printed
    assert "\x1b" not in printed


def test_a_listing_for_another_program_has_a_whole_line_for_each_article(
    tmp_path: Path, archive: Archive, capsys: Captured
) -> None:
    run(tmp_path / "s", "add", archive(bridge="The bridge " + "was closed and opened " * 20 + "\n\nIt is said."))
    capsys.readouterr()
    run(tmp_path / "s", "list")
    (line,) = capsys.readouterr().out.splitlines()
    assert line.count("\t") == 4
