"""A job that dies, at whatever step, loses nothing, doubles nothing and shows nothing half done."""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import pytest

from index.build import Builder
from index.store import Store
from tests import crash
from tests.conftest import WordEncoder

OLD = "The bridge was closed after the storm.\n\nEngineers found a crack in the pier.\n"
NEW = "The bridge was opened again on Friday.\n\nEngineers found a crack in the pier.\n"
OTHER = "A bakery in the harbour won the regional bread prize.\n"

BEFORE = {"add": {"other": OTHER}, "update": {"old": OLD, "other": OTHER}, "remove": {"old": OLD, "other": OTHER}}
AFTER = {"add": {"old": OLD, "other": OTHER}, "update": {"old": NEW, "other": OTHER}, "remove": {"other": OTHER}}
BEFORE["forget"], AFTER["forget"] = BEFORE["remove"], AFTER["remove"]
COPY = OLD.replace("\n\n", "\n").upper()
BEFORE["copy"], AFTER["copy"] = {"old": OLD}, {"old": OLD, "other": COPY}


@pytest.mark.parametrize("action", ["add", "copy", "update", "remove", "forget"])
def test_a_process_that_dies_at_any_step_leaves_the_state_before_or_after(action: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(crash.PRELOAD)
    steps = outcomes = 0
    died = True
    while died:
        store, archive = _prepared(tmp_path / str(steps), action)
        process = context.Process(target=crash.run, args=(store, archive, action, steps))
        process.start()
        process.join()
        died = process.exitcode == crash.DIED
        assert died or process.exitcode == 0
        seen = crash.state(store)
        assert seen in (BEFORE[action], AFTER[action]), f"half done after step {steps}"
        assert crash.wrong(store) == []
        outcomes |= 1 if seen == BEFORE[action] else 2
        _next_job(store, archive, action, seen)
        if action == "forget":
            files = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
            assert not any(b"closed after the storm" in data for data in files), f"left behind after step {steps}"
        assert crash.state(store) == AFTER[action]
        assert action != "copy" or crash.stories(store) == 1
        assert crash.wrong(store) == []
        assert len(Store(store).numbers()) == 1
        shutil.rmtree(tmp_path / str(steps))
        steps += 1
    assert steps > 10, "the job has steps to die at"
    assert outcomes == 3, "some deaths come before the flip and some after it"


def _prepared(folder: Path, action: str) -> tuple[Path, Path]:
    """A store in the state before the action, and the files as the action will find them."""
    store, archive = folder / "store", folder / "archive"
    archive.mkdir(parents=True)
    _write(archive, BEFORE[action])
    crash.act(Builder(crash.settings_in(store), WordEncoder), archive, "add")
    if action in ("add", "copy", "update"):
        _write(archive, AFTER[action])
    return store, archive


def _write(archive: Path, articles: dict[str, str]) -> None:
    for name, text in articles.items():
        path = archive / f"{name}.txt"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def _next_job(store: Path, archive: Path, action: str, seen: dict[str, str]) -> None:
    """The user runs the command again; after a removal that was done, some other job is the next."""
    if action in ("remove", "forget") and seen == AFTER[action]:
        (archive / "old.txt").unlink()
        action = "add"
    crash.act(Builder(crash.settings_in(store), WordEncoder), archive, action)


def test_a_vector_that_was_finished_before_the_crash_is_not_made_again(tmp_path: Path) -> None:
    store, archive = _prepared(tmp_path, "add")
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=crash.run, args=(store, archive, "add", 9))  # after "keep vectors" has begun
    process.start()
    process.join()
    for step in range(10, 40):
        process = context.Process(target=crash.run, args=(store, archive, "add", step))
        process.start()
        process.join()
    encoder = WordEncoder()
    crash.act(Builder(crash.settings_in(store), lambda: encoder), archive, "add")
    assert encoder.encoded == []
