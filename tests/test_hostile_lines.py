"""No line that a document may hold makes the text stages run away."""

import sys
import time

import pytest

from pipeline.clean import clean_text
from tests.shipped import CORRECTIONS

LONG = 20_000


@pytest.mark.parametrize(
    "line",
    [
        "RELEASED IN PART B1" + ")B1" * 60 + " x",
        "RELEASED IN FULL" + "((" * 150 + "x",
        "REF:" + " " * LONG + "!",
        "REF: " + "A " * 180 + "!",
        "abc" + " " * LONG,
        "abc" + "e " * 180,
        "x" + "=" * LONG + "x",
        "= " * LONG,
        "( " * LONG,
        "CONFIDENTIAL " * 30,
        "S E C R E T " * 2000,
        "PAGE 01 " + "A" * LONG,
        "E.O. " + "1" * LONG,
        "DATE/CASE ID: " + "0" * 390,
        "{" * LONG,
        "By " * 130,
        "TAGS: " + "ABCD, " * 3000,
        "SUBJECT: " + "word " * 3000,
    ],
)
def test_a_hostile_line_is_read_in_no_time(line: str) -> None:
    text = "\n".join(["FM AMEMBASSY NAIROBI", "TO SECSTATE WASHDC", "TAGS: EWWT", line, "last line"])
    began = time.process_time()
    clean_text(text, CORRECTIONS)
    assert time.process_time() - began < (5 if sys.gettrace() is None else 50)  # coverage looks at each line


def test_a_text_of_banners_alone_is_read_in_no_time() -> None:
    began = time.process_time()
    clean_text("SECRET\n\n" * 2000, CORRECTIONS)
    assert time.process_time() - began < 20
