"""Regular expressions that run away: patterns go in, those that take too long on a line made to tease them come out.

Each is tried in a process of its own, which is ended where it hangs: Python cannot stop a search that has begun.
"""

import multiprocessing
import re
import time
from collections.abc import Iterator, Sequence
from multiprocessing.sharedctypes import Synchronized

_TOO_LONG = 0.5  # seconds of processor time for one line
_PATIENCE = 5.0  # seconds for one pattern, before its process is ended
_COMMON_SIGNS = "aA0 .-"
_MOST_SIGNS = 16


def runaways(patterns: Sequence[str]) -> list[str]:
    """Those of `patterns` that take more than half a second for some line of at most 2,000 characters."""
    found = []
    context = multiprocessing.get_context("spawn")
    at = 0
    while at < len(patterns):
        begun: Synchronized[int] = context.Value("i", at)
        slow = context.Queue()
        process = context.Process(target=_try, args=(patterns, at, begun, slow), daemon=True)
        process.start()
        last, since = at, time.monotonic()
        while process.is_alive():
            process.join(0.05)
            if begun.value != last:
                last, since = begun.value, time.monotonic()
            elif time.monotonic() - since > _PATIENCE + (
                5.0 if last == at else 0.0
            ):  # starting takes a while
                process.kill()
                process.join()
                found.append(patterns[last])
                break
        while not slow.empty():
            found.append(slow.get())
        at = last + 1
    return list(dict.fromkeys(found))


def _try(
    patterns: Sequence[str], start: int, begun: "Synchronized[int]", slow: "multiprocessing.Queue[str]"
) -> None:
    for number in range(start, len(patterns)):
        begun.value = number
        compiled = re.compile(patterns[number])
        for line in _teasers(patterns[number]):
            before = time.process_time()
            compiled.search(line)
            if time.process_time() - before > _TOO_LONG:
                slow.put(patterns[number])
                break


def _teasers(pattern: str) -> Iterator[str]:
    """Lines that repeat what a pattern may match and then end otherwise; short ones first."""
    own = re.sub(r"\\.|\(\?[:=!<P]*|[\[\]{}()*+?^$|]", " ", pattern)
    signs = list(dict.fromkeys([*_COMMON_SIGNS, *own]))[:_MOST_SIGNS]
    for length in (24, 200, 2000):
        for sign in signs:
            yield sign * length + "\x01"
        for one in signs[:6]:
            for other in signs[:6]:
                if one != other:
                    yield (one + other) * (length // 2) + "\x01"
