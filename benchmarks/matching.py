"""How the time of matching grows with the dictionary: a million words of text against up to 100,000 fuzzy entries.

Usage: matching.py [--words N] [--write]. Text and entries are made up: words of English, a tenth of them with letters
exchanged. Processor time of one core, after loading.
"""

import random
import string
import tempfile
import time
from pathlib import Path

import click

from benchmarks.accuracy import ROOT
from pipeline.correct import correct_pages
from pipeline.dictionary import load_dictionary
from pipeline.record import Line, Page
from pipeline.textstages import load_corrections
from pipeline.vocabulary import frequencies

_SIZES = (1_000, 10_000, 30_000, 100_000)
_WORDS_A_LINE, _LINES_A_PAGE, _PAGES_A_DOCUMENT = 10, 40, 10


def made_up_words(count: int, seed: random.Random) -> list[str]:
    """Words that no language has, of 5 to 14 letters."""
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(seed.choices(string.ascii_uppercase, k=seed.randint(5, 14)))] = None
    return list(made)


def text(count: int, entries: list[str], seed: random.Random) -> list[list[Page]]:
    """Documents of `count` words in all: common words, one in ten a word of the entries with a letter exchanged."""
    common = sorted(frequencies("eng"), key=lambda word: (-frequencies("eng")[word], word))[:20_000]
    weights = [10 ** frequencies("eng")[word] for word in common]
    words = seed.choices(common, weights, k=count)
    for at in range(0, count, 10):
        word = seed.choice(entries)
        place = seed.randrange(len(word))
        words[at] = word[:place] + seed.choice(string.ascii_uppercase) + word[place + 1 :]
    lines = [Line(" ".join(words[at : at + _WORDS_A_LINE])) for at in range(0, count, _WORDS_A_LINE)]
    pages = [tuple(lines[at : at + _LINES_A_PAGE]) for at in range(0, len(lines), _LINES_A_PAGE)]
    return [
        [Page(number, "ok", page) for number, page in enumerate(pages[at : at + _PAGES_A_DOCUMENT], 1)]
        for at in range(0, len(pages), _PAGES_A_DOCUMENT)
    ]


def measure(size: int, count: int) -> tuple[float, float, int]:
    """Processor seconds of loading `size` entries and of correcting `count` words, and how many edits came of it."""
    seed = random.Random(size)
    entries = made_up_words(size, seed)
    with tempfile.TemporaryDirectory() as folder:
        tables = (
            f'[[entry]]\nid = "e{number}"\nmatch = "fuzzy"\nwords = ["{word}"]\n'
            for number, word in enumerate(entries)
        )
        (Path(folder) / "many.toml").write_text("\n".join(tables), encoding="utf-8")
        began = time.process_time()
        dictionary = load_dictionary(Path(folder))
        loaded = time.process_time() - began
    documents = text(count, entries, random.Random(1))
    frequencies("eng")
    began = time.process_time()
    edits = sum(len(correct_pages(pages, dictionary)) for pages in documents)
    return loaded, time.process_time() - began, edits


@click.command()
@click.option("--words", default=1_000_000, show_default=True)
@click.option("--write", is_flag=True, help="Write benchmarks/matching.md.")
def main(words: int, write: bool) -> None:
    """Measure matching."""
    began = time.process_time()
    load_corrections(ROOT / "corrections")
    shipped = time.process_time() - began
    rows = [
        "# Matching",
        "",
        f"Made by `python -m benchmarks.matching --write`: {words:,} words, one in ten a garbled word of the dictionary, against",
        "fuzzy entries with budgets by length. Seconds of processor time on one core.",
        "",
        f"The shipped corrections load in {shipped:.2f} s.",
        "",
        "| entries | loading | matching | edits |",
        "|---|---|---|---|",
    ]
    for size in _SIZES:
        loaded, matched, edits = measure(size, words)
        rows.append(f"| {size:,} | {loaded:.1f} | {matched:.1f} | {edits:,} |")
        click.echo(rows[-1], err=True)
    told = "\n".join(rows) + "\n"
    click.echo(told)
    if write:
        (ROOT / "benchmarks" / "matching.md").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
