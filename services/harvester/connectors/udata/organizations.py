"""Which organisations a source means, and their SIRET. One request each, kept for the run."""

from services.harvester.connectors.contract import Getter
from services.harvester.connectors.transport import RETRY_PAUSES, ask, decode_json
from services.harvester.connectors.udata.parser import parse_siret
from services.harvester.connectors.udata.site import Api, is_hex_id
from services.harvester.connectors.values.identifiers import clean_siren, clean_siret, seat_of
from services.harvester.errors import HostResting, PortalRefusedError
from shared.errors import ServiceError

LOOKUPS_LIMIT = 500
"""Organisations whose SIRET is asked for in one run of a whole site."""


class Organizations:
    """Looks organisations up; a SIRET that cannot be had is `None`, never an error."""

    def __init__(
        self, api: Api, getter: Getter, *, pauses: tuple[float, ...] = RETRY_PAUSES
    ) -> None:
        self._api = api
        self._getter = getter
        self._pauses = pauses
        self._sirets: dict[str, str | None] = {}

    async def resolve(self, wanted: str) -> list[str]:
        """Ids of the organisations that `wanted` (id, slug, SIREN or SIRET) names.

        A SIREN may own several. Raises `PortalRefusedError` when it names none.
        """
        if is_hex_id(wanted):
            return [wanted]
        number = clean_siret(wanted) or clean_siren(wanted)
        found = await (self._by_number(number) if number else self._by_slug(wanted))
        if not found:
            raise PortalRefusedError(
                f"Aucune organisation « {wanted} » sur {self._api.root}. Vérifiez son "
                "identifiant, son SIREN ou son SIRET."
            )
        return found

    async def siret(self, identifier: str | None) -> str | None:
        """The SIRET of an organisation."""
        if identifier is None:
            return None
        if identifier not in self._sirets and len(self._sirets) < LOOKUPS_LIMIT:
            try:
                answer = await self._json(self._api.organization(identifier))
                self._sirets[identifier] = parse_siret(answer)
            except HostResting:
                raise
            except ServiceError:
                self._sirets[identifier] = None
        return self._sirets.get(identifier)

    async def _by_slug(self, slug: str) -> list[str]:
        try:
            answer = await self._json(self._api.organization(slug))
        except PortalRefusedError:
            return []
        return self._keep([answer], prefix="")

    async def _by_number(self, number: str) -> list[str]:
        """A SIREN is no SIRET: sites that compare whole numbers are asked for its seat."""
        numbers = [number] if len(number) == 14 else [number, seat_of(number)]
        for candidate in numbers:
            answer = await self._json(self._api.organizations_numbered(candidate))
            listed = answer.get("data") if isinstance(answer, dict) else None
            # A site that ignores the filter lists everybody: only the number decides.
            if found := self._keep(listed if isinstance(listed, list) else [], prefix=number):
                return found
        return []

    def _keep(self, organizations: list[object], *, prefix: str) -> list[str]:
        kept = []
        for organization in organizations:
            identifier = organization.get("id") if isinstance(organization, dict) else None
            siret = parse_siret(organization)
            if isinstance(identifier, str) and (siret or "").startswith(prefix):
                self._sirets[identifier] = siret
                kept.append(identifier)
        return kept

    async def _json(self, url: str) -> object:
        return await ask(
            self._getter, url, decode_json, accept="application/json", pauses=self._pauses
        )
