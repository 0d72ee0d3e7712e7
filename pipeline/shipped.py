"""Where the corrections are: the folder named, else the one where you stand, else the one that came with declass."""

from pathlib import Path


def corrections_folder(chosen: Path | None = None) -> Path:
    """The corrections folder: the one named, else ./corrections, else the one that came with the package."""
    if chosen:
        return chosen
    here = Path("corrections")
    if here.is_dir():
        return here
    package = Path(__file__).parent
    packed = package / "corrections"
    return packed if packed.is_dir() else package.parent / "corrections"
