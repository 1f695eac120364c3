"""``job.sh``: what is launched, for people to read, written anew at every launch."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.runs.folder import write_text

HEAD = """\
#!/usr/bin/env bash
# Written by `workbench launch`; `workbench resume` writes it anew and runs no old one.
"""
WAIT = """
child=
trap 'kill -TERM $child 2>/dev/null' TERM INT HUP
{command} >> "$run/log.txt" 2>&1 &
child=$!
code=0; wait $child || code=$?
while kill -0 $child 2>/dev/null; do code=0; wait $child || code=$?; done
cd "$run"
printf '{{"launch": {launch}, "code": %d, "by": "job.sh"}}\\n' $code > .exit.$$
mv .exit.$$ exit.json
"""


def local_script(
    folder: Path,
    launch: int,
    words: Sequence[str],
    processes: int,
    variables: Mapping[str, str],
) -> Path:
    """Write the script of a training on this machine and return its path.

    Args:
        folder: The run's.
        launch: Which launch of this run it is, from 1.
        words: What follows ``workbench fit``.
        processes: Number of processes.
        variables: Set for them.
    """
    torchrun = "-m torch.distributed.run --standalone --nproc-per-node"
    command = [
        f"{shlex.quote(sys.executable)} {torchrun} {processes}",
        "-m workbench.main fit",
        *(" ".join(map(shlex.quote, option)) for option in _options(words)),
    ]
    lines = [
        f"cd {shlex.quote(str(Path.cwd()))}",
        f"run={shlex.quote(str(folder.absolute()))}",
        *(f"export {name}={shlex.quote(v)}" for name, v in variables.items()),
        f"export WORKBENCH_JOB=$$ WORKBENCH_LAUNCH={launch}",
        WAIT.format(command=" \\\n    ".join(command), launch=launch),
    ]
    path = folder / "job.sh"
    write_text(path, HEAD + "\n".join(lines))
    return path


def _options(words: Sequence[str]) -> list[list[str]]:
    """Each option with its value, which may be a word of its own."""
    options: list[list[str]] = []
    for word in words:
        if word.startswith("-") or not options:
            options.append([word])
        else:
            options[-1].append(word)
    return options
