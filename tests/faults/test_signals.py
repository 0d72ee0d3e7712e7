"""A run that is ended again and again, at random moments and in every way, loses nothing: the last one ends with the bytes of
an undisturbed run.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, outputs
from tests.faults.lab import Lab
from tests.processes import assert_nobody_left, left_in, workers_of

TIMES = int(os.environ.get("DECLASS_KILLS", "50"))
SEED = int(os.environ.get("DECLASS_SEED", "0")) or random.randrange(1, 10**6)
STOPS = ("SIGINT", "SIGTERM")
SAMPLES = ("note.tif", "receipt.png")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, float]:
    """The lab of a run that nobody disturbs, and the seconds that it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "scans").mkdir()
    for name in SAMPLES:
        shutil.copy(ROOT / "scans" / name, folder / "scans")
    lab = Lab(folder, folder / "scans", walls=True)
    began = time.monotonic()
    code, said = lab.run()
    assert code == 0, said
    return lab, time.monotonic() - began


def end(process: "subprocess.Popen[str]", how: str, chance: random.Random) -> bool:
    """End a run, or one of its workers; whether it had not ended by itself."""
    if how == "worker":
        for worker in chance.sample(workers := workers_of(process.pid), min(1, len(workers))):
            os.kill(worker, signal.SIGKILL)
    going = process.poll() is None
    if going and how != "worker":
        process.send_signal(signal.Signals[how])
    return going


def lose_some(output: Path, chance: random.Random) -> None:
    """Take some of what was made away, so that there is always something to do."""
    made = [path for path in output.rglob("*") if path.is_file() and path.name != "lock"]
    for path in chance.sample(made, len(made) // 2):
        path.unlink()


@pytest.mark.faults
def test_a_run_that_is_ended_at_random_moments_loses_nothing(
    tmp_path: Path, undisturbed: tuple[Lab, float]
) -> None:
    whole, seconds = undisturbed
    lab = Lab(tmp_path, whole.scans, walls=True)
    chance = random.Random(SEED)
    codes: dict[tuple[str, int], int] = {}
    for time_ in range(TIMES):
        how = chance.choice(["SIGINT", "SIGTERM", "SIGKILL", "worker"])
        moment = chance.uniform(0, 1.1 * seconds)
        told = f"seed {SEED}, time {time_}, {how} after {moment:.1f} of {seconds:.1f} seconds"
        process = lab.start("-j", "2")
        try:
            time.sleep(moment)
            going = end(process, how, chance)
            _, said = process.communicate(timeout=max(120, 5 * seconds))
        finally:
            process.kill()
        codes[how, process.returncode] = codes.get((how, process.returncode), 0) + 1
        assert "should not" not in said, f"{told}: {said}"
        assert_nobody_left(lab.output)
        assert not left_in(lab.temporary), told
        begun, over = "to transcribe" in said, "report  " in said  # all that is left then is to go
        if how != "SIGKILL" and begun:
            assert not left_in(lab.output / "work" / "tmp"), told
        if how == "worker":
            assert process.returncode == 0, f"{told}: {said}"
        elif how in STOPS and going and begun and not over:
            assert process.returncode == 130, f"{told}: {process.returncode} {said}"
            assert "Traceback" not in said, f"{told}: {said}"
            assert said.rstrip().endswith("run the same command again to go on where it stopped."), told
        elif how in STOPS and going:
            assert process.returncode in (130, -signal.Signals[how]), f"{told}: {process.returncode} {said}"
        if chance.random() < 0.5:
            lose_some(lab.output, chance)
        print(told, process.returncode, "begun" if begun else "", "over" if over else "", flush=True)
    print(f"seed {SEED}, {TIMES} times: {sorted(codes.items())}")
    code, said = lab.run()
    assert code == 0, said
    assert outputs(lab.output) == outputs(whole.output), f"seed {SEED}"
