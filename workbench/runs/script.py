"""``job.sh``: what is launched, for people to read, written anew at every launch."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.runs.folder import write_text

HEAD = """\
#!/usr/bin/env bash
{options}# Written by `workbench launch`; `workbench resume` writes another.

cd {here}
run={run}
export WORKBENCH_LAUNCH={launch}
{exports}
rm -f "$run/exit.json"
"""
WAIT = """
again=yes  # a signal ends `wait` early
while [ $again ]; do again= code=0; wait $child || code=$?; done
"""
END = """
cd "$run" || exit  # it was moved, and the files in it say how it ended
printf '{{"launch": {launch}, "code": %d, "restarts": %d, "by": "%s"}}\\n' \\
    $code ${{SLURM_RESTART_COUNT:-0}} $by > .exit.$$
mv .exit.$$ exit.json
"""
LOCAL = """
by=job.sh
trap 'again=yes; kill -TERM $child 2>/dev/null' TERM INT HUP
{command} >> "$run/log.txt" 2>&1 &
child=$!
"""
SLURM = """\
rm -f "$run"/control/*-requeue.json
: > "$run/.begun"
{setup}
# Shortly before its time is up Slurm sends USR1: ask the training to save and to end.
ask_to_requeue() {{
    again=yes request=$(date +%s%N)-requeue
    mkdir -p -m 700 "$run/control"
    echo '{{"verb": "requeue"}}' > "$run/control/.$request"
    mv "$run/control/.$request" "$run/control/$request.json"
}}
trap ask_to_requeue USR1
by=job.sh
trap 'again=yes by=scancel' TERM  # the training has it from Slurm, too, and saves

{command} &
child=$!
"""
MEMBERS = """\
#!/usr/bin/env bash
# Written by `workbench launch`: member runs, one after another.

cd {run} || exit
export WORKBENCH_JOB=$$
trap 'ended=yes again=yes; kill -TERM $child 2>/dev/null' TERM INT HUP
for member in {members}; do
    [ $ended ] && break
    grep -q '"waits": true' "$member/launch.json" || continue
    bash "$member/job.sh" &
    child=$!{wait}done
"""
REQUEUE = """
# The training asks for it, or failed since a node has died: begin again, elsewhere.
node_died() {{
    [ $code != 0 ] && [ $by = job.sh ] && [ "$SLURM_JOB_NUM_NODES" -gt 1 ] &&
        ! timeout 60 srun --overlap --ntasks-per-node=1 true
}}
asks() {{
    [ "$run/status.json" -nt "$run/.begun" ] &&
        grep -q '"state": "queued"' "$run/status.json"
}}
if asks || node_died; then
    scontrol requeue "$SLURM_JOB_ID" && exit
fi
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
    start = f"{shlex.quote(sys.executable)} {torchrun} {processes}"
    exports = [f"{name}={shlex.quote(value)}" for name, value in variables.items()]
    parts = [
        _head(
            folder,
            launch,
            ["WORKBENCH_JOB=${WORKBENCH_JOB:-$$}", *exports, *_safe(words)],
            "",
        ),
        LOCAL.format(command=_command([start], words)),
        WAIT,
        END.format(launch=launch),
    ]
    return _written(folder, parts)


def members_script(folder: Path, members: Sequence[Path]) -> Path:
    """Write the script that runs members' scripts one after another; its path.

    It leaves out those that no longer wait when it is their turn.
    """
    names = [shlex.quote(str(member.relative_to(folder))) for member in members]
    given = {"run": shlex.quote(str(folder.absolute())), "members": " ".join(names)}
    waiting = WAIT.replace("\n", "\n    ")
    return _written(folder, [MEMBERS.format(**given, wait=waiting.rstrip(" "))])


def slurm_script(
    folder: Path,
    launch: int,
    words: Sequence[str],
    options: Sequence[str],
    exports: Sequence[str],
    setup: Sequence[str],
    start: Sequence[str],
) -> Path:
    """Write the script of a training on nodes of a cluster and return its path.

    Args:
        folder: The run's.
        launch: Which launch of this run it is, from 1.
        words: What follows ``workbench fit``.
        options: What ``sbatch`` reads.
        exports: Variables for the processes, each ``NAME=value`` in the shell's words.
        setup: Lines that come before the training.
        start: What starts the processes: ``srun …`` to ``python``.
    """
    read = "".join(f"#SBATCH {option}\n" for option in options)
    parts = [
        _head(folder, launch, [*exports, *_safe(words)], read),
        SLURM.format(setup="\n".join(setup), command=_command(start, words)),
        WAIT,
        REQUEUE.format(),
        END.format(launch=launch),
    ]
    return _written(folder, parts)


def _head(folder: Path, launch: int, exports: Sequence[str], options: str) -> str:
    return HEAD.format(
        options=options,
        here=shlex.quote(str(Path.cwd())),
        run=shlex.quote(str(folder.absolute())),
        launch=launch,
        exports="\n".join(f"export {line}" for line in exports),
    )


def _safe(words: Sequence[str]) -> list[str]:
    """Keeps modules that lie where it is started from being imported for others."""
    return [] if "--trust" in words else ["PYTHONSAFEPATH=1"]


def _command(start: Sequence[str], words: Sequence[str]) -> str:
    """What starts the training, an option a line."""
    options = (" ".join(map(shlex.quote, option)) for option in _options(words))
    return " \\\n    ".join([*start, "-m workbench.main fit", *options])


def _written(folder: Path, parts: Sequence[str]) -> Path:
    path = folder / "job.sh"
    write_text(path, "".join(parts))
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
