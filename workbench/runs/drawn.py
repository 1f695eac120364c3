"""``previews/``: pictures that a training draws, named by their step."""

from pathlib import Path


def preview_file(folder: Path, step: int) -> Path:
    """Where the picture after that many steps is."""
    return folder / "previews" / f"{step:08}.png"


def previews(folder: Path) -> list[tuple[int, Path]]:
    """Step and file of each picture of a run, the oldest first."""
    found = (folder / "previews").glob("*.png")
    return sorted((int(p.stem), p) for p in found if p.stem.isdecimal())
