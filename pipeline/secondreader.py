"""The second reader: the recogniser of RapidOCR, a network of another make than Tesseract's, for single lines.

It is an extra (`declass[second-reader]`); where it is missing, `second_reader` gives None and everything else works.
Its model comes inside the package, so that nothing is fetched while reading.
"""

import os
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.geometry import Box
from pipeline.looks import Image, Seen

_MODEL = "PP-OCRv6_rec_small.onnx"
_LINE_HEIGHT = 48  # pixels; the network was trained on lines of this height
_WIDEST = 4096  # pixels of a line; no line of type is as long


class SecondReader:
    """The recogniser of RapidOCR alone: a network that reads one line at a time, of another make than Tesseract's.

    It decodes greedily and takes the likeliest sign of the Latin alphabets, for it knows many scripts.
    """

    name = "rapidocr"

    def __init__(self, model: Path) -> None:
        # Before the import, or onnxruntime notes an id of this machine and what it does in the user's home, and sends it
        # to its makers. Its own function to stop that comes too late.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415 - slow to import, and an extra

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        signs = ["", *self._session.get_modelmeta().custom_metadata_map["character"].split("\n"), " "]
        self._columns = np.array([index for index, sign in enumerate(signs) if index == 0 or _latin(sign)])
        self._signs = [signs[index] for index in self._columns]

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        """The words of each line."""
        return [self._line(line) for line in lines]

    def _line(self, line: Image) -> tuple[Seen, ...]:
        height, width = line.shape
        wide = min(max(round(width * _LINE_HEIGHT / height), 8), _WIDEST)
        scaled = cv2.resize(line, (wide, _LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
        plane = scaled.astype(np.float32) / 127.5 - 1
        batch = np.broadcast_to(plane, (1, 3, _LINE_HEIGHT, wide))
        chances = self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0][0][:, self._columns]
        best = chances.argmax(axis=1)
        sure = chances.max(axis=1)
        step = width / len(best)
        words: list[Seen] = []
        confidences: list[float] = []
        text, first, last = "", 0, 0
        for at, sign in enumerate([*best, 0]):
            ended = at == len(best)
            if not ended and (sign == 0 or (at and sign == best[at - 1])):
                continue
            if ended or self._signs[sign] == " ":
                if text:
                    box = Box(
                        max(round((first - 0.5) * step), 0), 0, min(round((last + 1.5) * step), width), height
                    )
                    words.append(
                        Seen(unicodedata.normalize("NFC", text), box, 100 * float(np.mean(confidences)))
                    )
                text, confidences = "", []
                continue
            first = first if text else at
            last = at
            text += self._signs[sign]
            confidences.append(float(sure[at]))
        return tuple(words)


@cache
def second_reader() -> SecondReader | None:
    """The second reader, loaded once a process; None where its packages are not installed."""
    model = _model()
    return SecondReader(model) if model else None


def version() -> str:
    """Its version, for the record of a run; says so where it is not installed."""
    if not _model():
        return "not installed"
    return f"rapidocr {metadata.version('rapidocr')}, onnxruntime {metadata.version('onnxruntime')}"


def _model() -> Path | None:
    package = find_spec("rapidocr")
    places = package.submodule_search_locations if package else None
    if not places or not find_spec("onnxruntime"):
        return None
    model = Path(places[0]) / "models" / _MODEL
    return model if model.exists() else None


def _latin(sign: str) -> bool:
    """Whether text in a Latin alphabet may hold the sign."""
    return len(sign) == 1 and (sign <= "\u024f" or sign in "‘’“”–—•…€§†‡")
