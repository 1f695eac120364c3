"""Which code and numbers maps were simulated with."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from workbench.paths import folder


@cache
def recipe() -> str:
    """Digest of the simulation's code and numbers; with the seed it fixes the maps."""
    here = Path(__file__).parent
    sources = [*sorted(here.rglob("*.py")), here.parent / "field.py"]
    sources.append(folder("datasets") / "cosmogan" / "matter.npz")
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
