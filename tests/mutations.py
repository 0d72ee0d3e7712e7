"""Files spoilt at random, for tests of what hostile input may do: bytes go in, a strategy of spoilt bytes comes out."""

from collections.abc import Sequence

from hypothesis import strategies as st

_TELLING = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"-1",
    b"99999999999",
    b"\n",
    b"(",
    b"[" * 50,
)


@st.composite
def spoilt(draw: st.DrawFn, wholes: Sequence[bytes]) -> bytes:
    """One of `wholes` after a few flips of bytes, cuts, repeats and splices with another."""
    data = bytearray(draw(st.sampled_from(wholes)))
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("flip", "write", "cut", "repeat", "splice", "drop")))
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(1, 64))
        if kind == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "write":
            told = draw(st.sampled_from(_TELLING) | st.binary(min_size=1, max_size=8))
            data[at : at + len(told)] = told
        elif kind == "cut":
            del data[at:]
        elif kind == "repeat":
            data[at:at] = data[at : at + size] * draw(st.integers(1, 20))
        elif kind == "drop":
            del data[at : at + size]
        else:
            other = draw(st.sampled_from(wholes))
            data[at:] = other[min(at, len(other)) :]
    return bytes(data)
