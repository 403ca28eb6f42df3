import asyncio
import hashlib
import os
import time

import pytest

from shared.errors import TooLargeError
from shared.store import ContentMissing, DiskStore, one_chunk

LIMIT = 10 * 1024 * 1024


async def chunks(*parts: bytes):
    for part in parts:
        yield part


def files(root):
    return sorted(path for path in root.rglob("*") if path.is_file())


async def test_a_content_is_found_by_its_hash(tmp_path):
    store = DiskStore(tmp_path / "store")
    stored = await store.put(chunks(b"ab", b"c" * 3_000_000, b"d"), limit=LIMIT)
    whole = b"ab" + b"c" * 3_000_000 + b"d"
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()
    assert stored.size == len(whole)
    assert store.path(stored.sha256).read_bytes() == whole
    assert store.path(stored.sha256).parent == tmp_path / "store" / stored.sha256[:2]
    with store.open(stored.sha256) as file:
        assert file.read() == whole


@pytest.mark.parametrize("part", ["", "passing"])
async def test_what_a_former_version_kept_one_folder_deeper_is_found(tmp_path, part):
    sha256 = hashlib.sha256(b"old").hexdigest()
    place = tmp_path / part / sha256[:2] / sha256[2:4] / sha256
    place.parent.mkdir(parents=True)
    place.write_bytes(b"old")
    store = DiskStore(tmp_path)
    assert store.exists(sha256)
    assert store.path(sha256) == place
    with store.open(sha256) as file:
        assert file.read() == b"old"
    await store.drop(sha256)
    assert store.exists(sha256) is (not part)


async def test_the_same_content_is_kept_once(tmp_path):
    store = DiskStore(tmp_path)
    results = await asyncio.gather(
        *(store.put(one_chunk(b"x" * 99), limit=LIMIT) for _ in range(20))
    )
    assert len({result.sha256 for result in results}) == 1
    assert len(files(tmp_path)) == 1


async def test_too_large_a_content_leaves_nothing(tmp_path):
    store = DiskStore(tmp_path)
    with pytest.raises(TooLargeError):
        await store.put(chunks(b"x" * 60, b"y" * 41), limit=100)
    assert files(tmp_path) == []


async def test_exactly_the_limit_is_kept(tmp_path):
    stored = await DiskStore(tmp_path).put(chunks(b"x" * 60, b"y" * 40), limit=100)
    assert stored.size == 100


async def test_a_source_that_breaks_leaves_nothing(tmp_path):
    async def broken():
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await DiskStore(tmp_path).put(broken(), limit=LIMIT)
    assert files(tmp_path) == []


async def test_a_cancelled_writer_leaves_nothing(tmp_path):
    started = asyncio.Event()

    async def endless():
        yield b"x"
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(DiskStore(tmp_path).put(endless(), limit=LIMIT))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "/"])
async def test_only_a_hash_leads_to_a_file(tmp_path, name):
    store = DiskStore(tmp_path)
    for call in (store.path, store.open, store.exists):
        with pytest.raises(ContentMissing):
            call(name)
    with pytest.raises(ContentMissing):
        await store.drop(name)


async def test_an_absent_content_is_named_missing(tmp_path):
    store = DiskStore(tmp_path)
    with pytest.raises(ContentMissing):
        store.path("0" * 64)
    assert not store.exists("0" * 64)
    await store.drop("0" * 64)


async def test_dropped_contents_are_gone(tmp_path):
    store = DiskStore(tmp_path)
    stored = await store.put(one_chunk(b""), limit=0, passing=True)
    assert store.exists(stored.sha256)
    await store.drop(stored.sha256)
    assert not store.exists(stored.sha256)


@pytest.mark.parametrize("size", [9, 2_000_000])
@pytest.mark.parametrize("kept_first", [True, False])
async def test_what_somebody_keeps_is_not_dropped(tmp_path, kept_first, size):
    store = DiskStore(tmp_path)
    first = await store.put(one_chunk(b"x" * size), limit=LIMIT, passing=not kept_first)
    again = await store.put(one_chunk(b"x" * size), limit=LIMIT, passing=kept_first)
    await store.drop(first.sha256)
    assert (first.new, again.new) == (True, False)
    assert store.path(first.sha256).stat().st_size == size


async def test_the_sweep_removes_what_killed_writers_left_and_no_more(tmp_path):
    store = DiskStore(tmp_path)
    stored = await store.put(one_chunk(b"kept"), limit=LIMIT)
    old, young = tmp_path / "tmp" / "old", tmp_path / "tmp" / "young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))
    assert await store.sweep() == 1
    assert not old.exists()
    assert young.exists()
    assert store.exists(stored.sha256)
