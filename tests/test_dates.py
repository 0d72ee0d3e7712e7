"""Times and dates, as cables and people write them."""

import pytest

from pipeline.dates import time_group, written_date
from tests.parting import PATTERNS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("O R 172343Z NOV 79", "1979-11-17T23:43Z"),
        ("P 1214132 OCT 86", "1986-10-12T14:13Z"),
        ("0 091517Z,QGT 86", "1986-10-09T15:17Z"),
        ("121212Z JAN 04", "2004-01-12T12:12Z"),
        ("R 301212Z FEB 79", ""),
        ("R 101212Z MAI 79", ""),  # MAR or MAY
        ("O 161515Z OCT 36", ""),
        ("R 2321107 MAY a", ""),
    ],
)
def test_time_groups(text: str, value: str) -> None:
    found = time_group(text, PATTERNS.digits)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "text", ["THE TALKS ENDED 172343Z NOV 79", "437214 091603Z /41", "1. ON 121212Z", ""]
)
def test_no_time_groups(text: str) -> None:
    assert time_group(text, PATTERNS.digits) is None


def test_written_dates() -> None:
    told = ["October 8, 1986", "8 October 1986", "10/8/86", "Foo 8, 1986", "February 30, 1986"]
    assert [found[2] if (found := written_date(text)) else None for text in told] == [
        *["1986-10-08"] * 3,
        "",
        "",
    ]
