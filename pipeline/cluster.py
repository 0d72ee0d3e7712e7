"""The same queue of calls on the workers of an existing Dask cluster, over storage that all of them see.

The address of a scheduler comes in; a way to run calls goes out, as `pool.run_calls` is one on this machine.
"""

import asyncio
import contextlib
import logging
import uuid
import warnings
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import dask
import msgspec
from distributed import Client, KilledWorker, Security
from distributed.comm.core import connect
from distributed.versions import VersionMismatchWarning

from pipeline import keys
from pipeline.clusterworker import Demands, Order, UnfitError, carry_out, examine, let_go
from pipeline.errors import ClusterError
from pipeline.options import Options
from pipeline.pool import Broken, Call, Raised
from pipeline.reading import RunCalls
from pipeline.sources import Source

_PULSE = 1.0  # seconds between two looks at how many workers there are
_AGAIN = "Run the same command again to go on where it stopped."


class _Flight(msgspec.Struct):
    """A call under way, and what it has come through."""

    call: Call
    losses: int = 0

    def sent(self) -> Call:
        """What to send: once more the same, then what asks for less."""
        call = self.call
        return call if self.losses < 2 else Call(call.function, call.smaller)

    def hopeless(self) -> bool:
        """Whether there is nothing left to try."""
        return self.losses > (1 if self.call.smaller is None else 2)


@contextmanager
def workers(
    options: Options, temporary: Path, corrections: Path, digest: str, sources: Sequence[Source]
) -> Iterator[RunCalls]:
    """A way to run calls on the cluster that `options.scheduler` names. All workers are examined before anything begins,
    and are free again at the end. Raises ClusterError where the cluster cannot do the run, or is lost.
    """
    token = temporary / f"cluster-{uuid.uuid4().hex}"
    token.write_text(token.name)
    demands = Demands(
        tuple(keys.fingerprint(options.read.lang).items()),
        options.read,
        options.limits,
        corrections.absolute(),
        digest,
        tuple(_one_of_each_folder(sources)),
        token.absolute(),
    )
    with _connected(options.scheduler) as client:
        try:
            _examine(client, options.scheduler, demands)
            yield lambda calls: _run_calls(calls, client, demands)
        finally:
            with contextlib.suppress(Exception):  # a worker that is lost need not be told
                client.run(let_go, demands, on_error="ignore")


def patience() -> float:
    """Seconds to wait for a scheduler that does not answer and for workers that are not there: Dask's own setting."""
    return float(dask.utils.parse_timedelta(dask.config.get("distributed.comm.timeouts.connect")))


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    for name in ("distributed", "distributed.client"):  # what matters of it is said in our own words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)
        try:
            asyncio.run(_knock(address))
            client = Client(address, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
            raise ClusterError(
                f"No Dask scheduler answers at {address} ({_told(error)}); start one there with `dask scheduler`, or "
                "name the address that it told when it started, such as tcp://10.0.0.1:8786."
            ) from None
    try:
        yield client
    finally:
        client.close(timeout=5)


async def _knock(address: str) -> None:
    """Raise OSError and the like where no scheduler answers: a Client that finds none takes a minute to go, with noise."""
    arguments = Security().get_connection_args("client")
    comm = await asyncio.wait_for(connect(address, **arguments), patience() + 1)
    await comm.close()


def _examine(client: Client, address: str, demands: Demands) -> None:
    """See that every worker has and sees what this machine does. Raises ClusterError."""
    try:
        client.wait_for_workers(1, timeout=patience())
    except TimeoutError:
        raise ClusterError(
            f"The Dask scheduler at {address} has no workers; start some with "
            f"`dask worker {address}` where declass is installed."
        ) from None
    try:
        told: Any = client.get_versions()
        said = version_trouble(told)
        lacks = {} if said else client.run(examine, demands, on_error="return")
    except (OSError, CancelledError):
        raise _lost() from None
    for worker, lack in lacks.items():
        if isinstance(lack, BaseException):
            said = (
                f"The worker {worker} cannot be examined ({_told(lack)}); install the same declass there as here, with "
                "its extra [cluster], and restart the worker."
            )
        elif lack:
            said = f"The worker {worker} {lack}"
        elif not demands.answer(worker).exists():
            said = (
                f"The worker {worker} writes to another folder of the same name as {demands.token.parent}; name an "
                "output folder with -o that all machines see."
            )
        if said:
            break
    if said:
        raise ClusterError(said)


def version_trouble(told: Mapping[str, Any]) -> str:
    """What `Client.get_versions` tells that forbids to work together, as a sentence; "" where nothing does."""
    mine = told["client"]["packages"]["distributed"]
    parts = {"The Dask scheduler": told["scheduler"]}
    parts |= {f"The worker {address}": worker for address, worker in told["workers"].items()}
    for who, part in parts.items():
        theirs = part["packages"]["distributed"]
        if theirs != mine:
            return f"{who} has distributed {theirs}, and this machine {mine}; install the same on both."
    return ""


def _run_calls(calls: deque[Call], client: Client, demands: Demands) -> Iterator[tuple[Call, Any]]:
    """Run calls to their end, in any order, and yield each with its result, as `pool.run_calls` does.

    Twice as many calls are in flight as the cluster has threads at the time. Dask gives the calls of a lost worker to
    others; one that lost several is tried again, smaller, and never beside another such. Raises ClusterError.
    """
    in_flight: dict[Future[Any], _Flight] = {}
    suspects: deque[_Flight] = deque()
    crew = _Crew(client)
    executor = client.get_executor(pure=False)
    try:
        while calls or in_flight or suspects:
            most = 2 * crew.threads()
            waiting = deque[_Flight]()
            if suspects and not any(flight.losses for flight in in_flight.values()):
                waiting.append(suspects.popleft())
            while calls and len(in_flight) + len(waiting) < most:
                waiting.append(_Flight(calls.popleft()))
            for flight in waiting:
                in_flight[executor.submit(carry_out, Order(demands, flight.sent()))] = flight
            if not in_flight:
                sleep(_PULSE)
            for future in wait(in_flight, _PULSE, FIRST_COMPLETED).done:
                flight, result = in_flight.pop(future), _result(future)
                if isinstance(result, KilledWorker):
                    flight.losses += 1
                    if flight.hopeless():
                        result = Broken()
                    else:
                        suspects.append(flight)
                        continue
                yield flight.call, result
    finally:
        executor.shutdown(wait=False)


class _Crew:
    """How many threads the cluster has, looked up now and then, for workers come and go."""

    def __init__(self, client: Client) -> None:
        self._client, self._threads, self._looked, self._seen = client, 0, 0.0, monotonic()

    def threads(self) -> int:
        """The number of threads. Raises ClusterError where there have been none for too long."""
        now = monotonic()
        if now - self._looked >= _PULSE:
            self._looked = now
            try:
                self._threads = sum(self._client.nthreads().values())
            except (OSError, CancelledError):
                raise _lost() from None
        if self._threads:
            self._seen = now
        elif now - self._seen > patience():
            raise ClusterError(f"All workers of the Dask cluster are lost; start others. {_AGAIN}")
        return self._threads


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except KilledWorker as error:
        return error
    except CancelledError:
        raise _lost() from None
    except UnfitError as error:
        raise ClusterError(f"A worker that came later {error} {_AGAIN}") from None
    except Exception as error:
        return Raised(error)


def _lost() -> ClusterError:
    return ClusterError(f"The Dask scheduler is lost; start it and its workers again. {_AGAIN}")


def _one_of_each_folder(sources: Sequence[Source]) -> Iterator[tuple[Path, int]]:
    """One file of each folder that was named, for a worker to look at."""
    met: set[Path] = set()
    for source in sources:
        root = source.path.parents[source.relative.count("/")]
        with contextlib.suppress(OSError):
            if root not in met:
                yield source.path, source.path.stat().st_size
                met.add(root)


def _told(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
