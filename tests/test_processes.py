"""Several processes on one store: readers follow, a second writer is refused by name, and no vector is lost."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from index.build import Builder
from index.errors import StoreBusy
from index.retrieve import Retriever
from index.store import Store
from tests import crash
from tests.conftest import WordEncoder

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(crash.PRELOAD)


def _add(store: Path, folder: Path) -> None:
    Builder(crash.settings_in(store), WordEncoder).add([folder])


def _hold(store: Path, held: object, done: object) -> None:
    with Store(store).writing("python -m index add /big/archive"):
        held.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]


def _whole(store: Path) -> None:
    assert crash.wrong(store) == []


def _folder(tmp_path: Path, name: str, count: int) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for n in range(count):
        (folder / f"{n}.txt").write_text(
            f"{name} report {n}\n\nThe {name} office counted {n} ships, and {n + 1} trucks.\n"
        )
    return folder


def _in_a_process(target: object, *arguments: object) -> None:
    process = CONTEXT.Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    process.join()
    assert process.exitcode == 0


def test_a_reader_stays_open_while_another_process_writes_and_then_writes_itself(tmp_path: Path) -> None:
    store = tmp_path / "store"
    settings = crash.settings_in(store)
    _add(store, _folder(tmp_path, "harbour", 40))
    retriever = Retriever(settings, WordEncoder)
    assert retriever.search("harbour office")
    errors: list[BaseException] = []
    searches = 0
    over = threading.Event()

    def keep_asking() -> None:
        nonlocal searches
        while not over.is_set():
            try:
                assert retriever.search("harbour office ships")
                searches += 1
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    _in_a_process(_add, store, _folder(tmp_path, "airport", 40))
    assert any("airport" in hit.chunk.text for hit in retriever.search("airport office")), "found without a restart"
    _add(store, _folder(tmp_path, "station", 40))
    _in_a_process(_add, store, _folder(tmp_path, "market", 40))
    over.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert searches > 0
    assert retriever.count() == 160
    assert any("market" in hit.chunk.text for hit in retriever.search("market office"))
    retriever.close()
    _in_a_process(_whole, store)


def _open_and_ask(store: Path, over: object) -> None:
    while not over.is_set():  # type: ignore[attr-defined]
        retriever = Retriever(crash.settings_in(store), WordEncoder)
        assert retriever.search("harbour office")
        retriever.close()


def test_readers_that_open_the_published_folder_while_it_is_copied_disturb_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    _add(store, _folder(tmp_path, "harbour", 30))
    over = CONTEXT.Event()
    readers = [CONTEXT.Process(target=_open_and_ask, args=(store, over)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for round in range(15):
        _add(store, _folder(tmp_path, f"airport{round}", 1))
    over.set()
    for reader in readers:
        reader.join()
    assert [reader.exitcode for reader in readers] == [0, 0]
    _in_a_process(_whole, store)


def test_a_second_writer_is_refused_with_a_message_that_names_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, folder = tmp_path / "store", _folder(tmp_path, "harbour", 1)
    held, done = CONTEXT.Event(), CONTEXT.Event()
    first = CONTEXT.Process(target=_hold, args=(store, held, done))
    first.start()
    assert held.wait(60)
    monkeypatch.setattr("index.store.WAIT_SECONDS", 0.2)
    with pytest.raises(StoreBusy) as refused:
        _add(store, folder)
    done.set()
    first.join()
    message = str(refused.value)
    assert str(first.pid) in message
    assert str(os.getpid()) not in message
    assert "python -m index add /big/archive" in message
    _add(store, folder)
    assert len(crash.state(store)) == 1


def test_two_writers_that_take_turns_lose_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    folders = [_folder(tmp_path, name, 10) for name in ("harbour", "airport", "station", "market")]
    processes = [CONTEXT.Process(target=_add, args=(store, folder)) for folder in folders]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert Retriever(crash.settings_in(store), WordEncoder).count() == 40
    _in_a_process(_whole, store)
