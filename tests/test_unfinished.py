"""A folder in the making: what its journal keeps, and what stays when it is left."""

from pathlib import Path

import pytest

from workbench.unfinished import JOURNAL, LOCK, Lines, Unfinished

HEAD = {"made": {"seed": 1}}


def whole(lines: Lines) -> Lines:
    return lines or [HEAD]


def begun(path: Path, parts: int) -> Unfinished:
    folder = Unfinished(path)
    folder.begin(whole)
    for part in range(parts):
        folder.note({"part": part})
    return folder


@pytest.mark.parametrize("torn", [b'{"part": 3', b'\0\0\0\0\n{"part": 4}\n'])
def test_a_journal_counts_as_far_as_it_can_be_read(tmp_path: Path, torn: bytes) -> None:
    folder = begun(tmp_path / "f", 3)
    folder.leave(resumable=True)
    journal = folder.partial / JOURNAL
    kept = journal.read_bytes()
    with open(journal, "ab") as file:
        file.write(torn)
    seen: list[Lines] = []
    folder.begin(lambda lines: seen.append(lines) or lines)
    assert seen == [[HEAD, *({"part": part} for part in range(3))]]
    assert journal.read_bytes() == kept
    folder.leave(resumable=True)


def test_a_finished_folder_holds_nothing_of_its_making(tmp_path: Path) -> None:
    folder = begun(tmp_path / "f", 1)
    (folder.partial / "data").write_bytes(b"1")
    folder.finish()
    folder.leave(resumable=True)
    assert [place.name for place in tmp_path.rglob("*")] == ["f", "data"]


def test_what_nobody_can_go_on_from_is_removed(tmp_path: Path) -> None:
    folder = begun(tmp_path / "f", 0)
    (folder.partial / "array").mkdir()
    (folder.partial / "array" / "chunk").write_bytes(b"1")
    folder.leave(resumable=False)
    assert not list(tmp_path.iterdir())


def test_a_resumption_that_fails_leaves_the_folder_to_others(tmp_path: Path) -> None:
    begun(tmp_path / "f", 2).leave(resumable=True)

    def refuse(lines: Lines) -> Lines:
        raise KeyError

    folder = Unfinished(tmp_path / "f")
    with pytest.raises(KeyError):
        folder.begin(refuse)
    assert not (folder.partial / LOCK).exists()
    assert (folder.partial / JOURNAL).read_bytes().count(b"\n") == 3
