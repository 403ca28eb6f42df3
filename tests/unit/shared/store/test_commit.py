import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.store import ContentMissing, DiskStore, one_chunk
from shared.store.commit import Draft, GroupCommit, commit, flush

LIMIT = 10 * 1024 * 1024
WRITER = """
import asyncio, itertools, sys
from pathlib import Path
from shared.store import DiskStore, one_chunk

async def main():
    store = DiskStore(Path(sys.argv[1]))
    numbers = itertools.count()

    async def hand():
        while True:
            content = (b"%d;" % next(numbers)) * 5_000
            stored = await store.put(one_chunk(content), limit=10**6)
            print(stored.sha256, flush=True)

    await asyncio.gather(*(hand() for _ in range(40)))

asyncio.run(main())
"""


def draft(root: Path, data: bytes) -> Draft:
    name = hashlib.sha256(data).hexdigest()
    return Draft(
        written=root / "tmp" / name[:8],
        place=root / name[:2] / name[2:4] / name,
        twin=root / "passing" / name[:2] / name[2:4] / name,
        supersedes=True,
        data=data,
    )


async def test_many_at_once_are_all_kept_under_their_names(tmp_path):
    store = DiskStore(tmp_path)
    contents = [b"%d" % number for number in range(300)]
    stored = await asyncio.gather(*(store.put(one_chunk(c), limit=LIMIT) for c in contents))
    assert [each.new for each in stored] == [True] * 300
    assert [store.path(each.sha256).read_bytes() for each in stored] == contents
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_of_one_content_that_comes_twice_in_a_commit_one_is_new(tmp_path):
    store = DiskStore(tmp_path)
    stored = await asyncio.gather(*(store.put(one_chunk(b"x"), limit=9) for _ in range(9)))
    assert sum(each.new for each in stored) == 1


def test_what_fails_in_a_commit_fails_alone(tmp_path):
    drafts = [draft(tmp_path, b"%d" % number) for number in range(9)]
    drafts[4].written.mkdir(parents=True)
    drafts[5].place.mkdir(parents=True)
    commit(drafts, tmp_path)
    assert [each for each in drafts if each.error] == [drafts[4], drafts[5]]
    assert not drafts[5].written.exists()
    assert all(each.place.is_file() for each in drafts if not each.error)


@pytest.mark.parametrize("number", [1, 9])
def test_contents_are_flushed_before_they_are_named_and_names_before_it_returns(
    tmp_path, monkeypatch, number
):
    drafts = [draft(tmp_path, b"%d" % each) for each in range(number)]
    flushed = []

    def spy(paths, disk):
        named = [each.place.exists() for each in drafts]
        flushed.append((set(named), set(paths)))
        flush(paths, disk)

    monkeypatch.setattr("shared.store.commit.flush", spy)
    commit(drafts, tmp_path)
    [contents, names] = flushed
    assert contents == ({False}, {each.written for each in drafts})
    folders = {parent for each in drafts for parent in each.place.parents}
    assert names == ({True}, folders - set(tmp_path.parents))


async def test_a_store_that_cannot_be_written_tells_each_who_waits(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    store = DiskStore(tmp_path / "file" / "store")
    puts = (store.put(one_chunk(b"%d" % number), limit=9) for number in range(9))
    errors = await asyncio.gather(*puts, return_exceptions=True)
    assert {type(error) for error in errors} == {NotADirectoryError}
    with pytest.raises(NotADirectoryError):
        await store.put(one_chunk(b"again"), limit=9)


@pytest.mark.parametrize("number", [1, 100])
def test_a_disk_that_cannot_be_flushed_is_an_error(tmp_path, number):
    paths = [tmp_path / "gone"] * number
    disk = os.open(tmp_path, os.O_RDONLY)
    os.close(disk)
    with pytest.raises(OSError, match=r"Bad file descriptor|No such file"):
        flush(paths, disk)


async def test_without_a_thread_nobody_waits_for_ever(tmp_path):
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    commits = GroupCommit(tmp_path, threads)

    kept = [commits.keep(draft(tmp_path, bytes([n]))) for n in range(3)]
    outcomes = await asyncio.wait_for(asyncio.gather(*kept, return_exceptions=True), 5)

    assert [type(each) for each in outcomes] == [RuntimeError] * 3


async def test_a_cancelled_writer_does_not_stop_the_others(tmp_path):
    store = DiskStore(tmp_path)
    puts = [asyncio.create_task(store.put(one_chunk(b"%d" % n), limit=9)) for n in range(20)]
    await asyncio.sleep(0)
    for task in puts[::2]:
        task.cancel()
    await asyncio.wait(puts)
    assert [task.cancelled() for task in puts] == [True, False] * 10
    assert all(store.exists(task.result().sha256) for task in puts[1::2])


def test_a_killed_writer_leaves_whole_contents_and_what_the_sweep_removes(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(tmp_path)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().decode().strip() for _ in range(200)]
        writer.send_signal(signal.SIGKILL)
    store = DiskStore(tmp_path)
    assert all(store.exists(name) for name in told)
    asyncio.run(store.sweep(older_than_seconds=-1))
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) >= 200
    assert [path for path in left if _sha256(path) != path.name] == []
    with pytest.raises(ContentMissing):
        store.path("0" * 64)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
