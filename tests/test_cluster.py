"""Runs on a real Dask cluster of this machine, undisturbed, interrupted, and robbed of its workers."""

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline import keys
from pipeline.clusterworker import Demands, find_lack
from pipeline.errors import ClusterError
from pipeline.options import Limits, Options, ReadOptions
from pipeline.pool import Broken, Call
from pipeline.textstages import load_corrections
from tests.clusters import cluster, wait_until
from tests.conftest import REAL_PATH, ROOT, Quick, command, declass, outputs
from tests.makers import program
from tests.shipped import CORRECTIONS

pytest.importorskip("distributed", reason="needs Dask's distributed: pip install 'declass[cluster]'")

IMPATIENT = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}


def run_on(address: str, output: Path) -> "subprocess.Popen[str]":
    line = command("transcribe", ROOT / "scans", "-o", output, "-c", CORRECTIONS, "--scheduler", address)
    return subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env={**os.environ, **IMPATIENT})


def pages_read(output: Path) -> int:
    return len(list((output / "work" / "ocr").rglob("*.json")))


def children_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, owner = stat.read_text().rsplit(")", 1)[1].split()[:2]
            reads = b"spawn_main" in (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if reads and int(owner) == parent and state not in "ZX":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_run_that_is_interrupted_and_loses_its_workers_ends_with_the_same_bytes(
    transcribed: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    with cluster(tmp_path) as running:
        first, second = running.hire("--no-nanny"), running.hire("--no-nanny")

        run = run_on(running.address, output)
        wait_until(lambda: pages_read(output) >= 1, run)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
        assert run.returncode == 130, said
        assert said.rstrip().endswith("run the same command again to go on where it stopped.")
        wait_until(lambda: not children_of(first.pid) and not children_of(second.pid))

        before = pages_read(output)
        run = run_on(running.address, output)
        wait_until(lambda: pages_read(output) > before, run)
        for worker in (first, second):
            worker.send_signal(signal.SIGKILL)
        _, said = run.communicate(timeout=60)
        assert run.returncode == 4, said
        assert said.rstrip().endswith(
            "All workers of the Dask cluster are lost; start others. Run the same command again to go on where it stopped."
        )

        before = pages_read(output)
        running.hire("--no-nanny")
        run = run_on(running.address, output)
        late = running.hire("--no-nanny")
        wait_until(lambda: pages_read(output) > before and children_of(late.pid), run)
        late.send_signal(signal.SIGKILL)
        _, said = run.communicate(timeout=120)
        assert run.returncode == 0, said
    assert "Traceback" not in said
    assert outputs(output) == outputs(transcribed)
    assert not list((output / "work" / "tmp").iterdir())


def double(number: int) -> int:
    return 2 * number


def die(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def take_the_worker_along(_: int) -> int:
    os.kill(os.getppid(), signal.SIGKILL)
    return 0


def die_unless(name: str) -> str:
    if name != "small":
        os.kill(os.getppid(), signal.SIGKILL)
    return name


def test_a_call_that_kills_its_process_or_its_worker_costs_itself_alone(tmp_path: Path) -> None:
    import dask

    from pipeline.cluster import workers

    good = [Call(double, number) for number in range(6)]
    killers = [Call(die, 0), Call(take_the_worker_along, 0)]
    modest = Call(die_unless, "large", smaller="small")
    temporary = tmp_path / "output" / "work" / "tmp"
    temporary.mkdir(parents=True)
    with cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as running:
        running.hire()
        running.hire()
        options = Options(scheduler=running.address)
        with workers(options, temporary, CORRECTIONS, load_corrections(CORRECTIONS).digest, []) as run_calls:
            results = dict(run_calls(deque([*killers, *good[:3], modest, *good[3:]])))
            assert [results[call] for call in good] == [2 * number for number in range(6)]
            assert [results[call] for call in killers] == [Broken(), Broken()]
            assert results[modest] == "small"
            for worker in running.workers:
                worker.kill()
            with (
                dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
                pytest.raises(ClusterError, match="All workers of the Dask cluster are lost"),
            ):
                dict(run_calls(deque(good[:1])))


# ---- before anything begins ----


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str], str]:
    """Runs declass on a cluster that cannot be used, and returns what it says."""

    def run(address: str) -> str:
        done = declass(
            *(
                "transcribe",
                ROOT / "scans",
                "-o",
                tmp_path / "output",
                "-c",
                CORRECTIONS,
                "--scheduler",
                address,
            ),
            **IMPATIENT,
        )
        assert done.returncode == 4, done.stderr
        assert "Traceback" not in done.stderr
        assert not list(tmp_path.glob("output/work/ocr/*"))
        return done.stderr

    return run


def test_a_scheduler_that_does_not_answer_is_said(refused: Callable[[str], str]) -> None:
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in refused("tcp://127.0.0.1:9")


def test_a_server_that_is_no_scheduler_is_said(refused: Callable[[str], str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        assert f"No Dask scheduler answers at {address}" in refused(address)


def test_a_cluster_that_cannot_work_is_said(tmp_path: Path, refused: Callable[[str], str]) -> None:
    program(
        tmp_path / "bin",
        "tesseract",
        f"PATH='{REAL_PATH}'; tesseract \"$@\" | sed 's/^tesseract .*/tesseract 3.0.2/'",
    )
    with cluster(tmp_path) as running:
        assert "has no workers; start some" in refused(running.address)
        running.hire("--no-nanny", PATH=f"{tmp_path / 'bin'}:{REAL_PATH}")
        wait_until(lambda: b"Registered to" in (tmp_path / "worker0.log").read_bytes(), running.workers[0])
        assert "has another tesseract (3.0.2) than this machine" in refused(running.address)


def test_jobs_and_a_cluster_exclude_each_other(tmp_path: Path, quick: Quick) -> None:
    done = quick("transcribe", ROOT / "scans", "--scheduler", "tcp://127.0.0.1:9", "-j", "2")
    assert done.exit_code == 2
    assert "exclude each other" in done.stderr


def test_a_missing_library_is_named_with_the_way_to_install_it(
    tmp_path: Path, quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.extras.find_spec", lambda name: None)
    done = quick("transcribe", ROOT / "scans", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 3
    assert "distributed lacks, which a run on a Dask cluster needs; install it with" in done.stderr


def told(scheduler: str, worker: str) -> dict[str, Any]:
    def of(version: str) -> dict[str, Any]:
        return {"packages": {"distributed": version}}

    return {"client": of("2026.8.0"), "scheduler": of(scheduler), "workers": {"tcp://10.0.0.2:1": of(worker)}}


def test_another_version_of_dask_is_said() -> None:
    from pipeline.cluster import version_trouble

    assert version_trouble(told("2026.8.0", "2026.8.0")) == ""
    assert "The Dask scheduler has distributed 2025.1.0" in version_trouble(told("2025.1.0", "2026.8.0"))
    assert "The worker tcp://10.0.0.2:1 has distributed" in version_trouble(told("2026.8.0", "2025.1.0"))


@pytest.fixture
def demands(tmp_path: Path) -> Iterator[Demands]:
    """What a run on this machine demands."""
    token = tmp_path / "output" / "work" / "tmp" / "token"
    token.parent.mkdir(parents=True)
    token.write_text("token")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"scan")
    digest = load_corrections(CORRECTIONS).digest
    same = tuple(keys.fingerprint("eng").items())
    yield Demands(same, ReadOptions(), Limits(), CORRECTIONS, digest, ((scan, 4),), token)


def test_a_worker_that_has_and_sees_all_may_work_and_shows_it(demands: Demands) -> None:
    assert find_lack((demands, "worker")) == ""
    assert demands.answer("worker").read_text() == "token"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda demands: {"same": (("declass", "9.9"),)}, "has another declass"),
        (
            lambda demands: {"same": (("Tesseract's data for eng", "other"),)},
            "has another Tesseract's data for eng",
        ),
        (lambda demands: {"token": demands.token.with_name("gone")}, "does not see the output folder"),
        (
            lambda demands: {"seen": ((Path("/no/such/scan.pdf"), 4),)},
            "cannot read the scan /no/such/scan.pdf",
        ),
        (lambda demands: {"seen": ((demands.seen[0][0], 5),)}, "sees another file than this machine"),
        (lambda demands: {"digest": "other"}, "does not see the corrections folder"),
        (lambda demands: {"corrections": Path("/no/such/folder")}, "does not see the corrections folder"),
    ],
)
def test_what_a_worker_lacks_is_said(
    demands: Demands, change: Callable[[Demands], dict[str, Any]], said: str
) -> None:
    assert said in find_lack((msgspec.structs.replace(demands, **change(demands)), "worker"))
