"""Each caller has its share of costly calls, and no other's."""

from uuid import uuid4

import pytest
from fastapi import Request

from shared.access.models import Principal
from shared.errors import TooManyRequestsError
from shared.http.sharing import FairShare


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def request(host: str) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1)})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def share(clock: Clock) -> FairShare:
    return FairShare(open_calls=6, keyed_calls=12, clock=clock)


def served(share: FairShare, host: str, calls: int, key: Principal | None = None) -> int:
    done = 0
    for _ in range(calls):
        try:
            share.take(request(host), key)
        except TooManyRequestsError:
            continue
        done += 1
    return done


def test_a_minute_of_calls_may_come_at_once_and_no_more(share: FairShare) -> None:
    assert served(share, "192.0.2.7", 20) == 6
    assert served(share, "192.0.2.8", 20) == 6


def test_who_waits_is_served_again(share: FairShare, clock: Clock) -> None:
    served(share, "192.0.2.7", 6)
    with pytest.raises(TooManyRequestsError) as refused:
        share.take(request("192.0.2.7"), None)

    clock.now += refused.value.details["retry_after"]
    assert served(share, "192.0.2.7", 5) == 1
    clock.now += 3_600
    assert served(share, "192.0.2.7", 20) == 6


def test_a_refusal_says_when_in_both_languages(share: FairShare) -> None:
    served(share, "192.0.2.7", 6)
    with pytest.raises(TooManyRequestsError, match="Réessayez dans 10 s") as refused:
        share.take(request("192.0.2.7"), None)

    assert "in 10 s" in refused.value.message_en


def test_a_key_has_a_share_of_its_own_wherever_it_calls_from(share: FairShare) -> None:
    key = Principal(uuid4(), "portail", None)

    assert served(share, "192.0.2.7", 8, key) + served(share, "192.0.2.8", 8, key) == 12


def test_the_addresses_of_one_network_are_one_caller(share: FairShare) -> None:
    assert served(share, "2001:db8::1", 4) + served(share, "2001:db8::2", 4) == 6
    assert served(share, "::ffff:192.0.2.9", 4) + served(share, "192.0.2.9", 4) == 6


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_machine_itself_is_not_limited(share: FairShare, host: str) -> None:
    assert served(share, host, 50) == 50


def test_zero_is_no_limit(clock: Clock) -> None:
    assert served(FairShare(open_calls=0, keyed_calls=0, clock=clock), "192.0.2.7", 500) == 500
