"""No spelling, redirect or DNS answer leads to an address that is not public."""

import socket

import pytest

from shared.fetch import Fetcher, FetchFailed, FetchLimits, FetchRefused
from shared.fetch.dialing import system_resolver

LIMITS = FetchLimits(total_seconds=5, connect_seconds=1)
PUBLIC = "93.184.215.14"

SPELLINGS = [
    "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://127.1/", "http://127.0.1/",
    "http://0/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://0x7f.0x0.0x0.0x1/", "http://017700000001/", "http://0177.0.0.1/", "http://0177.1/",
    "http://127.0.0.1./", "http://localhost/", "http://LOCALHOST/", "http://localhost./",
    "http://127。0。0。1/", "http://127｡0｡0｡1/", "http://127.000.000.001/", "http://[::1]/",
    "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fec0::1]/",
    "http://[fd00:ec2::254]/", "http://[ff02::1]/", "http://169.254.169.254/latest/meta-data/",
    "http://169.254.43518/", "http://2852039166/", "http://0xa9fea9fe/", "http://192.0.0.192/",
    "http://100.100.100.200/", "http://168.63.129.16/", "http://10.0.0.1/", "http://192.168.1.1/",
    "http://172.16.0.1:8443/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://user@127.0.0.1/", "http://ville.fr@127.0.0.1/", "http://ville.fr:80@127.0.0.1/",
    "http://ville.fr\\@127.0.0.1/", "http://127.0.0.1%2f@ville.fr/", "http://127.0.0.1#@ville.fr/",
    "http://127.0.0.1?@ville.fr/", "HTTP://127.0.0.1/", " http://127.0.0.1/ ", "https://127.0.0.1/",
]  # fmt: skip


@pytest.fixture
def dials(monkeypatch):
    """Every address that something tries to connect to. None is really reached."""
    seen: list[str] = []

    async def create_connection(self, protocol, host, port):
        seen.append(host)
        raise ConnectionRefusedError

    monkeypatch.setattr("uvloop.Loop.create_connection", create_connection)
    return seen


def answers(*addresses: str):
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize("url", SPELLINGS)
async def test_no_spelling_of_a_private_address_is_dialled(url, dials):
    async with Fetcher(limits=LIMITS) as client:
        with pytest.raises((FetchRefused, FetchFailed)):
            await client.get(url)
    assert dials == []


async def test_a_public_address_is_dialled_as_it_was_resolved(dials):
    async with Fetcher(limits=LIMITS, resolve=answers(PUBLIC)) as client:
        with pytest.raises(FetchFailed):
            await client.get("http://ville.fr/")
    assert dials == [PUBLIC]


async def test_one_private_address_among_public_ones_refuses_all(dials):
    async with Fetcher(limits=LIMITS, resolve=answers(PUBLIC, "10.0.0.1")) as client:
        with pytest.raises(FetchRefused):
            await client.get("http://ville.fr/")
    assert dials == []


async def test_a_rebinding_name_server_gets_one_question(dials):
    questions: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        questions.append(host)
        return [PUBLIC if len(questions) == 1 else "127.0.0.1"]

    async with Fetcher(limits=LIMITS, resolve=rebinding) as client:
        with pytest.raises(FetchFailed):
            await client.get("http://ville.fr/")
        assert dials == [PUBLIC]
        assert questions == ["ville.fr"]
        with pytest.raises(FetchRefused):
            await client.get("http://ville.fr/")
    assert dials == [PUBLIC]


async def test_every_public_address_is_tried_in_turn(dials):
    async with Fetcher(limits=LIMITS, resolve=answers("2a01:e0a::1", PUBLIC)) as client:
        with pytest.raises(FetchFailed):
            await client.get("http://ville.fr/")
    assert dials == ["2a01:e0a::1", PUBLIC]


async def test_a_name_nobody_knows_is_a_failure_that_says_so():
    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    async with Fetcher(limits=LIMITS, resolve=unknown) as client:
        with pytest.raises(FetchFailed, match="inconnu"):
            await client.get("http://ville.fr/")


async def test_the_system_resolver_gives_literals_once_each():
    assert await system_resolver("127.0.0.1", 80) == ["127.0.0.1"]


@pytest.fixture
async def fetcher(stranger):
    async with Fetcher(
        allowed_hosts=frozenset({f"127.0.0.1:{stranger.port}"}), limits=LIMITS
    ) as client:
        yield client


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/", "http://127.0.0.1:1/", "http://[::1]/", "//10.0.0.1/x",
        "http://169.254.169.254/", "file:///etc/passwd", "gopher://ville.fr/",
        "http://user:pw@ville.fr/", "http://192.0.0.192/", "ftp://ville.fr/", "http://2130706433/",
        "data:text/plain,x", "http://localhost:8080/",
    ],
)  # fmt: skip
async def test_a_redirect_to_a_private_address_or_scheme_is_refused(stranger, fetcher, target):
    with pytest.raises(FetchRefused):
        await fetcher.get(f"{stranger.url}/to?{target}")
    assert len(stranger.requests) == 1


async def test_redirects_are_followed_to_the_end(stranger, fetcher):
    answer = await fetcher.get(f"{stranger.url}/moved")
    assert answer.ok
    assert answer.url == f"{stranger.url}/file?x=1"


async def test_a_loop_of_redirects_ends_after_five(stranger, fetcher):
    with pytest.raises(FetchRefused, match="5 fois"):
        await fetcher.get(f"{stranger.url}/loop")
    assert len(stranger.requests) == 6


async def test_a_secret_header_does_not_follow_to_another_host(stranger):
    allowed = frozenset({f"127.0.0.1:{stranger.port}", f"localhost:{stranger.port}"})
    secret = {"Authorization": "Bearer abc", "X-API-Key": "abc", "Accept": "text/csv"}
    async with Fetcher(allowed_hosts=allowed, limits=LIMITS) as client:
        await client.get(f"{stranger.url}/to?/file", headers=secret)
        assert "Bearer abc" in stranger.requests[1]
        await client.get(f"{stranger.url}/to?http://localhost:{stranger.port}/file", headers=secret)
    assert "abc" not in stranger.requests[3]
    assert "accept: text/csv" in stranger.requests[3].lower()


async def test_the_callers_host_header_is_not_sent(stranger, fetcher):
    await fetcher.get(f"{stranger.url}/file", headers={"Host": "intranet", "User-Agent": "x"})
    assert "intranet" not in stranger.requests[0]
    assert "user-agent: socle/" in stranger.requests[0].lower()
