"""A student at a notebook: JupyterLab's server, a kernel, its cells from the top.

The server's own web sockets are spoken, as the page in a browser speaks them; the
browser itself, which runs on the student's machine, is left out.
"""

import json
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import websocket
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
)

from tests.serving import free_port, our_path, serving

LOOK = 0.25  # s
TOKEN = uuid.uuid4().hex
ALLOWED = {"Authorization": f"token {TOKEN}"}
SHOWN = {"stream", "execute_result", "display_data"}


@dataclass
class Sitting:
    """What working through a notebook took.

    Attributes:
        cells: Seconds of each code cell, with its number in the notebook.
        words: Seconds from the server's start to the first output.
        picture: The same to the first picture.
        total: Seconds from asking for a kernel to the last cell's end.
        memory: Most bytes of all processes together, what they share counted once.
        parts: Bytes of each process at that time, by what it is.
        printed: What cells printed.
    """

    cells: list[tuple[int, float]] = field(default_factory=list)
    words: float = 0
    picture: float = 0
    total: float = 0
    memory: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    printed: str = ""


def work_through(notebook: Path, place: Path) -> Sitting:
    """Run a notebook's cells, one after another, in a server of its own.

    Args:
        notebook: Run as it stands.
        place: An empty folder, where its runs are kept; whatever carries its name in
            the environment is counted, so trainings that outlive the kernel too.
    """
    sitting = Sitting()
    begun = time.perf_counter()
    cells = json.loads(notebook.read_text())["cells"]
    with _server(notebook.parent, place) as address, _watched(place, sitting):
        asked = time.perf_counter()
        with _kernel(address, notebook.name) as speak:
            for number, cell in enumerate(cells):
                if cell["cell_type"] == "code":
                    start = time.perf_counter()
                    for kind, content in _said(speak, "".join(cell["source"])):
                        after = time.perf_counter() - begun
                        if kind in SHOWN and content.get("name") != "stderr":
                            sitting.words = sitting.words or after
                            sitting.printed += content.get("text", "")
                        if "image/png" in content.get("data", {}):
                            sitting.picture = sitting.picture or after
                    sitting.cells.append((number, time.perf_counter() - start))
        sitting.total = time.perf_counter() - asked
    return sitting


@contextmanager
def _server(folder: Path, place: Path) -> Iterator[str]:
    """The address of a JupyterLab whose runs are kept in ``place``."""
    port = free_port()
    words = ["--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"]
    words += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    address, own = f"http://127.0.0.1:{port}", {"WORKBENCH_RUNS": str(place)}
    words = ["jupyterlab", *words]
    with serving(words, f"{address}/api", place, own | our_path()):
        yield address


@contextmanager
def _kernel(address: str, name: str) -> Iterator[websocket.WebSocket]:
    """A web socket to the kernel that the server starts for a notebook."""
    asked = {"path": name, "name": name, "type": "notebook"}
    asked |= {"kernel": {"name": "python3"}}
    request = urllib.request.Request(
        f"{address}/api/sessions", json.dumps(asked).encode(), ALLOWED
    )
    with urllib.request.urlopen(request) as answer:
        kernel = json.load(answer)["kernel"]["id"]
    where = f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels"
    speak = websocket.create_connection(where, timeout=600, header=ALLOWED)
    try:
        yield speak
    finally:
        speak.close()


def _said(speak: websocket.WebSocket, code: str) -> Iterator[tuple[str, dict]]:
    """Have a cell run; what the kernel says of it, kind and content.

    Raises:
        RuntimeError: the cell failed.
    """
    own = uuid.uuid4().hex
    header = {"msg_id": own, "msg_type": "execute_request", "username": "student"}
    header |= {"session": own, "version": "5.3", "date": ""}
    content = {"code": code, "silent": False, "store_history": True}
    content |= {"allow_stdin": False, "stop_on_error": True, "user_expressions": {}}
    message = {"header": header, "content": content, "channel": "shell"}
    speak.send(json.dumps(message | {"parent_header": {}, "metadata": {}}))
    waits_for = {"reply", "idle"}
    while waits_for:
        kind, heard = speak.recv_data()
        binary = kind == websocket.ABNF.OPCODE_BINARY
        said = deserialize_binary_message(heard) if binary else json.loads(heard)
        if said["parent_header"].get("msg_id") != own:
            continue
        yield said["msg_type"], said["content"]
        if said["msg_type"] == "error":
            raise RuntimeError("\n".join(said["content"]["traceback"]))
        if said["msg_type"] == "execute_reply":
            waits_for -= {"reply"}
        if said["content"].get("execution_state") == "idle":
            waits_for -= {"idle"}


@contextmanager
def _watched(place: Path, sitting: Sitting) -> Iterator[None]:
    """Look at the memory of whatever carries this place in its environment."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK):
            parts = dict(_parts(str(place)))
            if sum(parts.values()) > sitting.memory:
                sitting.memory, sitting.parts = sum(parts.values()), parts

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _parts(place: str) -> Iterator[tuple[str, int]]:
    """What each process is, with its number, and its proportional share of memory."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get("WORKBENCH_RUNS") == place:
                words = " ".join(process.cmdline())
                kind = next((k for k in KINDS if KINDS[k] in words), "other")
                yield f"{kind} {process.pid}", process.memory_full_info().pss


KINDS = {  # what each process is, by a word of its command line
    "server": "jupyterlab",
    "kernel": "ipykernel",
    "launcher": "torch.distributed.run",
    "trainer": "workbench",
}
