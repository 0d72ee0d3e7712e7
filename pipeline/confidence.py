"""Honest confidence: what an engine says of a word, and what other looks say of it, becomes how many such words are right.

Engines are too sure of themselves, each in its own way. The curves in confidence.toml were measured on pages whose text
is known; `python -m benchmarks.calibration --write` measures them anew (benchmarks/calibration.md).
"""

import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from pipeline.record import Reading
from pipeline.textlayer import NAME

CURVES = Path(__file__).with_name("confidence.toml")


class Curve(msgspec.Struct, frozen=True):
    """From which engine's confidence on how many of a hundred words are right; both rise.

    It holds for words of one kind of `evidence`, with `digits` among their signs or without.
    """

    evidence: str
    digits: bool
    starts: tuple[float, ...]
    percents: tuple[float, ...]

    def at(self, confidence: float) -> float:
        """The share of words, in percent, that are right where the engine gives `confidence`."""
        return self.percents[max(bisect_right(self.starts, confidence) - 1, 0)]


def calibrated(text: str, confidence: float, readings: Sequence[Reading], again: bool) -> float:
    """How many of a hundred words read like this one are right.

    `confidence` is the engine's own, `readings` are all looks taken at the word, and `again` says whether doubtful
    words of its page were looked at again, so that one without other looks was above doubt.
    """
    kind = evidence(text, readings, again)
    if kind == NAME:
        return confidence
    digits, curves = any(map(str.isdigit, text)), _curves()
    # Too few words of a kind were seen for a curve of their own: that of their fellows, or of another engine, is near.
    known = ((kind, digits), (kind, not digits), ("tesseract", digits), ("tesseract", not digits))
    return next(curves[each] for each in known if each in curves).at(confidence)


def evidence(text: str, readings: Sequence[Reading], again: bool) -> str:
    """What speaks for a word: that it was read `once`, or once and `undoubted`, that all looks have `agreed` on it, a
    `majority` of them, or else the name of what was believed: an engine, or the text layer.
    """
    if readings and readings[0].engine == NAME:
        return NAME
    if len(readings) < 2:
        return "undoubted" if again else "once"
    engines = [reading.engine for reading in readings if text in reading.text.split()]
    if len(engines) == len(readings):
        return "agreed"
    return "majority" if len(engines) > 1 else engines[0] if engines else "tesseract"


@cache
def _curves() -> dict[tuple[str, bool], Curve]:
    read = tomllib.loads(CURVES.read_text(encoding="utf-8"))["curve"]
    return {(curve.evidence, curve.digits): curve for curve in msgspec.convert(read, list[Curve])}
