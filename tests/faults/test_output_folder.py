"""The output folder is taken away, shut or filled in mid-run: the run stops with a sentence, and the next one goes on."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import outputs
from tests.faults.lab import Lab, page, pages_read, wait_for
from tests.makers import drawn_pdf
from tests.processes import assert_nobody_left, left_in

HELD = 1001


def scanned(folder: Path) -> Path:
    """Three pages are read before the one that is held, and two wait behind it."""
    folder.mkdir()
    page(900, "GOOD WORDS HERE").save(folder / "a.png")
    page(HELD).save(folder / "b.png")
    drawn_pdf(folder / "c.pdf", (b"BT /F1 24 Tf 40 100 Td (Plain words) Tj ET",) * 4)
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("undisturbed")
    lab = Lab(folder, scanned(folder / "scans"))
    code, said = lab.run()
    assert code == 0, said
    return lab


@pytest.fixture
def lab(tmp_path: Path, undisturbed: Lab) -> Lab:
    return Lab(tmp_path, undisturbed.scans)


def assert_goes_on(lab: Lab, undisturbed: Lab, *more: str) -> None:
    """The next run ends as if nothing had happened."""
    code, said = lab.run(*more)
    assert code == 0, said
    assert outputs(lab.output) == outputs(undisturbed.output)


def test_an_output_folder_that_is_removed_stops_the_run_and_stays_removed(lab: Lab, undisturbed: Lab) -> None:
    go_on = lab.held(HELD)
    process = lab.start("-j", "1")
    wait_for(lambda: pages_read(lab.output) == 1, process)
    shutil.rmtree(lab.output)
    go_on()
    code, said = lab.ended(process)
    assert code == 2
    assert said.count("was removed or replaced in mid-run; run the same command again") == 1
    assert not left_in(lab.output)
    assert_goes_on(lab, undisturbed)


def test_an_output_folder_that_another_run_made_anew_is_left_to_it(lab: Lab) -> None:
    go_on = lab.held(HELD)
    process = lab.start("-j", "1")
    wait_for(lambda: pages_read(lab.output) == 1, process)
    shutil.rmtree(lab.output)
    (lab.output / "work" / "tmp").mkdir(parents=True)
    (lab.output / "work" / "lock").write_text("")
    go_on()
    code, said = lab.ended(process)
    assert code == 2
    assert "was removed or replaced in mid-run" in said
    assert not (lab.output / "run.json").exists()


def bound_by_permissions() -> tuple[str, ...]:
    """What to start a run with so that permissions bind it, as they do not bind root."""
    if os.geteuid():
        return ()
    prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("root may write everywhere, and setpriv cannot take that from it here")
    return prefix


def test_permissions_lost_in_mid_run_stop_it(lab: Lab, undisturbed: Lab) -> None:
    go_on = lab.held(HELD)
    process = lab.start("-j", "1", prefix=bound_by_permissions())
    wait_for(lambda: pages_read(lab.output) == 1, process)
    shut = [lab.output, *(path for path in lab.output.rglob("*") if path.is_dir())]
    for path in shut:
        path.chmod(0o555)
    go_on()
    _, said = process.communicate(timeout=600)
    for path in shut:
        path.chmod(0o755)
    assert process.returncode == 2, said
    assert "cannot be written any more; mend its permissions and run the same command again" in said
    assert "Traceback" not in said and "should not" not in said
    assert_nobody_left(lab.output)
    assert_goes_on(lab, undisturbed)


@pytest.fixture
def small_disk(lab: Lab) -> Iterator[Path]:
    """A disk of its own for the output folder."""
    lab.output.mkdir()
    if not shutil.which("mount") or os.geteuid():
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", lab.output], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here ({mounted.stderr.strip()})")
    yield lab.output
    subprocess.run(["umount", "--lazy", lab.output], check=True)


def fill(disk: Path, leaving: int = 0) -> Path:
    """Take all that is left of a disk but so many bytes."""
    filler = disk / "of-somebody-else"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        except OSError:
            pass
    os.truncate(filler, max(filler.stat().st_size - leaving, 0))
    return filler


@pytest.mark.parametrize("leaving", [0, 50_000_000], ids=["full", "nearly full"])
def test_a_disk_that_fills_up_in_mid_run_stops_it(
    lab: Lab, undisturbed: Lab, small_disk: Path, leaving: int
) -> None:
    go_on = lab.held(HELD)
    process = lab.start("-j", "1")
    wait_for(lambda: pages_read(lab.output) == 1, process)
    filler = fill(small_disk, leaving)
    go_on()
    code, said = lab.ended(process)
    assert code == 2, said
    assert "is nearly full; make room and run the same command again" in said
    code, said = lab.run()
    assert code == 2, said  # checked before anything is read
    assert "is nearly full" in said
    filler.unlink()
    assert_goes_on(lab, undisturbed)
