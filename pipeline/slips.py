"""What reading makes of letters: the table of slips goes in, what it costs to read one word for another comes out.

A slip is a piece of text as read and what was meant by it, such as `rn` for `m`, with a cost: near 0 for one that
happens all the time, 1 for one that any letter may suffer. The table is data (`[slips]` in corrections/confusions.toml),
learned by scripts/learn_slips.py. rapidfuzz finds words by plain distance; this module ranks what it finds.
"""

from collections.abc import Iterator, Mapping

ANY = 1.0  # what an exchange, a loss or an addition of one letter costs that no entry of the table names


class Slips:
    """The costs of slips: `costs[read][meant]`, each above 0 and at most 1."""

    def __init__(self, costs: Mapping[str, Mapping[str, float]]) -> None:
        self.costs = costs
        self._longest = max(map(len, costs), default=0)
        self._ending: dict[str, list[tuple[str, str, float]]] = {}
        for read, meanings in costs.items():
            for meant, cost in meanings.items():
                self._ending.setdefault(read[-1:], []).append((read, meant, cost))

    def cost(self, read: str, meant: str) -> float:
        """The least that slips cost which turn `meant` into `read`; 0.0 where both are the same.

        An edit distance whose steps are single letters (1 each) and the listed slips, of any length on either side.
        """
        row_count, columns = len(read) + 1, len(meant) + 1
        cells = [[0.0] * columns for _ in range(row_count)]
        for column in range(1, columns):
            cells[0][column] = column * ANY
        for row in range(1, row_count):
            above, here, letter = cells[row - 1], cells[row], read[row - 1]
            slips = [slip for slip in self._ending.get(letter, ()) if read.endswith(slip[0], 0, row)]
            here[0] = above[0] + ANY
            for column in range(1, columns):
                best = above[column - 1] if letter == meant[column - 1] else above[column - 1] + ANY
                best = min(best, above[column] + ANY, here[column - 1] + ANY)
                for text, right, cost in slips:
                    if meant.endswith(right, 0, column):
                        best = min(best, cells[row - len(text)][column - len(right)] + cost)
                here[column] = best
        return cells[-1][-1]

    def undone(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Each text from which one listed slip made `text`, with what was read and meant at that place."""
        for start in range(len(text)):
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                read = text[start:end]
                for meant in self.costs.get(read, ()):
                    yield text[:start] + meant + text[end:], read, meant
