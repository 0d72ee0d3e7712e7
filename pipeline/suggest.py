"""Suggest: a finished run is mined for garble families, and entries are proposed for the corrections dictionary."""

from pathlib import Path

from pipeline.corpus import records
from pipeline.errors import UsageError
from pipeline.families import Miner
from pipeline.proposals import write_proposals
from pipeline.sources import printable
from pipeline.store import Store
from pipeline.textstages import load_corrections


def suggest_entries(output: Path, corrections: Path, least: int = 2) -> str:
    """Proposed entries for what the run in `output` left in doubt at least `least` times, as a corrections file.

    What the dictionary in `corrections` has already is left out. Raises UsageError where there is no finished run and
    ConfigurationError where the dictionary is wrong.
    """
    loaded = load_corrections(corrections)
    dictionary = loaded.dictionary
    store = Store(output)
    run = store.last_run()
    if run is None:
        raise UsageError(
            f"There is no finished run in {printable(str(output))}; name the folder that `declass transcribe` wrote to."
        )
    miner = Miner()
    for _, document in records(run, store):
        miner.add(document)
    decided = {
        garble.upper() for entry in dictionary.entries if entry.action == "auto" for garble in entry.garbles
    }
    families = miner.families(least, loaded.words | decided)
    return write_proposals(families, {entry.id for entry in dictionary.entries})
