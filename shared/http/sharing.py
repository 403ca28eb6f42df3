"""A fair share of costly calls for each caller: so many a minute, saved up for a minute at most.

The generic cell rate algorithm: one moment per caller says when its share is used up. Counted in
this process; each process of a service gives its own share.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from math import ceil

from fastapi import Request

from shared.access.models import Principal
from shared.errors import TooManyRequestsError

_MINUTE = 60.0
_REMEMBERED = 20_000
_SUBNET = 64


class FairShare:
    """`open_calls` a minute for an address, `keyed_calls` for an organisation; 0: no limit."""

    def __init__(
        self, *, open_calls: int, keyed_calls: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._open = open_calls
        self._keyed = keyed_calls
        self._clock = clock
        self._used_up: OrderedDict[str, float] = OrderedDict()

    def take(self, request: Request, principal: Principal | None) -> None:
        """Count one call. Raises `TooManyRequestsError` beyond the share.

        Whoever calls from the machine itself has no limit: a proxy there gives the address of
        the true caller, and without a proxy it is the operator.
        """
        if principal is not None:
            self._count(f"key:{principal.key_id}", self._keyed)
            return
        caller = _caller(request)
        if caller is not None:
            self._count(caller, self._open)

    def _count(self, caller: str, calls: int) -> None:
        if not calls:
            return
        now, cost = self._clock(), _MINUTE / calls
        used_up = max(self._used_up.pop(caller, now), now)
        wait = used_up + cost - (now + _MINUTE)
        self._used_up[caller] = used_up if wait > 0 else used_up + cost
        if len(self._used_up) > _REMEMBERED:
            self._used_up.popitem(last=False)
        if wait > 0:
            seconds = max(1, ceil(wait))
            raise TooManyRequestsError(
                f"Vous avez demandé plus de {calls} contrôles en une minute. Réessayez dans "
                f"{seconds} s, ou demandez une clé d'API à votre administrateur.",
                message_en=f"You have asked for more than {calls} checks in a minute. Try again "
                f"in {seconds} s, or ask your administrator for an API key.",
                retry_after=seconds,
            )


def _caller(request: Request) -> str | None:
    """The address; of IPv6 the network, of which a caller has all addresses. None: this machine."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return f"host:{host}" if host else None
    if address.is_loopback:
        return None
    if address.version == 4:
        return f"ip:{address}"
    mapped = address.ipv4_mapped
    return f"ip:{mapped}" if mapped else f"net:{int(address) >> _SUBNET:x}"
