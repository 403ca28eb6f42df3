"""A dataset that could be attached to no territory, with what is known and what to do."""

from dataclasses import dataclass
from uuid import UUID

from services.catalogue.models.wording import Language, wording


@dataclass(frozen=True)
class UnattachedDataset:
    """What the portal says of where it belongs: not enough."""

    id: UUID
    title: str
    organization_id: UUID
    publisher_name: str | None
    publisher_siret: str | None
    portal_name: str | None
    zones: tuple[str, ...]
    place_name: str | None
    has_geometry: bool
    organization_name: str = ""

    def advice(self, language: Language = "fr") -> str:
        """What an operator can do."""
        words = wording(language)
        if self.zones:
            return words["unattached.zones"].format(zones=", ".join(self.zones))
        if self.has_geometry:
            return words["unattached.geometry"]
        if self.place_name:
            return words["unattached.place"].format(place=self.place_name)
        return words["unattached.nothing"]
