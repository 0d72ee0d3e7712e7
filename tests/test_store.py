"""The output folder: nothing half done stays in it, and what lies elsewhere is not touched."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.store import Store


def litter(store: Store) -> None:
    (store.temporary / "folder" / "deep").mkdir(parents=True)
    (store.temporary / "folder" / "deep" / "page.pgm").write_bytes(b"P5")
    (store.temporary / "tmp1234").write_bytes(b"half")


def test_what_an_earlier_run_left_is_swept(tmp_path: Path) -> None:
    store = Store(tmp_path / "output")
    litter(store)
    with store.opened():
        assert not list(store.temporary.iterdir())


@pytest.mark.parametrize("ending", [KeyboardInterrupt, UsageError, None])
def test_nothing_is_left_however_a_run_ends(tmp_path: Path, ending: type[BaseException] | None) -> None:
    store = Store(tmp_path / "output")
    try:
        with store.opened():
            litter(store)
            if ending:
                raise ending
    except (KeyboardInterrupt, UsageError):
        pass
    assert not list(store.temporary.iterdir())


def test_links_in_the_temporary_folder_go_and_what_they_lead_to_stays(tmp_path: Path) -> None:
    store = Store(tmp_path / "output")
    store.temporary.mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")
    (store.temporary / "link").symlink_to(tmp_path / "mine")
    with store.opened():
        assert not list(store.temporary.iterdir())
    assert (tmp_path / "mine" / "letter").read_text() == "dear"


@pytest.mark.parametrize("link", ["work", "work/tmp"])
def test_a_temporary_folder_that_leads_elsewhere_is_not_swept(tmp_path: Path, link: str) -> None:
    store = Store(tmp_path / "output")
    mine = tmp_path / "mine"
    (mine / "tmp").mkdir(parents=True)
    (mine / "tmp" / "letter").write_text("dear")
    place = store.folder / link
    place.parent.mkdir(parents=True)
    place.symlink_to(mine if link == "work" else mine / "tmp")
    with pytest.raises(UsageError, match="is a symbolic link"), store.opened():
        pass
    assert (mine / "tmp" / "letter").read_text() == "dear"


def test_a_folder_that_another_run_holds_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "output")
    with store.opened():
        litter(store)
        with pytest.raises(UsageError, match="Another run is writing"), Store(store.folder).opened():
            pass
        assert (store.temporary / "tmp1234").exists()


def test_writing_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "output")
    with store.opened():
        (store.folder / "taken").mkdir()
        with pytest.raises(OSError):
            store.write(store.folder / "taken", b"data")
        assert not list(store.temporary.iterdir())


def test_nothing_is_made_in_a_folder_that_was_removed(tmp_path: Path) -> None:
    store = Store(tmp_path / "output")
    with pytest.raises(OSError):
        store.write(store.folder / "text" / "a.txt", b"data")
    assert not store.folder.exists()
