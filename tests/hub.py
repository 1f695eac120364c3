"""A JupyterHub for the tests, and system accounts of the people who use it."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from tests.lab import missing, needs_browser
from tests.serving import ROOT, free_port, no_news, serving

PASSWORD = "of the tests"
SLOWLY = 180_000  # ms for what servers and trainings of several people take
PREFIX = "/centre/"  # a hub is seldom at the root of a machine's addresses
DEBIAN = {"NODE_PATH": "/usr/share/nodejs"}  # its proxy, but perhaps another's Node.js
CONFIG = """\
c = get_config()
for name, value in {options!r}.items():
    section, option = name.split(".")
    c[section][option] = value
"""


def needs_hub() -> None:
    """Skip, or fail where ``$WORKBENCH_REQUIRE`` names the hub."""
    needs_browser()
    for package in ("jupyterhub", "batchspawner"):
        if find_spec(package) is None:
            missing("hub", f"{package} is not installed: pip install -e .[test]")
    if shutil.which("configurable-http-proxy") is None:
        missing("hub", "no proxy (Debian: apt install node-configurable-http-proxy)")
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        missing("hub", "only root can make accounts for the people of a hub")


@dataclass
class Centre:
    """A place of several people: a folder, an environment, their accounts.

    Attributes:
        folder: Everybody may enter it.
        python: An interpreter with our packages that everybody may start.
        root: The checkout, where everybody may read it.
        people: What they are called here → their accounts.
    """

    folder: Path
    python: Path
    root: Path
    people: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What everybody's programs need to know."""
        return {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/usr/sbin",
            "PYTHONPATH": str(self.root),
            "LD_LIBRARY_PATH": str(self.folder / "python" / "lib"),
            "WORKBENCH_TASKS": str(self.root / "tests" / "tasks"),
            "OMP_WAIT_POLICY": "passive",
        }

    def home(self, who: str) -> Path:
        """A person's folder."""
        return self.folder / "home" / who

    def give(self, who: str, path: Path) -> None:
        """Make a file or folder a person's own."""
        known = pwd.getpwnam(self.people[who])
        os.chown(path, known.pw_uid, known.pw_gid)

    def run(self, who: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """What Python answers to a person."""
        account = self.people[who]
        group = pwd.getpwnam(account).pw_gid
        return subprocess.run(
            [self.python, *words],
            user=account,
            group=group,
            extra_groups=os.getgrouplist(account, group),
            cwd=self.home(who),
            env=self.environment | {"HOME": str(self.home(who))},
            capture_output=True,
            text=True,
        )


@contextmanager
def centre(*people: str) -> Iterator[Centre]:
    """A folder and accounts for people; nothing of them stays."""
    needs_hub()
    folder = Path(tempfile.mkdtemp(prefix="workbench-hub-"))
    folder.chmod(0o755)
    with ExitStack() as later:
        later.callback(shutil.rmtree, folder)
        root = within_reach(ROOT, folder / "checkout", ".git", ".venv")
        here = Centre(folder, _python(folder), root)
        (folder / "home").mkdir()
        for who in people:
            account, home = f"wb-{who}-{os.getpid()}", here.home(who)
            words = ["--home-dir", home, "--create-home", "--shell=/bin/bash"]
            subprocess.run(["useradd", *words, account], check=True)
            later.callback(_remove, account)
            here.people[who] = account
            no_news(home / ".jupyter" / "lab" / "user-settings")
            for path in home.rglob("*"):
                here.give(who, path)
        yield here


def _remove(account: str) -> None:
    """End what an account still runs, and the account."""
    number = pwd.getpwnam(account).pw_uid
    left = [p for p in psutil.process_iter(["uids"]) if p.info["uids"].real == number]
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=20)
    subprocess.run(["userdel", account], check=True)


@contextmanager
def group(of: Centre, *who: str) -> Iterator[str]:
    """A group of some of the people."""
    name = f"wb-team-{os.getpid()}"
    subprocess.run(["groupadd", name], check=True)
    try:
        for one in who:
            words = ["--append", "--groups", name, of.people[one]]
            subprocess.run(["usermod", *words], check=True)
        yield name
    finally:
        subprocess.run(["groupdel", name], check=True)


@contextmanager
def hub(
    of: Centre, spawner: str, environment: Mapping[str, str], **more: Any
) -> Iterator[str]:
    """A JupyterHub that opens each person's ``panel.ipynb``; its address.

    Args:
        of: Whose people use it.
        spawner: The class that starts their servers.
        environment: Of their servers.
        more: More options, with ``__`` for the dot.
    """
    address = f"http://127.0.0.1:{free_port()}{PREFIX}"
    options = {
        "JupyterHub.bind_url": address,
        "JupyterHub.hub_port": free_port(),
        "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{free_port()}",
        "JupyterHub.authenticator_class": "shared-password",
        "SharedPasswordAuthenticator.user_password": PASSWORD,
        "Authenticator.allowed_users": set(of.people.values()),
        "JupyterHub.spawner_class": spawner,
        "Spawner.cmd": [str(of.python), "-m", "jupyterhub.singleuser"],
        "Spawner.args": ["--LabApp.expose_app_in_browser=True"],
        "Spawner.default_url": "/lab/tree/panel.ipynb",
        "Spawner.http_timeout": SLOWLY // 1000,  # 30 s is what a busy machine may take
        "Spawner.environment": of.environment | dict(environment),
        **{name.replace("__", "."): value for name, value in more.items()},
    }
    own = of.folder / "hub"
    own.mkdir(mode=0o700)
    config = own / "config.py"
    config.write_text(CONFIG.format(options=options))
    words = ["jupyterhub", "--config", str(config)]
    with serving(words, f"{address}hub/api", own, DEBIAN):
        yield address


def log_in(page: Any, address: str, account: str) -> None:
    """Log in to a hub, whereupon it starts a server and shows the notebook."""
    page.goto(f"{address}hub/login")
    page.locator("#username_input").fill(account)
    page.locator("#password_input").fill(PASSWORD)
    page.locator("#login_submit").click()


def within_reach(place: Path, copy: Path, *left_out: str) -> Path:
    """A folder, if everybody may enter it; else a copy, which takes no room."""
    place = place.resolve()
    if all(part.stat().st_mode & 0o005 == 0o005 for part in (place, *place.parents)):
        return place
    ignored = shutil.ignore_patterns(*left_out)
    shutil.copytree(place, copy, True, ignored, _link_or_copy)
    copy.chmod(0o755)
    return copy


def _link_or_copy(source: str, copy: str) -> None:
    try:
        os.link(source, copy)
    except OSError:  # another disk
        shutil.copy2(source, copy)


def _python(folder: Path) -> Path:
    """Our environment anew from links, for an interpreter may live in root's home."""
    base = within_reach(Path(sys.base_prefix), folder / "python", "site-packages")
    ours = within_reach(Path(sys.prefix), folder / "packages")
    env = folder / "env"
    (env / "bin").mkdir(parents=True)
    (env / "pyvenv.cfg").write_text(f"home = {base / 'bin'}\n")
    for name in ("lib", "share", "etc"):
        (env / name).symlink_to(ours / name)
    (env / "scripts").symlink_to(ours / "bin")
    python = env / "bin" / "python"
    python.symlink_to(base / "bin" / Path(sys.executable).resolve().name)
    return python
