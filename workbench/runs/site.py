"""How a computing centre wants its jobs, as its profile says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.centre import CHOICES, PROFILES, SITE, folder_of, profile

__all__ = ["CHOICES", "PROFILES", "SITE", "Site", "scratch", "site"]


@dataclass(frozen=True)
class Site:
    """What a profile says; ``sites/generic.toml`` explains each.

    Attributes:
        name: The file's, without its ending.
        defaults: Options of ``sbatch`` that a person may choose otherwise.
        node: Number of ``gpus`` and ``cores`` of a node.
        script: What else ``job.sh`` needs.
        variables: Name → value, read by the shell of the first node.
        folders: Where ``runs``, ``cache`` and ``data`` are, and where each node may
            ``stage`` the data.
        partitions: Those whose nodes differ: ``gpus``, ``cores``, longest ``time``.
        centre: Its ``name``, and where its users get ``help``.
    """

    name: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    node: Mapping[str, int] = field(default_factory=dict)
    script: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    partitions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    centre: Mapping[str, str] = field(default_factory=dict)

    def words(self, key: str) -> list[str]:
        """A list of the profile's script; empty if it has none."""
        return [str(word) for word in self.script.get(key, [])]

    def node_of(self, partition: str) -> dict[str, int]:
        """``gpus`` and ``cores`` of a partition's nodes; as of any, if it is silent."""
        about = self.partitions.get(partition, {})
        return {**self.node, **{k: v for k, v in about.items() if k != "time"}}

    def longest(self, partition: str) -> str:
        """The longest time of a job of a partition; empty where nobody says."""
        return self.partitions.get(partition, {}).get("time", "")


def site() -> Site:
    """What the profile that counts here says of jobs.

    Raises:
        BadInput: as :func:`workbench.centre.profile`.
    """
    found = profile()
    return Site(found.path.stem, **found.said)


def scratch() -> Path | None:
    """Where the site keeps runs; ``None`` if it is silent.

    Raises:
        BadInput: the site's folder needs a variable that is not set.
    """
    return folder_of("runs", "type --runs")
