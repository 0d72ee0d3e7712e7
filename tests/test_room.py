"""What an output folder may take: all that is written counts, and none is refused that only took another's place."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.room import Room
from pipeline.store import Store

MEGABYTE = 1e-3  # of a gigabyte


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "output")
    with store.opened():
        pass
    return store


def written(store: Store, name: str, size: int) -> list[Path]:
    path = store.folder / name
    store.write(path, bytes(size))
    return [path]


def test_what_stood_there_before_counts(store: Store) -> None:
    written(store, "much", 5_000_000)
    with pytest.raises(UsageError, match="--max-disk"):
        Room(store, 4 * MEGABYTE).take()
    Room(store, 6 * MEGABYTE).take()


def test_what_is_written_in_mid_run_counts(store: Store) -> None:
    room = Room(store, 4 * MEGABYTE)
    room.take()
    room.take(written(store, "some", 3_000_000))
    with pytest.raises(UsageError, match="run the same command again"):
        room.take(written(store, "more", 2_000_000))


def test_a_file_that_took_the_place_of_another_counts_once(store: Store) -> None:
    room = Room(store, 4 * MEGABYTE)
    room.take()
    for _ in range(5):
        room.take(written(store, "same", 3_000_000))


def test_a_disk_that_is_nearly_full_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**7, 10**7))
    with pytest.raises(UsageError, match="nearly full"):
        Room(store, 1).take()


def test_a_folder_that_was_removed_or_replaced_is_written_no_more(store: Store) -> None:
    room = Room(store, 1)
    held = os.open(store.work / "lock", os.O_RDONLY)  # as the run holds it, or its number could be used again
    shutil.rmtree(store.folder)
    with pytest.raises(UsageError, match="removed or replaced"):
        room.take()
    with Store(store.folder).opened(), pytest.raises(UsageError, match="removed or replaced"):
        room.take()
    os.close(held)
