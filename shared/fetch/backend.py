"""The guard where it counts: at the moment of dialling.

Whatever spelling, redirect or DNS answer led here, the name is resolved once, every
address of the answer is judged, and the connection goes to one of those addresses. A
second answer of a rebinding DNS server is never asked for.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable

import httpcore2
from typing_extensions import override

from shared.fetch.addresses import AllowedHosts, is_forbidden
from shared.fetch.connection import Connection
from shared.fetch.errors import FetchFailed, FetchRefused

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to IP literals, in the order in which they are to be tried."""


async def system_resolver(host: str, port: int) -> list[str]:
    """The operating system's answer, in its order of preference, each address once."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Dials what is allowed, by IP; TLS above it still checks the certificate by name."""

    def __init__(self, *, allowed: AllowedHosts, resolve: Resolver = system_resolver) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._dialer = httpcore2.AnyIOBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = await self._addresses(host, port)
        for number, address in enumerate(addresses, start=1):
            try:
                stream = await self._dialer.connect_tcp(
                    address,
                    port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
                return Connection(stream)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise FetchFailed(
            f"Le nom « {host} » ne mène à aucune adresse.",
            message_en=f"The name {host} leads to no address.",
        )

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed(
                f"Le nom « {host} » est inconnu des serveurs de noms : vérifiez l'adresse.",
                message_en=f"The name {host} cannot be resolved.",
            ) from error
        if self._allowed.may_be_private(host, port):
            return addresses
        # One bad address among good ones is an attack or a mistake: both are refused.
        if any(is_forbidden(address) for address in addresses):
            raise FetchRefused(
                f"« {host} » mène à une adresse privée ou réservée. Si ce serveur est bien "
                "celui de votre collectivité, demandez à l'administrateur de l'autoriser.",
                message_en=f"{host} leads to a private or reserved address.",
            )
        return addresses

    @override
    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise FetchRefused("Une adresse web ne peut pas désigner une prise locale.")

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
