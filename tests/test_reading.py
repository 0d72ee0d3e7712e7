"""What is said of a page or a document that could not be read."""

import errno
import re

import pytest

from pipeline.errors import DocumentError, PageError
from pipeline.pool import Broken, Raised
from pipeline.reading import said_of


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Raised(DocumentError("it is damaged.")), "it is damaged."),
        (Raised(PageError("it cannot be drawn")), "it cannot be drawn."),
        (Raised(MemoryError()), "not enough memory for it; run with fewer --jobs"),
        (Raised(OSError(errno.ENOSPC, "No space left")), r"could not be written \(No space left\)\."),
        (Raised(ValueError("odd")), r"failed unexpectedly \(ValueError: odd\); please report this\."),
        (Broken(), r"\w+.*[^.]\.$"),
    ],
    ids=str,
)
def test_every_end_is_a_sentence(found: object, said: str) -> None:
    assert re.search(said, said_of(found))
    assert said_of(found).endswith(".")
