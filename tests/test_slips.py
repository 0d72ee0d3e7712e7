"""The costs of slips: the quick function says what a slow reference says."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dictionary import load_dictionary
from pipeline.errors import ConfigurationError
from pipeline.slips import ANY, Slips
from tests.shipped import CORRECTIONS

TABLE = {
    "rn": {"m": 0.5},
    "m": {"rn": 0.6, "nn": 0.9},
    "c": {"e": 0.4, "o": 0.4},
    "cl": {"d": 0.3},
    "a": {"rn": 0.1},
}


def slow(read: str, meant: str) -> float:
    """Every way to turn one text into the other, from their beginnings."""

    @cache
    def rest(at: int, to: int) -> float:
        if at == len(read) and to == len(meant):
            return 0.0
        ways = []
        if at < len(read) and to < len(meant):
            ways.append(rest(at + 1, to + 1) + (0.0 if read[at] == meant[to] else ANY))
        if at < len(read):
            ways.append(rest(at + 1, to) + ANY)
        if to < len(meant):
            ways.append(rest(at, to + 1) + ANY)
        for text, meanings in TABLE.items():
            for right, cost in meanings.items():
                if read.startswith(text, at) and meant.startswith(right, to):
                    ways.append(rest(at + len(text), to + len(right)) + cost)
        return min(ways)

    return rest(0, 0)


letters = st.text("rnmcledoa", max_size=8)


@given(letters, letters)
def test_the_cost_is_the_least_of_all_ways(read: str, meant: str) -> None:
    assert Slips(TABLE).cost(read, meant) == pytest.approx(slow(read, meant))


def test_a_slip_is_undone_at_each_place() -> None:
    assert list(Slips(TABLE).undone("cla")) == [
        ("ela", "c", "e"),
        ("ola", "c", "o"),
        ("da", "cl", "d"),
        ("clrn", "a", "rn"),
    ]


def test_the_shipped_table_knows_the_common_slips() -> None:
    slips = load_dictionary(CORRECTIONS).slips
    for read, meant in (
        ("rnake", "make"),
        ("vvith", "with"),
        ("ciear", "clear"),
        ("Govemment", "Government"),
    ):
        assert 0 < slips.cost(read, meant) < ANY


@pytest.mark.parametrize(
    "line", ['"a" = { "a" = 0.5 }', '"abcd" = { "a" = 0.5 }', '"a" = { "b" = 1.5 }', '"a" = { "b" = 0 }']
)
def test_a_slip_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.toml").write_text(f"[slips]\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"a\.toml:2: "):
        load_dictionary(tmp_path)
