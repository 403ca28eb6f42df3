"""The guard where it counts: at the moment of dialling.

Whatever spelling, redirect or DNS answer led here, the name is resolved once, every
address of the answer is judged, and the connection goes to one of those addresses. A
second answer of a rebinding DNS server is never asked for.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

from shared.fetch.addresses import AllowedHosts, is_forbidden
from shared.fetch.connection import Connection, silence_of
from shared.fetch.errors import FetchFailed, FetchRefused, FetchTimeout
from shared.fetch.results import FetchLimits
from shared.fetch.urls import Origin

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to IP literals, in the order in which they are to be tried."""


async def system_resolver(host: str, port: int) -> list[str]:
    """The operating system's answer, in its order of preference, each address once."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Dialer:
    """Dials what is allowed, by IP; TLS above it checks the certificate by name."""

    def __init__(
        self,
        *,
        allowed: AllowedHosts,
        limits: FetchLimits,
        resolve: Resolver,
        ssl_context: ssl.SSLContext,
    ) -> None:
        self._allowed = allowed
        self._limits = limits
        self._resolve = resolve
        self._ssl_context = ssl_context
        ssl_context.set_alpn_protocols(["http/1.1"])

    async def __call__(self, origin: Origin) -> Connection:
        """A connection nobody has used. Raises `FetchRefused`, `FetchFailed`, `FetchTimeout`."""
        connection = await self._reach(origin, await self._addresses(origin.host, origin.port))
        if origin.scheme == "https":
            await self._secure(connection)
        return connection

    async def _reach(self, origin: Origin, addresses: Sequence[str]) -> Connection:
        loop = asyncio.get_running_loop()
        failure: OSError | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(self._limits.connect_seconds):
                    _, connection = await loop.create_connection(
                        lambda: Connection(origin, patience=self._limits.read_seconds),
                        address,
                        origin.port,
                    )
            except OSError as error:  # a timeout is one too
                failure = error
            else:
                return connection
        if failure is None:
            raise FetchFailed(
                f"Le nom « {origin.host} » ne mène à aucune adresse.",
                message_en=f"The name {origin.host} leads to no address.",
            )
        raise _unreachable(origin.host, failure) from failure

    async def _secure(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                await connection.secure(self._ssl_context)
        except OSError as error:
            connection.close()
            raise _unreachable(connection.origin.host, error) from error
        except BaseException:
            connection.close()
            raise

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


def _unreachable(host: str, error: OSError) -> FetchFailed | FetchTimeout:
    """One sentence; an untrusted certificate is named as such."""
    if isinstance(error, TimeoutError):
        return silence_of(host)
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchFailed(
            f"Le certificat de « {host} » n'est pas reconnu ({error.verify_message}) : "
            "il est peut-être expiré, ou sa chaîne incomplète.",
            message_en=f"The certificate of {host} is not trusted: {error.verify_message}.",
        )
    return FetchFailed(
        f"Impossible de se connecter à « {host} ».", message_en=f"Cannot connect to {host}."
    )
