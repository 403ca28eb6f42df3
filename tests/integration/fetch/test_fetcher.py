import asyncio
import resource
import ssl
import time

import pytest

from shared.fetch import (
    Fetcher,
    FetchFailed,
    FetchLimits,
    FetchRefused,
    FetchTimeout,
    FetchTooLarge,
    user_agent,
)
from tests.integration.fetch.conftest import TLS
from tests.integration.fetch.stranger import CSV

LIMITS = FetchLimits(total_seconds=1.5, max_bytes=1_000_000)


@pytest.fixture
async def fetcher(stranger):
    async with Fetcher(
        allowed_hosts=frozenset({f"127.0.0.1:{stranger.port}"}),
        limits=LIMITS,
        user_agent=user_agent("https://socle.example/contact"),
    ) as client:
        yield client


async def read(client, url, *, pause=0.0):
    """Read to the end and keep nothing."""
    async with client.stream(url, limit=10**12) as answer:
        async for _ in answer.chunks:
            await asyncio.sleep(pause)


async def test_a_file_comes_whole_with_its_validators_and_name(stranger, fetcher):
    answer = await fetcher.get(f"{stranger.url}/file")
    assert answer.ok
    assert answer.body == CSV
    assert answer.etag == '"v1"'
    assert answer.last_modified == "Mon, 23 Nov 2026 08:00:00 GMT"
    assert answer.headers["content-type"] == "text/csv"
    assert answer.file_name.endswith("coles.csv")


async def test_an_unchanged_file_is_not_sent_again(stranger, fetcher):
    answer = await fetcher.get(f"{stranger.url}/file", etag='"v1"', last_modified="x")
    assert answer.not_modified
    assert answer.body == b""
    assert "if-modified-since: x" in stranger.requests[0].lower()


async def test_we_say_who_we_are_and_send_no_cookie_back(stranger, fetcher):
    await fetcher.get(f"{stranger.url}/cookie")
    await fetcher.get(f"{stranger.url}/cookie")
    head = stranger.requests[1].lower()
    assert "user-agent: socle/" in head
    assert "(+https://socle.example/contact)" in head
    assert "accept-encoding: gzip\r\n" in head
    assert "cookie:" not in head


async def test_proxies_of_the_environment_are_ignored(stranger, fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert (await fetcher.get(f"{stranger.url}/file")).ok


async def test_a_404_is_an_answer(stranger, fetcher):
    answer = await fetcher.get(f"{stranger.url}/nowhere")
    assert answer.status == 404
    assert not answer.ok


async def test_gzip_is_undone(stranger, fetcher):
    assert (await fetcher.get(f"{stranger.url}/zipped")).body == CSV


async def test_chunks_are_streamed(stranger, fetcher):
    async with fetcher.stream(f"{stranger.url}/zipped") as answer:
        assert answer.status == 200
        assert b"".join([chunk async for chunk in answer.chunks]) == CSV


async def test_a_reader_may_stop_early(stranger, fetcher):
    async with fetcher.stream(f"{stranger.url}/endless") as answer:
        async for chunk in answer.chunks:
            assert chunk
            break
    assert (await fetcher.get(f"{stranger.url}/file")).ok


@pytest.mark.parametrize("path", ["bomb", "stacked", "many-headers"])
async def test_bombs_and_oversized_headers_are_refused(stranger, path):
    allowed = frozenset({f"127.0.0.1:{stranger.port}"})
    limits = FetchLimits(total_seconds=10, max_bytes=10**9)
    async with Fetcher(allowed_hosts=allowed, limits=limits) as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(FetchRefused):
            await read(client, f"{stranger.url}/{path}")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 32 * 1024


@pytest.mark.parametrize("path", ["endless", "huge", "empty-members"])
async def test_a_body_beyond_the_limit_is_too_large(stranger, fetcher, path):
    with pytest.raises(FetchTooLarge):
        await fetcher.get(f"{stranger.url}/{path}", limit=300_000)


@pytest.mark.parametrize("path", ["slow", "slow-head", "silent", "continues"])
async def test_a_slow_server_is_left_after_the_overall_limit(stranger, fetcher, path):
    started = time.monotonic()
    with pytest.raises(FetchTimeout):
        await fetcher.get(f"{stranger.url}/{path}")
    assert time.monotonic() - started < 4


async def test_time_spent_between_chunks_counts(stranger, fetcher):
    with pytest.raises(FetchTimeout):
        await read(fetcher, f"{stranger.url}/endless", pause=0.2)


async def test_endless_headers_end(stranger, fetcher):
    with pytest.raises((FetchFailed, FetchRefused)):
        await fetcher.get(f"{stranger.url}/endless-headers")


@pytest.mark.parametrize("path", ["cut", "garbage", "hang-up"])
async def test_a_broken_exchange_may_be_tried_again(stranger, fetcher, path):
    with pytest.raises(FetchFailed):
        await fetcher.get(f"{stranger.url}/{path}")
    assert (await fetcher.get(f"{stranger.url}/file")).ok


async def test_a_closed_port_is_a_failure_that_names_the_host():
    async with Fetcher(allowed_hosts=frozenset({"127.0.0.1:1"})) as client:
        with pytest.raises(FetchFailed, match=r"127\.0\.0\.1"):
            await client.get("http://127.0.0.1:1/")


async def test_a_callers_own_timeout_is_not_mistaken_for_ours(stranger, fetcher):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await fetcher.get(f"{stranger.url}/silent")


def trusting(pem):
    context = ssl.create_default_context()
    context.load_verify_locations(pem)
    return context


async def loopback(host, port):
    return ["127.0.0.1"]


async def test_over_tls_the_name_is_checked_though_an_ip_is_dialled(secure_stranger):
    port = secure_stranger.port
    async with Fetcher(
        allowed_hosts=frozenset({f"ecole.test:{port}", f"autre.test:{port}"}),
        resolve=loopback,
        ssl_context=trusting(TLS / "ecole.test.pem"),
    ) as client:
        assert (await client.get(f"https://ecole.test:{port}/file")).body == CSV
        assert f"host: ecole.test:{port}" in secure_stranger.requests[0].lower()
        with pytest.raises(FetchFailed, match="certificat"):
            await client.get(f"https://autre.test:{port}/file")


async def test_an_unknown_certificate_is_named_as_such(secure_stranger):
    port = secure_stranger.port
    allowed = frozenset({f"ecole.test:{port}"})
    async with Fetcher(allowed_hosts=allowed, resolve=loopback) as client:
        with pytest.raises(FetchFailed, match="certificat"):
            await client.get(f"https://ecole.test:{port}/file")
