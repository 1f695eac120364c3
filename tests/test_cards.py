import hashlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from workbench import cards
from workbench.cards import Card, fetch
from workbench.errors import BadInput

CONTENT = bytes(range(256)) * 4000  # 1 MB
SHA1 = hashlib.sha1(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(BaseHTTPRequestHandler):
    """Serves CONTENT; the address says how: ranges or not, and where it breaks off."""

    asked: ClassVar[list[str]] = []
    version: ClassVar[str] = '"one"'
    breaks: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        ranged = self.headers.get("Range")
        Server.asked.append(ranged or "all")
        if "missing" in self.path:
            return self.send_error(404)
        if self.path.endswith("/"):
            return self.list_files()
        first = 0
        same = self.headers.get("If-Range", self.version) == self.version
        if ranged and "plain" not in self.path and same:
            first = int(re.findall(r"\d+", ranged)[0])
        if first >= len(CONTENT):
            return self.send_error(416)
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(CONTENT) - first))
        if "untagged" not in self.path:
            self.send_header("ETag", self.version)
        self.end_headers()
        stop = self.breaks.pop(0) if self.breaks else len(CONTENT)
        self.wfile.write(CONTENT[first:stop])

    def list_files(self) -> None:
        rows = ["?C=N;O=D", "/up/", "deeper/", "one.nc", "two%20b.nc", "two%20b.nc"]
        rows += ["..%2f..%2fup.nc", "%2fetc%2fup.nc", "..", "%2e%2e"]
        links = "".join(f'<a href="{row}">{row}</a>' for row in rows)
        page = f"<html>{'' if 'empty' in self.path else links}</html>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Server.asked, Server.breaks, Server.version = [], [], '"one"'
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Path:
    """A card in a task folder of the user's own, with three files."""
    home = tmp_path / "tasks" / "pebbles"
    home.mkdir(parents=True)
    files = {
        "good": ("good", f'bytes = {len(CONTENT)}\nchecksum = "sha256:{SHA256}"'),
        "sha1": ("sha1", f'checksum = "sha1:{SHA1}"'),
        "bare": ("bare", ""),
        "untagged": ("untagged", ""),
        "plain": ("plain", f'checksum = "sha1:{SHA1}"'),
        "missing": ("missing", ""),
        "wrong": ("wrong", f'checksum = "sha256:{"0" * 64}"'),
        "short": ("short", f"bytes = {len(CONTENT) + 1}"),
        "long": ("long", "bytes = 100_000"),
    }
    text = (
        'title = "Pebbles"\ndescription = "round"\nlicence = "CC0"\ncitation = "me"\n'
    )
    for name, (place, rest) in files.items():
        text += f'[[files]]\nname = "{name}"\nurl = "{address}/{place}"\n{rest}\n'
    many = f'each = {len(CONTENT)}\n[files.checksums]\n"a/one.nc" = "sha1:{SHA1}"\n'
    for name, folder in (("many", "a"), ("none", "empty")):
        text += f'[[files]]\nname = "{name}"\nurl = "{address}/{name}"\n'
        text += f'folders = ["{folder}"]\n{many}'
    text += '[[files]]\nname = "far"\nurl = "root://far.away//a.root"\n'
    (home / "card.toml").write_text(text)
    monkeypatch.setenv("WORKBENCH_TASKS", str(tmp_path / "tasks"))
    return tmp_path / "out"


@pytest.mark.parametrize("card", cards.cards(), ids=lambda card: card.name)
def test_every_card_says_whose_and_where(card: Card) -> None:
    for word in (card.title, card.description, card.licence, card.citation):
        assert word.strip()
    assert card.limits and card.keys
    table = card._repr_html_()
    assert card.licence in table and card.limits[0].split("`")[0] in table
    for file in card.files:
        assert re.match(r"(https?|root)://", file.url) and "/" not in file.name


def test_the_neutrino_card_is_honest() -> None:
    card = Card.of("neutrino")
    assert len(card.classes) == 11
    limits = " ".join(card.limits)
    assert "licence text" in limits and "lattice* branches is not verified" in limits
    assert "root://" in card.files[0].url
    assert card.files[0].checksum == cards.NOT_PUBLISHED


def test_an_unknown_card_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no data card 'x': choose one of .*neutrino"):
        Card.of("x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", r"card.toml: Invalid value"),
        ('title = "a"', "missing .* arguments: 'description'"),
        ('titel = "a"', "unexpected keyword argument 'titel'"),
        ('files = [{name = "a"}]', "missing 1 required .*'url'"),
        ('files = [{name = "../a", url = "b"}]', r"'\.\./a' is no name of a file"),
        ('files = [{name = "/etc/a", url = "b"}]', "'/etc/a' is no name of a file"),
        ('files = [{name = ".a", url = "b"}]', r"'\.a' is no name of a file"),
        ('files = [{name = "a", url = "b", folders = [".."]}]', r"'\.\.' is no name"),
    ],
)
def test_a_broken_card(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "card.toml").write_text(text)
    with pytest.raises(BadInput, match=words) as caught:
        Card.read(tmp_path / "card.toml")
    assert "mend the card" in str(caught.value)


@pytest.mark.parametrize("name", ["good", "sha1", "bare", "plain", "untagged"])
def test_a_file_arrives_whole(listed: Path, name: str) -> None:
    target = fetch(name, listed, progress=False)
    assert target == listed / name and target.read_bytes() == CONTENT
    assert [path.name for path in listed.iterdir()] == [name]
    Server.asked.clear()
    fetch(name, listed, progress=False)
    assert not Server.asked


@pytest.mark.parametrize(
    ("name", "then"),
    [("good", "bytes=300000-"), ("bare", "bytes=300000-"), ("untagged", "all")],
)
def test_an_interrupted_copy_goes_on(listed: Path, name: str, then: str) -> None:
    Server.breaks = [300_000]
    with pytest.raises(BadInput, match="run the same command again, it goes on"):
        fetch(name, listed, progress=False)
    assert not (listed / name).exists()
    assert (listed / f"{name}.partial").stat().st_size == 300_000
    assert fetch(name, listed, progress=False).read_bytes() == CONTENT
    assert Server.asked == ["all", then]


def test_a_file_that_changed_meanwhile_is_copied_afresh(listed: Path) -> None:
    Server.breaks = [300_000]
    with pytest.raises(BadInput):
        fetch("bare", listed, progress=False)
    (listed / "bare.partial").write_bytes(b"\0" * 300_000)  # of the older version
    Server.version = '"two"'
    assert fetch("bare", listed, progress=False).read_bytes() == CONTENT


def test_a_server_without_ranges_begins_again(listed: Path) -> None:
    Server.breaks = [300_000]
    with pytest.raises(BadInput):
        fetch("plain", listed, progress=False)
    assert fetch("plain", listed, progress=False).read_bytes() == CONTENT
    assert Server.asked == ["all", "bytes=300000-"]


@pytest.mark.parametrize("extra", [b"", b"more"])
def test_a_partial_file_as_long_as_the_whole(listed: Path, extra: bytes) -> None:
    listed.mkdir()
    (listed / "good.partial").write_bytes(CONTENT + extra)
    assert fetch("good", listed, progress=False).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wrong", "the copy has sha256 .* instead of 0000.*: it is removed"),
        ("short", "the copy has 1,024,000 bytes instead of 1,024,001"),
        ("long", "the copy has 262,144 bytes instead of 100,000"),  # one block
        ("missing", "/missing: the server answers 404 .*--url"),
        ("nothing", "no card lists a file 'nothing': choose one of .*good"),
        ("far", "served by xrootd.* xrdcp root://far.away//a.root .*far"),
    ],
)
def test_what_cannot_be_had_is_said(listed: Path, name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        fetch(name, listed, progress=False)
    assert "\n" not in str(caught.value)
    assert not (listed / name).exists() and not (listed / f"{name}.partial").exists()


def test_a_wrong_file_in_the_way_is_kept_and_named(listed: Path) -> None:
    listed.mkdir()
    (listed / "good").write_bytes(b"mine")
    with pytest.raises(BadInput, match=r"good is there but has 4 bytes .* remove it"):
        fetch("good", listed, progress=False)
    assert (listed / "good").read_bytes() == b"mine"


def test_a_mirror_serves_what_xrootd_has(listed: Path, address: str) -> None:
    target = fetch("far", listed, url=f"{address}/far", progress=False)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://a/b"])
def test_only_web_addresses_are_opened(listed: Path, url: str) -> None:
    with pytest.raises(BadInput, match="only http and https"):
        fetch("bare", listed, url=url, progress=False)


def test_a_link_that_lies_in_the_way_is_not_followed(listed: Path) -> None:
    listed.mkdir()
    mine = listed.parent / "mine"
    mine.write_bytes(b"mine")
    (listed / "bare.partial").symlink_to(mine)
    with pytest.raises(BadInput, match=r"cannot be written \(Too many levels of symb"):
        fetch("bare", listed, progress=False)
    assert mine.read_bytes() == b"mine"


def test_what_no_checksum_judges_is_said(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch("bare", listed)
    assert "bare: no checksum is published: that it is" in capsys.readouterr().err
    fetch("good", listed)
    assert "no checksum" not in capsys.readouterr().err


def test_nobody_answers(listed: Path) -> None:
    with pytest.raises(BadInput, match=r"127.0.0.1:9/x: cannot be reached \(.*refused"):
        fetch("bare", listed, url="http://127.0.0.1:9/x", progress=False)


def test_a_place_that_cannot_be_written(listed: Path) -> None:
    listed.write_text("a file where a folder should be")
    with pytest.raises(BadInput, match=r"cannot be written .*another --out"):
        fetch("bare", listed, progress=False)


def test_an_address_that_is_none(listed: Path) -> None:
    with pytest.raises(BadInput, match=r"http://\[bad: no address"):
        fetch("bare", listed, url="http://[bad", progress=False)


def test_a_connection_that_is_reset_is_not_blamed_on_the_disk(listed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset() -> None:
            caller, _ = server.accept()
            caller.recv(4096)
            caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")
            time.sleep(0.2)  # until the answer is being read
            linger = struct.pack("ii", 1, 0)  # closing then resets the connection
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            caller.close()

        thread = threading.Thread(target=reset)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        with pytest.raises(BadInput, match=r"cannot be reached .*it goes on"):
            fetch("bare", listed, url=url, progress=False)
        thread.join()


def test_a_card_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(BadInput, match=r"card\.toml: .*utf-8.*mend the card"):
        Card.read(tmp_path / "card.toml")


def test_a_folder_arrives_file_by_file_and_goes_on(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Server.breaks = [len(CONTENT), 300_000]
    with pytest.raises(BadInput, match=r"two%20b\.nc: cannot be reached .*it goes on"):
        fetch("many", listed, progress=False)
    Server.asked.clear()
    target = fetch("many", listed, progress=True)
    assert "2 of 2: a/two b.nc" in capsys.readouterr().err
    assert Server.asked == ["all", "bytes=300000-"]  # the list, and what was missing
    names = ["one.nc", "two b.nc"]
    assert sorted(path.name for path in (target / "a").iterdir()) == names
    assert all((target / "a" / name).read_bytes() == CONTENT for name in names)
    (target / "a" / "one.nc").write_bytes(CONTENT[::-1])
    with pytest.raises(BadInput, match=r"one\.nc is there but has sha1 .*remove it"):
        fetch("many", listed, progress=False)
    (target / "a" / "two b.nc").write_bytes(CONTENT[:-1])
    (target / "a" / "one.nc").unlink()
    with pytest.raises(BadInput, match=r"two b\.nc is there but has 1,023,999 bytes"):
        fetch("many", listed, progress=False)


def test_a_folder_without_files_is_said(listed: Path) -> None:
    with pytest.raises(BadInput, match=r"/none/empty/: lists no file.*--url"):
        fetch("none", listed, progress=False)


def test_climatenet_is_on_the_card() -> None:
    (file,) = Card.of("climate").files
    assert file.folders == ["train", "test"] and 459 * file.each == file.bytes
    assert "no licence text" in file.licence
