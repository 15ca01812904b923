import json
import os
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kbctl.errors import KbctlError
from kbctl.search import disk_index
from kbctl.search.disk_index import DiskIndex, open_index
from kbctl.search.index import IndexContext, Query, Results
from kbctl.search.pages import DamagedIndexError
from kbctl.search.publishing import IndexBusyError, locked
from kbctl.search.record import SearchDocument
from kbctl.search.whoosh_index import build_index

DAY = date(2026, 11, 21)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and links as on POSIX")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index"


@pytest.fixture
def built(directory: Path, documents: list[SearchDocument], context: IndexContext) -> Iterator[DiskIndex]:
    index = build_index(directory, documents, context, "one")
    yield index
    index.close()


def _opens(directory: Path, identity: str | None = None) -> bool:
    index = open_index(directory, identity)
    if index is not None:
        index.close()
    return index is not None


def _build(directory: Path, documents: Iterable[SearchDocument], context: IndexContext, name: str, **how: Any) -> Path:
    index = build_index(directory, documents, context, name, **how)
    assert index.identity == name
    index.close()
    return index.path


def _generations(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if path.name.startswith("generation-")}


def test_only_the_owner_can_look_in(built: DiskIndex, directory: Path) -> None:
    assert directory.stat().st_mode & 0o777 == 0o700
    assert built.path.stat().st_mode & 0o777 == 0o700


def test_an_index_belongs_to_one_snapshot(built: DiskIndex, directory: Path) -> None:
    assert _opens(directory, "one")
    assert _opens(directory)
    assert not _opens(directory, "two")


def test_nothing_there(tmp_path: Path) -> None:
    assert open_index(tmp_path / "no-such") is None
    assert open_index(tmp_path) is None


def test_one_older_generation_is_kept(directory: Path, documents: list[SearchDocument], context: IndexContext) -> None:
    paths = [_build(directory, documents, context, name).name for name in ("a", "b", "c")]
    assert _generations(directory) == set(paths[1:])
    assert not list(directory.glob("current.*"))


def test_a_reader_goes_on_while_the_index_is_replaced(
    built: DiskIndex, directory: Path, documents: list[SearchDocument], context: IndexContext
) -> None:
    before = built.search(Query("挂失", DAY))
    for name in ("two", "three", "four"):
        _build(directory, documents[:1], context, name)
    assert built.search(Query("挂失", DAY)) == before


def test_a_second_builder_uses_what_the_first_has_built(
    built: DiskIndex, directory: Path, context: IndexContext
) -> None:
    assert _build(directory, iter(()), context, "one") == built.path
    assert _build(directory, iter(()), context, "one", force=True) != built.path


def test_a_second_builder_is_told_when_it_cannot_wait(built: DiskIndex, directory: Path, context: IndexContext) -> None:
    with locked(directory, 0), pytest.raises(IndexBusyError):
        build_index(directory, iter(()), context, "two", wait=0.1)


def test_a_second_builder_waits(built: DiskIndex, directory: Path, context: IndexContext) -> None:
    held, released = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(directory, 0):
            held.set()
            released.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    threading.Timer(0.2, released.set).start()
    _build(directory, iter(()), context, "two", wait=5)
    thread.join()


def test_a_failed_build_leaves_the_old_index(built: DiskIndex, directory: Path, context: IndexContext) -> None:
    def broken() -> Iterator[SearchDocument]:
        raise RuntimeError("cannot read")
        yield

    with pytest.raises(RuntimeError):
        build_index(directory, broken(), context, "two")
    assert _opens(directory, "one")
    assert _generations(directory) == {built.path.name}


def _answers(directory: Path, texts: Iterable[str]) -> list[Results] | None:
    """What an index answers; ``None`` where it finds itself damaged."""
    index = open_index(directory)
    if index is None:
        return None
    try:
        return [index.search(Query(text, DAY)) for text in texts]
    except DamagedIndexError:
        return None
    finally:
        index.close()


TEXTS = ("借记卡挂失", "残缺人民币", "古城支行电话", "卡", "95588", "大额存单多少钱起存")


def test_no_flipped_byte_is_ever_believed(built: DiskIndex, directory: Path) -> None:
    sound = _answers(directory, TEXTS)
    noticed = 0
    for file in sorted(built.path.iterdir()):
        status = file.stat()
        data = file.read_bytes()
        for at in range(0, len(data), max(1, len(data) // 7)):
            changed = bytearray(data)
            changed[at] ^= 0x55
            file.write_bytes(changed)
            # Not even if the file says that it was not touched.
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
            found = _answers(directory, TEXTS)
            noticed += found is None
            assert found in (None, sound), (file.name, at)
        file.write_bytes(data)
    assert noticed > 20
    assert _answers(directory, TEXTS) == sound


def test_missing_and_cut_files_are_noticed(built: DiskIndex, directory: Path) -> None:
    sound = _answers(directory, TEXTS)
    noticed = 0
    for file in sorted(built.path.iterdir()):
        data = file.read_bytes()
        file.write_bytes(data[:-1])
        cut = _answers(directory, TEXTS)
        file.unlink()
        missing = _answers(directory, TEXTS)
        file.write_bytes(data)
        noticed += cut is None
        assert cut in (None, sound), file.name
        assert missing in (None, sound), file.name
    assert noticed >= 6


@pytest.mark.parametrize("pointer", ["", "{}", "[]", "nonsense", '{"generation": "../../etc"}', '{"generation": 5}'])
def test_a_damaged_pointer_is_no_index(built: DiskIndex, directory: Path, pointer: str) -> None:
    (directory / "current").write_text(pointer, encoding="utf-8")
    assert not _opens(directory)


def test_another_version_is_built_anew(
    built: DiskIndex,
    directory: Path,
    documents: list[SearchDocument],
    context: IndexContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(disk_index.VERSIONS, "analysis", 99)
    assert not _opens(directory)
    assert _build(directory, documents, context, "one") != built.path


def test_a_copied_index_is_not_read(built: DiskIndex, directory: Path, tmp_path: Path) -> None:
    copy = tmp_path / "clone"
    shutil.copytree(directory, copy)
    copy.chmod(0o700)
    assert open_index(copy) is None


def test_a_planted_generation_is_not_read(built: DiskIndex, directory: Path) -> None:
    planted = directory / "generation-planted"
    shutil.copytree(built.path, planted)
    pointer = json.loads((directory / "current").read_text(encoding="utf-8"))
    (directory / "current").write_text(json.dumps({**pointer, "generation": planted.name}), encoding="utf-8")
    assert not _opens(directory)


def test_a_directory_that_others_can_write_is_not_read(
    built: DiskIndex, directory: Path, context: IndexContext
) -> None:
    directory.chmod(0o777)
    assert not _opens(directory)
    assert _build(directory, iter(()), context, "one") != built.path
    assert directory.stat().st_mode & 0o777 == 0o700


def test_links_are_refused(built: DiskIndex, directory: Path, context: IndexContext, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(directory)
    assert open_index(link) is None
    with pytest.raises(KbctlError):
        build_index(link, iter(()), context, "two")


def test_other_peoples_directories_are_refused(
    built: DiskIndex, directory: Path, context: IndexContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: directory.stat().st_uid + 1)
    assert not _opens(directory)
    with pytest.raises(KbctlError):
        build_index(directory, iter(()), context, "two")
