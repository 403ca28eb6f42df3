"""Which kind of portal an address is: one request, at most two more for each API,
and a dozen for each of the two kinds that crawl a site, which come last.
"""

from dataclasses import dataclass, field

from services.harvester.connectors.contract import Answer, Connector, Getter, Site
from services.harvester.connectors.registry import connectors
from services.harvester.connectors.transport import PAGE_LIMIT
from services.harvester.errors import PortalRefusedError, PortalUnreachable, UnknownKindError
from shared.errors import ServiceError, Transient

_ACCEPT = "text/turtle, application/ld+json, application/rdf+xml, application/json, text/html, */*"


@dataclass(frozen=True)
class _Silence:
    """Stands for an address that refuses itself to be read: its site may still be known."""

    url: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def detect(
    site: Site, getter: Getter, known: tuple[Connector, ...] | None = None
) -> Connector:
    """The connector that recognises the site.

    Raises `UnknownKindError` when none does, `PortalUnreachable` when nothing answers,
    `PortalRefusedError` when the address may not be fetched.
    """
    known = connectors() if known is None else known
    silence: Transient | None = None
    try:
        probe: Answer = await getter.get(site.url, headers={"Accept": _ACCEPT}, limit=PAGE_LIMIT)
    except Transient as error:
        silence = error
        probe = _Silence(site.url)
    except ServiceError as error:
        raise PortalRefusedError(f"{site.url} n'a pas pu être lu : {error.message}") from error
    for connector in known:
        if await connector.recognises(site, probe, getter):
            return connector
    if silence is not None:
        raise PortalUnreachable(f"{site.url} ne répond pas : {silence.message}") from silence
    kinds = ", ".join(connector.label for connector in known)
    fault = f" par une erreur ({probe.status})" if probe.status >= 400 else ""
    raise UnknownKindError(
        f"{site.url} répond{fault}, mais ce n'est aucun des types de portail connus ({kinds}). "
        "Donnez l'adresse du catalogue lui-même, ou précisez le type de portail (--kind).",
        message_en=f"{site.url} is no kind of portal that is known.",
    )
