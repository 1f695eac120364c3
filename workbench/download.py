"""Copying files from a web server: resumed, checked, whole or not at all."""

import hashlib
import http.client
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from workbench.errors import BadInput

_BLOCK = 1 << 18
_TIMEOUT = 60  # seconds without a byte
_PAGE = 1 << 25  # bytes of a list of files, at most


def download(
    url: str, target: Path, size: int, checksum: str, progress: bool = True
) -> None:
    """Copy ``url`` to ``target``; ``NAME.partial`` holds what an interruption left.

    What was left is gone on with if the server says the file is the same as then, or
    if a checksum will tell; else the copy begins again.

    Args:
        url: An http or https address.
        target: The file to be; if it is there and good, nothing is copied.
        size: Bytes it must have; 0 where that is not known.
        checksum: ``ALGORITHM:HEX``, or anything else where none is published.
        progress: Whether to show how far it is.

    Raises:
        BadInput: names the address or the file, what is wrong and what to do.
    """
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"{url}: only http and https addresses can be copied")
    if target.exists():
        return _judge(target, size, checksum, f"{target} is there but ")
    partial = target.with_name(target.name + ".partial")
    version = target.with_name(target.name + ".partial.version")
    with _reached(url), _written(partial):
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(url, partial, version, size, checksum, progress)
        _judge(partial, size, checksum, f"{url}: the copy ")
        version.unlink(missing_ok=True)
        partial.rename(target)


@contextmanager
def _reached(url: str) -> Generator[None]:
    """Turn what a server or the way to it says into a line."""
    try:
        yield
    except BadInput:
        raise
    except (http.client.InvalidURL, ValueError) as error:
        raise BadInput(f"{url}: no address ({error}): look it up") from None
    except urllib.error.HTTPError as error:
        with error:
            raise BadInput(
                f"{url}: the server answers {error.code} {error.reason}: look up the "
                "address, or give a mirror with --url"
            ) from None
    except (
        urllib.error.URLError,
        http.client.HTTPException,
        TimeoutError,
        ConnectionError,
    ) as error:
        reason = getattr(error, "reason", error)
        raise BadInput(
            f"{url}: cannot be reached ({reason}): run the same command again, it goes "
            "on where it stopped"
        ) from None


@contextmanager
def _written(partial: Path) -> Generator[None]:
    """Turn the disk's refusal into a line; what the network says passes."""
    try:
        yield
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        raise
    except OSError as error:
        raise BadInput(
            f"{partial}: cannot be written ({error.strerror or error}): make room or "
            "give another --out, then run the same command again"
        ) from None


def listed(url: str) -> list[str]:
    """The names of the files that a web server lists in a folder.

    Args:
        url: Of the folder, with a slash at its end.

    Raises:
        BadInput: it cannot be reached, or lists no file.
    """
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"{url}: only http and https addresses can be copied")
    request = urllib.request.Request(url, headers={"User-Agent": "science-workbench"})
    with _reached(url), urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
        page = answer.read(_PAGE).decode(errors="replace")
    names = (unquote(found) for found in re.findall(r'href="([^"?#]+)"', page))
    files = sorted({n for n in names if "/" not in n and "." in n.strip(".")})
    if not files:
        raise BadInput(f"{url}: lists no file: look up the address, or give --url")
    return files


def download_folders(
    url: str,
    folders: Sequence[str],
    target: Path,
    size: int,
    checksums: Mapping[str, str],
    progress: bool = True,
) -> None:
    """Copy every file that a web server lists in some folders; each is resumed.

    Args:
        url: Under which the folders are.
        folders: Their names.
        target: A folder for them.
        size: Bytes of each file; 0 where that is not known.
        checksums: ``FOLDER/NAME`` → ``ALGORITHM:HEX``, of those that are published.
        progress: Whether to show how far it is.

    Raises:
        BadInput: as :func:`download` and :func:`listed`.
    """
    base = url.rstrip("/")
    files = [f"{f}/{name}" for f in folders for name in listed(f"{base}/{f}/")]
    for number, file in enumerate(files, 1):
        if progress and not (target / file).exists():
            print(f"{number} of {len(files)}: {file}", file=sys.stderr)
        checksum = checksums.get(file, "")
        download(f"{base}/{quote(file)}", target / file, size, checksum, progress)


def _copy(
    url: str, partial: Path, version: Path, size: int, checksum: str, progress: bool
) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    seen = version.read_text() if version.exists() else ""
    headers = {"User-Agent": "science-workbench", "Accept-Encoding": "identity"}
    if have and (seen or _published(checksum)):
        headers["Range"] = f"bytes={have}-"
        if seen:
            headers["If-Range"] = seen
    request = urllib.request.Request(url, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()
        if size and have == size:
            return  # all of it was here; only the renaming was missing
        partial.unlink()
        return _copy(url, partial, version, size, checksum, progress)
    with answer:
        if url.startswith("https") and not answer.url.startswith("https"):
            raise BadInput(
                f"{url}: the server sends us to {answer.url}, where anybody on the way "
                "could change the file: look up the address, or give --url"
            )
        if answer.status != 206:
            have = 0
        tag = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        with open(version, "w", opener=_unfollowed) as file:
            file.write("" if tag.startswith("W/") else tag)
        expected = have + int(answer.headers.get("Content-Length") or 0)
        got = _pour(answer, partial, have, expected, size, progress)
    if got < expected and not (size and got > size):
        raise http.client.IncompleteRead(b"", expected - got)


def _pour(
    answer: Any, partial: Path, have: int, expected: int, size: int, progress: bool
) -> int:
    """Write what comes, at most one block more than the file's size; what there is."""
    from tqdm.auto import tqdm

    bar = tqdm(
        desc=partial.stem,
        total=expected or None,
        initial=have,
        unit="B",
        unit_scale=True,
        disable=not progress,
    )
    with bar, open(partial, "ab" if have else "wb", opener=_unfollowed) as file:
        while block := answer.read(_BLOCK):
            file.write(block)
            have += len(block)
            bar.update(len(block))
            if size and have > size:  # it would fill the disk
                break
        file.flush()
        os.fsync(file.fileno())
    return have


def _unfollowed(path: str, flags: int) -> int:
    """Open a file, but no link that somebody laid in a folder of many."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def _published(checksum: str) -> bool:
    return checksum.partition(":")[0] in hashlib.algorithms_available


def _judge(path: Path, size: int, checksum: str, what: str) -> None:
    """Refuse a file that is not what was promised; a bad copy is not kept."""
    found = path.stat().st_size
    wrong = f"has {found:,} bytes instead of {size:,}" if size and found != size else ""
    if not wrong and _published(checksum):
        algorithm, _, wanted = checksum.partition(":")
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, algorithm).hexdigest()
        if digest != wanted.lower():
            wrong = f"has {algorithm} {digest} instead of {wanted}"
    if not wrong:
        return
    if path.suffix == ".partial":
        path.unlink()
        raise BadInput(f"{what}{wrong}: it is removed; try again or another --url")
    raise BadInput(f"{what}{wrong}: remove it and run the same command again")
