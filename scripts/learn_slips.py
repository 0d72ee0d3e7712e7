"""Learn what reading takes one letter for: readings and their truths go in, the table `[slips]` comes out.

Usage: learn_slips.py READING TRUTH [READING TRUTH ...]. Writes corrections/slips.toml anew. A slip costs 0.75 where
letters look alike, 0.85 where it was seen twice, less the more often it was seen, and never less than 0.45: the
reading of a clear page makes one slip in a hundred letters, and a word of two is a rare thing.
"""

import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import edlib

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.scoring import normalise  # noqa: E402

ALIKE, SEEN, DOUBLED, LEAST = 0.75, 0.85, 0.07, 0.45
# Letters of typewriters and print that look alike where ink is thin or thick, as read and as meant.
LOOK_ALIKE = """
rn m, m rn, cl d, d cl, vv w, w vv, li h, h li, ii u, u ii, ri n, n ri, nn m, m nn, in m, m in, tt n, fi h, rm m, m rm,
c e, e c, c o, o c, e o, o e, a o, o a, e a, a e, a s, s a, u a, a u, n u, u n, h b, b h, h n, n h, i l, l i, t i, i t,
t l, l t, f t, t f, f r, r f, t r, r t, v y, y v, v w, w v, v u, u v, g q, q g, q o, o q, y g, g y, p n, n p, p b, b p, d b, b d,
s e, e s, s z, z s, g s, s g, c g, g c, e g, g e, v p, p v, p r, r p, n r, r n, i j, j i, k h, h k, m n, n m, u m, m u,
w m, m w, m a, a m, d o, o d, c q, q c, b t, t b, d t, t d, m f, é e, á a, à a, è e, ö o, ó o, ü u, @ a, @ e, ® a, & a, ! l, $ s,
I l, l I, S s, C c, O o, V v, W w, U u, Z z, X x, P p, K k, L l, M m, A a, F P, P F, F J, F E, E F, Z E, B S, S B, B R, R B,
H M, M H, N M, M N, O Q, Q O, C G, G C, T I, I T, D O, O D, £ E, 0 O, 0 o, 1 l, 1 I, 5 S, 5 s, 6 b, 8 B
"""
_PIECE = re.compile(r"[^|]+")
_LETTERS = re.compile(r"[^\s\d]{1,2}")


def slips_of(read: str, truth: str) -> Iterator[tuple[str, str]]:
    """Each slip between a reading and its truth as (read, meant), line by line; lines that were mostly lost are left out."""
    seen = normalise(read) or " "
    for line in truth.splitlines():
        wanted = normalise(line).rstrip("-= ")
        if len(wanted) < 8:
            continue
        aligned = edlib.align(wanted, seen, mode="HW", task="path")
        if not 0 < aligned["editDistance"] <= 0.3 * len(wanted):
            continue
        nice = edlib.getNiceAlignment(aligned, wanted, seen)
        for piece in _PIECE.finditer(nice["matched_aligned"]):
            here = slice(*piece.span())
            yield nice["target_aligned"][here].replace("-", ""), nice["query_aligned"][here].replace("-", "")


def learn(counts: Iterable[Mapping[tuple[str, str], int]]) -> dict[str, dict[str, float]]:
    """The table of slips from how often each was seen in some documents."""
    seen: Counter[tuple[str, str]] = Counter()
    for each in counts:
        seen.update(each)
    table: dict[str, dict[str, float]] = {}
    alike = {(pair.split()[0], pair.split()[1]) for pair in LOOK_ALIKE.split(",")}
    for read, meant in sorted(alike | set(seen)):
        often = seen[read, meant]
        known = (read, meant) in alike
        learnable = _LETTERS.fullmatch(read) and _LETTERS.fullmatch(meant) and meant.isalpha()
        if known or (often >= 2 and learnable and read != meant):
            cost = (ALIKE if known else SEEN) - DOUBLED * math.log2(1 + often)
            table.setdefault(read, {})[meant] = round(max(cost, LEAST), 2)
    return table


def as_toml(table: Mapping[str, Mapping[str, float]]) -> str:
    """The table as a corrections file."""
    lines = [
        "# What reading takes for what: as read, then what may have been meant, with the cost of such a slip.",
        "# An exchange that is not listed costs 1. Made by scripts/learn_slips.py; write your own into local/.",
        "",
        "[slips]",
    ]
    for read, meanings in table.items():
        listed = ", ".join(f'"{meant}" = {cost:.2f}' for meant, cost in sorted(meanings.items()))
        lines.append(f'"{read}" = {{ {listed} }}')
    return "\n".join(lines) + "\n"


def main(paths: list[str]) -> None:
    """Write the table."""
    counts = Counter[tuple[str, str]]()
    for read, truth in zip(paths[::2], paths[1::2], strict=True):
        counts.update(slips_of(Path(read).read_text("utf-8"), Path(truth).read_text("utf-8", "replace")))
    (ROOT / "corrections" / "slips.toml").write_text(as_toml(learn([counts])), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
